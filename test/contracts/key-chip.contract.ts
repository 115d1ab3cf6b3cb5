import { describe, expect, test } from "vitest";
import type { KeyChip } from "../../hub/ports/key-chip.ts";

/** What every chip that keeps keys must do, real or simulated. */
export const keyChipContract = (name: string, make: () => KeyChip): void => {
  describe(`key chip: ${name}`, () => {
    const word = Buffer.from("00112233445566778899aabbccddeeff");
    const otherWord = Buffer.from("ffeeddccbbaa99887766554433221100");
    const secret = Buffer.from([...Array(32).keys()].map((at) => at * 7));
    let place = 100;

    test("gives back what it keeps, to whoever has the word", () => {
      const chip = make();
      const at = place++;
      chip.keep(at, word, secret);
      expect(chip.places()).toContain(at);
      expect(chip.read(at, word)).toEqual(secret);
      expect(chip.read(at, otherWord)).toBeUndefined();
      expect(chip.read(at, word)).toEqual(secret);
    });

    test("forgets for good, and forgetting nothing is fine", () => {
      const chip = make();
      const at = place++;
      chip.keep(at, word, secret);
      chip.destroy(at);
      expect(chip.read(at, word)).toBeUndefined();
      expect(chip.places()).not.toContain(at);
      chip.destroy(at);
    });

    test("keeps any bytes as they are", () => {
      const chip = make();
      for (const bytes of [Buffer.alloc(32), Buffer.alloc(32, 255), Buffer.from(`${"\n".repeat(31)}\0`)]) {
        const at = place++;
        chip.keep(at, word, bytes);
        expect(chip.read(at, word)).toEqual(bytes);
        chip.destroy(at);
      }
    });

    test("a place that is taken is refused and keeps what it has", () => {
      const chip = make();
      const at = place++;
      chip.keep(at, word, secret);
      expect(() => chip.keep(at, otherWord, Buffer.alloc(32))).toThrow(
        expect.objectContaining({ code: "tpm_failed", context: { system: "14c" } }),
      );
      expect(chip.read(at, word)).toEqual(secret);
    });

    test("counts, and never gives a number again, not even in a counter made anew", () => {
      const chip = make();
      const at = place++;
      expect(chip.counter(at)).toBeUndefined();
      chip.addCounter(at);
      const first = chip.counter(at) ?? 0;
      expect(first).toBeGreaterThan(0);
      expect([chip.count(at), chip.count(at), chip.counter(at)]).toEqual([first + 1, first + 2, first + 2]);
      chip.destroy(at);
      expect(chip.counter(at)).toBeUndefined();
      chip.addCounter(at);
      expect(chip.counter(at)).toBeGreaterThan(first + 2);
    });

    test("where there is no counter none counts", () => {
      expect(() => make().count(place++)).toThrow(expect.objectContaining({ code: "tpm_failed" }));
    });
  });
};
