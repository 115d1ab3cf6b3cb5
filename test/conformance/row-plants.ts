import { doorPlants } from "./plants-of-doors.ts";
import { keepingPlants } from "./plants-of-keeping.ts";
import { rightPlants } from "./plants-of-rights.ts";
import type { RowPlant } from "./row-plant.ts";

/** Faults that turn a row of the table red, each with the tests that carry the row. */
export const rowPlants: readonly RowPlant[] = [
  {
    fault: "a chain believes any signature",
    row: "H26",
    file: "hub/privacy/sealed-chain.ts",
    find: 'if (!wasGood && !isGood(linkText(this.#name, hash), link.signature)) return broken("changed");',
    replace: "",
    tests: ["test/hub/privacy/sealed-chain.test.ts"],
  },
  {
    fault: "a field that nobody declared is stored",
    row: "M5",
    file: "hub/privacy/declared-fields.ts",
    find: "if (value[field] !== undefined && !Object.hasOwn(fields, field)) return field;",
    replace: "if (field in fields) continue;",
    tests: ["test/hub/privacy/declared-fields.test.ts"],
  },
  {
    fault: "an answer is given whatever is in it",
    row: "M5",
    file: "hub/api/server.ts",
    find: "if (route.answer !== undefined) assertAnswered(route.answer, answer);",
    replace: "",
    tests: ["test/hub/api/declared-fields.test.ts"],
  },
  {
    fault: "whoever guesses may go on guessing",
    row: "EN303645:5.1-5",
    file: "hub/people/attempt-limiter.ts",
    find: "if (waitMs <= 0) return;",
    replace: "if (waitMs <= 1e12) return;",
    tests: ["test/hub/api/accounts.test.ts"],
  },
  {
    fault: "an update of anybody is taken",
    row: "EN303645:5.3-2",
    file: "hub/lifecycle/image-slots.ts",
    find: "      this.#assertTrusted(update);\n      mayBe",
    replace: "      mayBe",
    tests: ["test/hub/lifecycle/update-service.test.ts"],
  },
  {
    fault: "a broker that shows what it does to whoever listens",
    row: "EN303645:5.5-5",
    file: "hub/broker/permissions.ts",
    find: "    return this.#exact?.has(filter) || this.#filters.some((granted) => filterCovers(granted, filter));",
    replace: "    return filter.length > 0;",
    tests: ["test/hub/broker/access-rules.test.ts"],
  },
  {
    fault: "a key that is destroyed stays in the next epoch",
    row: "M9",
    file: "hub/vault/vault.ts",
    find: "if (this.#sealers.has(name)) this.#renew((each) => each !== name);",
    replace: "if (this.#sealers.has(name)) this.#renew(() => true);",
    tests: ["test/forensics/erasure-protectors.test.ts"],
  },
  {
    fault: "an erased person's epoch key is left where it was",
    row: "GDPR:17",
    file: "hub/vault/vault.ts",
    find: `    this.#protector.destroy(\`epoch-\${before}\`);\n    this.#collect();`,
    replace: "    this.#collect();",
    tests: ["test/forensics/erasure-protectors.test.ts"],
  },
  ...rightPlants,
  ...doorPlants,
  ...keepingPlants,
];
