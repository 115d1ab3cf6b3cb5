import { describe, expect, test } from "vitest";
import { type Hold, ResetHome } from "./reset-home.ts";

/**
 * Resets of a hub whose keys do not lie in files, which nothing on its command line says any more. A passphrase wraps
 * keys as a systemd credential does, and takes much longer.
 */
const holds: readonly (readonly [string, Hold])[] = [
  ["systemd", { wanted: "systemd", credential: Buffer.alloc(32, 9) }],
  ["tpm", { wanted: "tpm" }],
];

/** What is kept in how many places of the chip. */
const placesIn = ({ chip }: ResetHome): number => chip.places().length;

describe.each(holds)("keys with %s", (kind, hold) => {
  const begun = (level: "factory" | "hand-over") => ResetHome.left(level, false, 1_000, hold);

  /** What a hub finds that starts there. */
  const found = async (home: ResetHome) => {
    const hub = home.hub();
    await hub.start();
    const lamps = hub.lights
      .list()
      .map(({ id, name }) => `${id} ${name}`)
      .toSorted();
    const status = hub.vault.status().protector;
    await hub.close();
    return { lamps, status, unreadable: hub.store.unreadable() };
  };

  /** Ends the reset whatever is cut off. @returns how often it was */
  const cutEverywhere = async (level: "factory" | "hand-over", check: (home: ResetHome) => Promise<void>) => {
    const left = await begun(level);
    for (let at = 1; ; at++) {
      const home = left.copy();
      if ((await home.finish({ powerCutAt: at, unsynced: "torn" })) !== "power cut") return at - 1;
      await home.finish({ powerCutAt: 1 + (at % 9), unsynced: "torn" });
      await home.finish();
      await check(home);
    }
  };

  test("handed over, cut off at every write: house and lamps are there, under the same protector", async () => {
    const whole = await begun("hand-over");
    await whole.finish();
    const wanted = await found(whole);
    expect(wanted).toMatchObject({ status: kind, unreadable: [] });
    expect(wanted.lamps).toEqual(
      whole.lamps.toSorted().map((id) => expect.stringMatching(`^${id} Lamp \\d$`)),
    );
    const cuts = await cutEverywhere("hand-over", async (home) => {
      expect(await found(home)).toEqual(wanted);
      expect(placesIn(home)).toBe(placesIn(whole));
    });
    expect(cuts).toBeGreaterThan(20);
  });

  test("back to the factory, cut off at every write: nothing is left but what counts", async () => {
    const whole = await begun("factory");
    expect(await whole.finish()).toMatchObject({
      sanitization: { protector: kind, description: kind === "tpm" ? "Purge" : "Clear" },
      verification: { result: "passed" },
    });
    const cuts = await cutEverywhere("factory", async (home) => {
      expect(home.disk.names().toSorted()).toEqual(["files/reset-certificate", "keys/device-key"]);
      expect(placesIn(home)).toBe(placesIn(whole));
    });
    expect(cuts).toBeGreaterThan(15);
  });
});

test("cut off at any operation of the chip a reset goes on", async () => {
  for (const level of ["factory", "hand-over"] as const) {
    const left = await ResetHome.left(level, false, 1_000, { wanted: "tpm" });
    for (let at = 1; ; at++) {
      const home = left.copy();
      home.chip.setFaults({ powerCutAt: at });
      if ((await home.finish()) !== "power cut") break;
      expect(await home.finish(), `${level}, operation ${at}`).toMatchObject({
        verification: { result: "passed" },
        sanitization: { protector: "tpm" },
      });
      const hub = home.hub();
      await hub.start();
      expect(hub.lights.list()).toHaveLength(level === "factory" ? 0 : 3);
      await hub.close();
    }
  }
});
