import fc from "fast-check";
import { expect, test } from "vitest";
import { Trail } from "../../../hub/domain/trail.ts";

interface Item {
  address: string;
  next: Item | undefined;
  readonly number: number;
}

test("a trail finds what its map holds at that moment, in whatever order it is asked", () => {
  const step = fc.record({
    what: fc.constantFrom("ask", "ask", "ask", "come", "go"),
    address: fc.constantFrom("a", "b", "c", "d"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new Map<string, Item>();
      const trail = new Trail((address) => map.get(address));
      for (const [number, { what, address }] of steps.entries()) {
        const present = map.get(address);
        if (what === "ask") expect(trail.at(address)).toBe(present);
        else if (what === "come" && present === undefined)
          map.set(address, { address, next: undefined, number });
        else if (what === "go" && present !== undefined) {
          map.delete(address);
          present.address = "";
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["once", 1],
  ["twice, as lamps that answer in two messages", 2],
])("the second time in the same order nothing is looked up: each %s", (_what, times) => {
  const addresses = Array.from({ length: 100 }, (_, at) => `lamp-${at}`);
  const map = new Map(
    addresses.map((address, number) => [address, { address, next: undefined, number } as Item]),
  );
  let lookedUp = 0;
  const trail = new Trail((address) => {
    lookedUp++;
    return map.get(address);
  });
  for (const address of [...addresses, ...addresses, ...addresses])
    for (let time = 0; time < times; time++) expect(trail.at(address)?.address).toBe(address);
  // The way from the last back to the first is one of them.
  expect(lookedUp).toBe(addresses.length + 1);
});
