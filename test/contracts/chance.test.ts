import { describe, expect, test } from "vitest";
import { SystemEntropy } from "../../hub/platform/node/system-entropy.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";

const entropyContract = (name: string, make: () => Entropy): void => {
  describe(`entropy: ${name}`, () => {
    test("gives as many bytes as asked, and not the same twice", () => {
      const entropy = make();
      expect(entropy.bytes(0)).toHaveLength(0);
      expect(entropy.bytes(32)).toHaveLength(32);
      expect(entropy.bytes(32).equals(entropy.bytes(32))).toBe(false);
    });

    test("every value of a byte comes up", () => {
      expect(new Set(make().bytes(16_384)).size).toBe(256);
    });
  });
};

entropyContract("system", () => new SystemEntropy());
entropyContract("seeded", () => new SeededEntropy(new SeededRandom(1)));

test("the same seed gives the same chance, another seed another", () => {
  const draw = (seed: number) =>
    Array.from(
      { length: 8 },
      (
        (random) => () =>
          random.below(1_000)
      )(new SeededRandom(seed)),
    );
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("a fork does not depend on what its parent has drawn", () => {
  const parent = new SeededRandom(3);
  const early = parent.fork("radio").next();
  parent.next();
  expect(parent.fork("radio").next()).toBe(early);
  expect(parent.fork("people").next()).not.toBe(early);
});

test("draws are spread evenly", () => {
  const random = new SeededRandom(11);
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw++) {
    const bin = random.below(10);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  // 5 sigma of a binomial with n = 100,000 and p = 0.1 is 474.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(474);
});
