import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../app-sim/verify/certificate-check.ts";
import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { openDeviceKey } from "../../../hub/vault/device-key.ts";
import { proves } from "../../support/proves.ts";
import { canaries, type Ending, ResetHome } from "./reset-home.ts";
import {
  backingUp,
  begunWithDevices,
  isMix,
  keepingRoot,
  trustingLamps,
  withKeysLast,
  withWipe,
} from "./reset-plants.ts";

const begun = await ResetHome.left("factory");
const journalBefore = begun.disk.read("journal") ?? Buffer.alloc(0);
const remains = ["files/reset-certificate", "keys/device-key"];

const certificateOf = (ending: Ending): SignedCertificate => {
  if (ending === undefined || ending === "power cut") throw new RangeError(`no certificate: ${ending}`);
  return ending;
};

const deviceKeyOn = (home: ResetHome): Buffer => {
  const { store, entropy } = home.platform({});
  return openDeviceKey(store.keyFiles, entropy).publicKey;
};

const filesOn = (home: ResetHome): readonly string[] => [...home.disk.names()].sort();

describe("a factory reset", () => {
  test("leaves the device's key and the certificate, and both fit together", async () => {
    const home = begun.copy();
    const deviceKey = deviceKeyOn(home);
    const certificate = certificateOf(await home.finish());
    expect(filesOn(home)).toEqual(remains);
    expect(home.found()).toEqual([]);
    const keysDestroyed = { household: 1, place: 1, veil: 1, person: 1, "device-link": 1, root: 1, epoch: 1 };
    expect(certificate).toMatchObject({
      reset: { level: "factory", counter: 1, challenge: "aabbccddeeff0011", person: "owner" },
      sanitization: { description: "Clear", nvIndexRemoved: false, keysDestroyed },
      devices: { confirmed: 3, unconfirmed: [] },
      verification: { result: "passed", left: 0 },
    });
    expect(certificate.devices.unable).toHaveLength(1);
    expect(certificate.items["user.name"]).toBe(1);
    const verdict = checkCertificate(JSON.stringify(certificate), { deviceKey, counter: 1 });
    expect(verdict.isGood).toBe(true);
  });

  test(`is certified without a word about anybody ${proves("M18", "EN303645:5.11-4")}`, async () => {
    const text = JSON.stringify(await begun.copy().finish());
    expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
    expect(text).not.toMatch(/52\.5|13\.4|Berlin|sim-lamp/);
  });

  test(`leaves a hub like one that was never used, but for its number ${proves("CRA:I.2.b", "EN303645:5.11-1")}`, async () => {
    const before = begun.copy().hub();
    await before.close();
    const home = begun.copy();
    await home.finish();
    const [reset, fresh] = [home, ResetHome.empty()].map((each) => ({ each, hub: each.hub() }));
    for (const one of [reset, fresh]) await one?.hub.start();
    const shown = (hub: ReturnType<ResetHome["hub"]> | undefined) => ({
      devices: hub?.inventory.devices(),
      rooms: hub?.inventory.rooms(),
      people: hub?.people.list(),
      tokens: hub?.tokens.list(),
      rules: hub?.schedules.list(),
      place: hub?.places.stated(),
      settings: [...(hub?.store.collection("settings").entries() ?? [])].map(([key]) => key),
    });
    expect(shown(reset?.hub)).toEqual(shown(fresh?.hub));
    expect(reset?.hub.id).not.toBe(before.id);
    for (const one of [reset, fresh]) await one?.hub.close();
    expect(filesOn(home).filter((name) => !remains.includes(name))).toEqual(
      filesOn((fresh as NonNullable<typeof fresh>).each),
    );
  });

  test("counts on: a second one says so, and its certificate is not the first one's", async () => {
    const home = begun.copy();
    const first = certificateOf(await home.finish());
    const hub = home.hub();
    await hub.start();
    home.ask(hub, "factory");
    await hub.close();
    const second = certificateOf(await home.finish());
    expect([first.reset.counter, second.reset.counter]).toEqual([1, 2]);
    const expected = { deviceKey: deviceKeyOn(home), counter: 2 };
    expect(checkCertificate(JSON.stringify(second), expected).isGood).toBe(true);
    expect(checkCertificate(JSON.stringify(first), expected)).toMatchObject({ refusal: "replayed" });
  });

  test("nothing happens where none was asked for", async () => {
    const home = await ResetHome.left();
    const before = home.disk.image();
    expect(await home.finish()).toBeUndefined();
    expect(home.disk.image().equals(before)).toBe(true);
  });

  test("an intent that is damaged is still one", async () => {
    const home = begun.copy();
    home.disk.swap("files/reset-intent", Buffer.from("{"));
    const certificate = certificateOf(await home.finish());
    expect(filesOn(home)).toEqual(remains);
    expect(certificate).toMatchObject({ reset: { level: "factory" }, devices: { confirmed: 0 } });
  });

  test("a device key that is damaged signs nothing: the device is another one from then on", async () => {
    const home = begun.copy();
    const before = deviceKeyOn(home);
    home.disk.swap("keys/device-key", Buffer.alloc(108, 7));
    const text = JSON.stringify(await home.finish());
    expect(filesOn(home)).toEqual(remains);
    expect(checkCertificate(text, { deviceKey: before })).toMatchObject({ refusal: "other-device" });
    expect(checkCertificate(text, { deviceKey: deviceKeyOn(home) })).toMatchObject({ isGood: true });
  });

  test("keys that are gone or damaged do not keep it from its end", async () => {
    for (const file of ["files/key-register", "keys/keys/root"]) {
      const home = begun.copy();
      home.disk.remove(file);
      expect(certificateOf(await home.finish()).verification.result).toBe("passed");
      expect(filesOn(home)).toEqual(remains);
    }
  });
});

/** What must hold wherever it is cut off: as long as the home can be read, nothing of it is lost; after that nothing comes back. */
const expectNeverAMix = (home: ResetHome): void => {
  expect(isMix(home, journalBefore)).toBe(false);
};

const cutEverywhere = async (unsynced: "lost" | "torn", again = false): Promise<number> => {
  for (let at = 1; ; at++) {
    const home = begun.copy();
    const ending = await home.finish({ powerCutAt: at, unsynced });
    if (ending !== "power cut") return at - 1;
    expectNeverAMix(home);
    if (again) {
      await home.finish({ powerCutAt: 1 + (at % 7), unsynced });
      expectNeverAMix(home);
    }
    const finished = await home.finish();
    // Cut off after the intent was gone there is nothing to finish.
    if (finished === undefined) expect(home.disk.read("files/reset-certificate")).toBeDefined();
    expect(filesOn(home)).toEqual(remains);
    expect(home.found()).toEqual([]);
  }
};

describe("the power goes", () => {
  test(`at every write of it: the next start ends it ${proves("M3")}`, async () => {
    expect(await cutEverywhere("lost")).toBeGreaterThan(15);
  });

  test("at every write, which is torn, and soon again", async () => {
    expect(await cutEverywhere("torn", true)).toBeGreaterThan(15);
  });

  test("at any moment while lamps answer: those that were heard of stay confirmed", async () => {
    for (let lamps = 0; lamps <= 3; lamps++) {
      const home = begun.copy();
      const addresses = [...home.flashes.keys()];
      for (const address of addresses.slice(lamps)) home.unplugged.add(address);
      const write = 6 + lamps;
      await home.finish({ powerCutAt: write });
      home.unplugged.clear();
      const certificate = certificateOf(await home.finish());
      const confirmed = new Set(home.lamps.filter((id) => !certificate.devices.unconfirmed.includes(id)));
      expect(confirmed.size).toBe(certificate.devices.confirmed);
      expect(home.lampsWithMemory()).toEqual([]);
    }
  });
});

test("a full disk in the middle of it is said; with room again it goes on", async () => {
  for (const capacityBytes of [1_000, 5_000]) {
    const home = begun.copy();
    await expect(home.finish({ capacityBytes })).rejects.toMatchObject({ code: "store_failed" });
    expectNeverAMix(home);
    expect(certificateOf(await home.finish()).verification.result).toBe("passed");
    expect(filesOn(home)).toEqual(remains);
  }
});

describe("lamps", () => {
  test(`one that is not there in time is named ${proves("H45")}`, async () => {
    const home = begun.copy();
    home.unplugged.add("sim-lamp-1");
    const { devices } = certificateOf(await home.finish());
    expect(devices).toMatchObject({ confirmed: 2, unconfirmed: [home.lamps[1]] });
    expect(home.lampsWithMemory()).toEqual(["sim-lamp-1"]);
  });

  test("one that only marks its memory as erased cannot prove anything", async () => {
    const home = begun.copy();
    home.faults.set("sim-lamp-2", { wipesShallowly: true });
    const { devices } = certificateOf(await home.finish());
    expect(devices).toMatchObject({ confirmed: 2, unconfirmed: [home.lamps[2]] });
    expect(home.found()).not.toEqual([]);
  });

  test("a proof for another request is none", async () => {
    const home = begun.copy();
    const old = "ab".repeat(16);
    const { devices } = certificateOf(
      await home.finish(
        {},
        withWipe(({ frames }) => ({ frames: () => frames(old) })),
      ),
    );
    expect([devices.confirmed, home.lampsWithMemory()]).toEqual([0, []]);
  });

  test("those that lose messages are told again", async () => {
    const home = begun.copy();
    for (const address of home.flashes.keys()) home.faults.set(address, { ignore: 0.5 });
    expect(certificateOf(await home.finish()).devices.confirmed).toBe(3);
  });
});

/** Defects, and what has to notice them. */
describe("planted", () => {
  test(`keys destroyed last: a cut finds a home that can be read and lamps that have forgotten ${proves("M22")}`, async () => {
    await withKeysLast(async () => {
      const home = begunWithDevices(begun.copy());
      await home.finish({ powerCutAt: 4 });
      expect(() => expectNeverAMix(home)).toThrow();
    });
  });

  test("a backup on reset: the verification fails", async () => {
    const home = begun.copy();
    const certificate = certificateOf(await home.finish({}, backingUp(journalBefore)));
    expect(certificate.verification).toMatchObject({ result: "failed", left: 1 });
    const verdict = checkCertificate(JSON.stringify(certificate), { deviceKey: deviceKeyOn(home) });
    expect(verdict).toMatchObject({ refusal: "incomplete" });
  });

  test("a protector whose return code is trusted: the verification asks for the key", async () => {
    const certificate = certificateOf(await begun.copy().finish({}, keepingRoot));
    expect(certificate.verification.result).toBe("failed");
  });

  test(`a lamp whose return code is trusted: it is confirmed and still remembers ${proves("M21", "M22")}`, async () => {
    const home = begun.copy();
    home.faults.set("sim-lamp-2", { wipesShallowly: true });
    const { devices } = certificateOf(await home.finish({}, trustingLamps));
    expect([devices.confirmed, home.found()]).toEqual([3, expect.arrayContaining([7])]);
  });
});
