import type { Route } from "./route.ts";

/** Making the hub forget: in two steps, and never by accident. */
export const resetRoutes = {
  requestReset: {
    method: "POST",
    path: "/reset",
    scope: "admin",
    stepUp: true,
    summary: "Ask for a reset; nothing happens before it is confirmed, within two minutes",
    body: "NewReset",
    status: 202,
    answer: "ResetOffer",
  },
  confirmReset: {
    method: "POST",
    path: "/reset/{id}/confirm",
    id: "reset",
    scope: "admin",
    stepUp: true,
    summary:
      "Begin the reset; from here on it ends, whatever happens. All credentials end with it, and the hub starts anew",
    status: 202,
    answer: "BegunReset",
  },
  readWipeCertificate: {
    method: "GET",
    path: "/reset/certificate",
    scope: "open",
    summary:
      "What the last reset did, signed; it says nothing about anybody, so whoever has the hub may read it",
    status: 200,
    answer: "WipeCertificate",
  },
} as const satisfies Record<string, Route>;
