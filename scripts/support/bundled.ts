/** The programs that are built, by name. */
export const entries = {
  hub: "hub/main.ts",
  supervise: "hub/supervise.ts",
  "start-image": "hub/start-image.ts",
  "ble-stack": "hub/platform/node/ble/stack-main.ts",
  cli: "app-sim/cli/main.ts",
  "proof-part": "app-sim/cli/proof/part-main.ts",
  testing: "app-sim/testing/testing.ts",
  vitest: "app-sim/testing/vitest.ts",
};

/** Native code stays beside what is built, and what it needs with it. */
export const nativePackages: readonly string[] = ["better-sqlite3-multiple-ciphers", "@stoprocent/noble"];
