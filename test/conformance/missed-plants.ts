import type { RowPlant } from "./row-plant.ts";

/** A fault that leaves a row green whose words it breaks, and why. */
export interface MissedPlant extends RowPlant {
  readonly reason: string;
}

/** Tried, and not caught by the row they were tried for. Each of them turns a test red, though one that proves another row, or none. */
export const missedPlants: readonly MissedPlant[] = [
  {
    fault: "a guest reaches every lamp",
    row: "EN303645:5.5-5",
    file: "hub/api/auth.ts",
    find: "if (route.chosenLamps !== true || (id !== undefined && !isOwn && !chosen.has(id))) {",
    replace: "if (route.chosenLamps !== true) {",
    tests: ["test/hub/api/guests.test.ts"],
    reason:
      "red under A6, whose guest gets at no lamp but the chosen; the provision is about what changes security",
  },
  {
    fault: "an old version of the notice can be accepted again",
    row: "D21",
    file: "hub/rights/notice-service.ts",
    find: "if (version !== this.current())",
    replace: "if (version === undefined)",
    tests: ["test/hub/rights/notice-service.test.ts"],
    reason: "red under A55: which version is accepted is what that row is about",
  },
  {
    fault: "an import overwrites the home",
    row: "H52",
    file: "hub/rights/import-service.ts",
    find: "if (!isHomeEmpty(this.#store))",
    replace: "if (this.#store === undefined)",
    tests: ["test/hub/rights/import.test.ts"],
    reason: "the refusal has a test of its own; the row promises that an export comes in again, not where",
  },
  {
    fault: "a link of somebody else's account is taken over",
    row: "H13",
    file: "hub/connections/identity/provider-sign-in.ts",
    find: "if (known !== undefined && known.person !== person)",
    replace: "if (known === undefined && person === undefined)",
    tests: ["test/hub/connections/identity.test.ts"],
    reason: "the takeover has a test of its own; the row is about which fields are kept",
  },
  {
    fault: "secrets are mailed",
    row: "Z24",
    file: "hub/connections/mail/secret-filter.ts",
    find: "if (looksOfSecrets.some((look) => look.test(text)))",
    replace: "if (text === undefined)",
    tests: ["test/hub/connections/mail.test.ts"],
    reason: "each kind of secret has a test of its own; no notice promises it",
  },
  {
    fault: "bytes leave uncounted",
    row: "A52",
    file: "hub/privacy/egress-guard.ts",
    find: "      this.#outflow.leaving(bytes.byteLength);",
    replace: "      bytes.byteLength;",
    tests: ["test/hub/privacy/egress-guard.test.ts"],
    reason: "that each byte is asked about has a test of its own; the row is about who may be connected to",
  },
  {
    fault: "what goes for another purpose than was declared is disclosed",
    row: "A51",
    file: "hub/rights/disclosure-ledger.ts",
    find: "if (purpose !== declared.purpose) throw",
    replace: "if (purpose === undefined) throw",
    tests: ["test/hub/rights/disclosure-ledger.test.ts"],
    reason: "red in the test of what is refused for whom it is about, which names no row",
  },
];
