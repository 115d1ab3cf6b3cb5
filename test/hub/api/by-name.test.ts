import fc from "fast-check";
import { expect, test } from "vitest";
import { byName } from "../../../hub/api/by-name.ts";

const namesOf = (...names: readonly string[]): readonly string[] =>
  byName(names.map((name, at) => ({ id: `${at}`, name }))).map(({ name }) => name);

test("numbers count, case and accents do not, and of one name the id decides", () => {
  expect(namesOf("Lamp 10", "lamp 2", "Élan", "zebra", "Eva")).toEqual([
    "Élan",
    "Eva",
    "lamp 2",
    "Lamp 10",
    "zebra",
  ]);
  const same = [
    { id: "b", name: "Desk" },
    { id: "a", name: "Desk" },
  ];
  expect(byName(same).map(({ id }) => id)).toEqual(["a", "b"]);
});

test("ICU would put any two names in the same order, whether or not it is asked", () => {
  const collator = new Intl.Collator("en", { numeric: true });
  const letters = fc.constantFrom(
    ..."abzABZ",
    "é",
    "ß",
    "Ạ",
    "1",
    "10",
    " ",
    "-",
    "\u0301",
    "[",
    "`",
    "æ",
    "ﬁ",
  );
  const name = fc.oneof(
    fc.string({ unit: letters, maxLength: 6 }),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(name, name, (a, b) => {
      const [first] = namesOf(a, b);
      expect(first).toBe(collator.compare(a, b) <= 0 ? a : b);
    }),
    { numRuns: 5_000 },
  );
});
