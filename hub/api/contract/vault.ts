import type { Route } from "./route.ts";

/** How the hub's keys are kept, and what its start found. */
export const vaultRoutes = {
  readVault: {
    method: "GET",
    path: "/vault",
    scope: "admin",
    summary: "How the keys are kept, and what becomes of each when it is destroyed",
    status: 200,
    answer: "Vault",
  },
  rotateVault: {
    method: "POST",
    path: "/vault/rotate",
    scope: "admin",
    summary: "Wrap every key anew under a fresh one; the one before is destroyed",
    status: 200,
    answer: "Vault",
  },
  listChecks: {
    method: "GET",
    path: "/checks",
    scope: "admin",
    summary: "What the hub found of process, disk and system when it started, and how its radio is now",
    status: 200,
    answer: "Checks",
  },
} as const satisfies Record<string, Route>;
