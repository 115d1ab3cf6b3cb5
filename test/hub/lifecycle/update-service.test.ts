import { expect, test } from "vitest";
import { HubError, NetworkFailed } from "../../../hub/domain/errors.ts";
import { decideBoot, type NotBefore } from "../../../hub/domain/firmware.ts";
import { Hours, Instant, later, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { BootRecord } from "../../../hub/lifecycle/boot-record.ts";
import { SimPowerCut } from "../../../hub/platform/sim/sim-disk.ts";
import type { BootFiles } from "../../../hub/ports/firmware.ts";
import { proves } from "../../support/proves.ts";
import { size } from "../../support/size.ts";
import { arriving, bundleOf, factory, stranger, UpdateRig } from "./update-rig.ts";

const refusedWith = async (rig: UpdateRig, bytes: Uint8Array): Promise<string> => {
  const before = JSON.stringify([rig.record.read(), rig.disk.names()]);
  try {
    await rig.service().install(arriving(bytes));
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    expect(JSON.stringify([rig.record.read(), rig.disk.names()])).toBe(before);
    expect(rig.restarts).toBe(0);
    return error.code;
  }
  throw expect.fail("it was taken");
};

const staged = async (rig: UpdateRig, notBefore?: NotBefore, version = "1.1.0") => {
  const service = rig.service();
  await service.install(arriving(bundleOf({ version })), notBefore);
  return service;
};

/** What the supervisor would do at the next start. */
const boot = (rig: UpdateRig) => {
  const decision = decideBoot(rig.record.read(), rig.facts);
  rig.record.write(decision.state);
  return decision.image;
};

test("an update is written, read back, and the hub restarts into it", async () => {
  const rig = new UpdateRig();
  await staged(rig);
  expect(rig.restarts).toBe(0);
  await rig.clock.advance(Seconds(2));
  expect(rig.restarts).toBe(1);
  expect(boot(rig)).toBe("a");
});

const changed = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = bundleOf();
  change(bytes);
  return bytes;
};

test.each<[what: string, bytes: Buffer, code: string]>([
  ["that is truncated", bundleOf().subarray(0, -1), "update_truncated"],
  ["with something behind its end", Buffer.concat([bundleOf(), Buffer.from("x")]), "update_damaged"],
  [
    "with a file of another hash",
    changed((bytes) => bytes.writeUInt8(0x21, bytes.length - 3)),
    "update_damaged",
  ],
  ["re-signed by somebody else", bundleOf({ key: stranger.privateKey }), "update_not_trusted"],
  ["with a downgraded algorithm", changed((bytes) => bytes.writeUInt8(0, 9)), "update_algorithm_refused"],
  ["for another model", bundleOf({ model: "other-hub" }), "update_other_model"],
  ["of the same version", bundleOf({ version: "1.0.0" }), "update_too_old"],
  ["of an older version", bundleOf({ version: "0.9.9" }), "update_too_old"],
  ["that could not read the data", bundleOf({ version: "1.1.0-rc.1", dataFormat: 1 }), "update_too_old"],
  ["that was withdrawn", bundleOf({ counter: 1 }), "update_rolled_back"],
])("an update %s is refused, and nothing is touched", async (_what, bytes, code) => {
  expect(await refusedWith(new UpdateRig(), bytes)).toBe(code);
});

test(`nothing is written of what nobody signed, nor of what does not fit: a full disk would not be noticed ${proves("EN303645:5.3-2", "EN303645:5.3-9")}`, async () => {
  const rig = new UpdateRig();
  rig.disk.setFaults({ capacityBytes: 0 });
  expect(await refusedWith(rig, bundleOf({ key: stranger.privateKey }))).toBe("update_not_trusted");
  expect(await refusedWith(rig, bundleOf({ model: "other-hub" }))).toBe("update_other_model");
  expect(await refusedWith(rig, bundleOf())).toBe("store_failed");
});

test("cut off at any byte it is called incomplete, and nothing is touched", async () => {
  const rig = new UpdateRig();
  const whole = bundleOf();
  for (let length = 0; length < whole.length; length++)
    expect(await refusedWith(rig, whole.subarray(0, length))).toBe("update_truncated");
});

test("a sender who leaves in the middle leaves nothing behind", async () => {
  const rig = new UpdateRig();
  const service = rig.service();
  async function* leaving() {
    yield* arriving(bundleOf().subarray(0, -5));
    throw new NetworkFailed("the sender left", { reason: "aborted" });
  }
  await expect(service.install(leaving())).rejects.toMatchObject({ code: "network_failed" });
  expect(rig.disk.names()).toEqual([]);
  await service.install(arriving(bundleOf()));
  expect(boot(rig)).toBe("a");
});

test("while one arrives another is refused, and the first is taken", async () => {
  const rig = new UpdateRig();
  const service = rig.service();
  const first = service.install(arriving(bundleOf()));
  const second = service.install(arriving(bundleOf({ version: "1.2.0" })));
  await expect(second).rejects.toMatchObject({ code: "update_under_way", status: 409 });
  expect(await first).toMatchObject({ state: { slots: { a: { version: "1.1.0" } } } });
});

test("the version that would be lost stays until the next one is there whole", async () => {
  const rig = new UpdateRig();
  await staged(rig, "restart");
  const before = JSON.stringify([rig.record.read(), rig.disk.names()]);
  const next = bundleOf({ version: "1.2.0" });
  const service = rig.service();
  await expect(service.install(arriving(next.subarray(0, -1)))).rejects.toThrow("not complete");
  expect(JSON.stringify([rig.record.read(), rig.disk.names()])).toBe(before);
  expect(boot(rig)).toBe("a");
});

test("of an update no more is in memory than a piece of it: each is on its way to the disk before the next is asked for", async () => {
  const pieceBytes = 64 * 1_024;
  const bundle = bundleOf({ files: { "hub.js": "x".repeat(4_000_000), "other.js": "y".repeat(2_000_000) } });
  const rig = new UpdateRig();
  let [sent, most] = [0, 0];
  async function* counted() {
    for await (const piece of arriving(bundle, pieceBytes)) {
      most = Math.max(most, sent - rig.disk.image().length);
      sent += piece.length;
      yield piece;
    }
  }
  await rig.service().install(counted(), "restart");
  expect(sent).toBe(bundle.length);
  // What is not on the disk yet: the last piece, and the head, which follows the files.
  expect(most).toBeLessThan(2 * pieceBytes);
});

test(`a counter that was confirmed is never undercut again ${proves("U46", "ISVS:3.4.6")}`, async () => {
  const rig = new UpdateRig();
  await rig.service().install(arriving(bundleOf({ version: "1.1.0", counter: 7 })));
  expect(boot(rig)).toBe("a");
  rig.service("a").confirm();
  expect(rig.record.read().counter).toBe(7);
  const older = rig.service("a").install(arriving(bundleOf({ version: "9.0.0", counter: 6 })));
  await expect(older).rejects.toMatchObject({ code: "update_rolled_back" });
});

test("a version on trial confirms itself when it has been well for half a minute, and not before", async () => {
  const rig = new UpdateRig();
  await staged(rig);
  boot(rig);
  const service = rig.service("a");
  service.well();
  expect(rig.isReady).toBe(true);
  await rig.clock.advance(Seconds(29));
  expect(rig.record.read().trial?.phase).toBe("started");
  await rig.clock.advance(Seconds(2));
  expect(rig.record.read()).toMatchObject({ confirmed: "a", previous: "factory" });
  expect(boot(rig)).toBe("a");
});

test("an image that is not the one on trial does not confirm it", async () => {
  const rig = new UpdateRig();
  await staged(rig);
  boot(rig);
  const service = rig.service("factory");
  service.well();
  await rig.clock.advance(Minutes(5));
  expect(rig.record.read().trial?.phase).toBe("started");
  expect(() => service.confirm()).toThrow(expect.objectContaining({ code: "no_update" }));
});

test("while a version is on trial no other is taken", async () => {
  const rig = new UpdateRig();
  await staged(rig);
  boot(rig);
  const other = rig.service("a").install(arriving(bundleOf({ version: "2.0.0" })));
  await expect(other).rejects.toMatchObject({ code: "trial_runs" });
});

test(`an update waits until its moment, also over a restart, and can be put off ${proves("EN303645:5.3-6A")}`, async () => {
  const rig = new UpdateRig();
  const at = later(rig.clock.now(), Hours(3));
  const service = await staged(rig, at);
  await rig.clock.advance(Hours(2));
  expect(rig.restarts).toBe(0);
  expect(boot(rig)).toBe("factory");
  service.postpone(later(at, Hours(1)));
  await rig.clock.advance(Hours(1.5));
  expect(rig.restarts).toBe(0);
  await rig.clock.advance(Hours(1));
  expect(rig.restarts).toBe(1);
  expect(boot(rig)).toBe("a");
});

test("one that waits for the next restart does not bring it about", async () => {
  const rig = new UpdateRig();
  await staged(rig, "restart");
  await rig.clock.advance(Hours(48));
  expect(rig.restarts).toBe(0);
  expect(boot(rig)).toBe("a");
});

test("one that is put off in the last second is put off", async () => {
  const rig = new UpdateRig();
  const service = await staged(rig);
  service.postpone(Instant(Date.UTC(2030, 0, 1)));
  await rig.clock.advance(Hours(1));
  expect(rig.restarts).toBe(0);
});

test("an update that waits can be taken back, and a confirmed one too", async () => {
  const rig = new UpdateRig();
  (await staged(rig, "restart")).revert();
  expect(boot(rig)).toBe("factory");
  expect(rig.restarts).toBe(0);
  await staged(rig);
  boot(rig);
  const service = rig.service("a");
  service.confirm();
  service.revert();
  await rig.clock.advance(Seconds(2));
  expect(boot(rig)).toBe("factory");
  expect(rig.record.read().last).toEqual({ what: "reverted", version: "1.1.0", reason: "asked" });
});

test("a disk that takes nothing when nobody waits for an answer lets the update wait, or the trial end", async () => {
  const rig = new UpdateRig();
  await staged(rig, later(rig.clock.now(), Minutes(5)));
  rig.disk.setFaults({ readOnly: true });
  await rig.clock.advance(Minutes(10));
  expect(rig.restarts).toBe(0);
  rig.disk.setFaults({});
  await rig.clock.advance(Minutes(2));
  expect(rig.restarts).toBe(1);
  boot(rig);
  rig.disk.setFaults({ readOnly: true });
  rig.service("a").well();
  await rig.clock.advance(Minutes(1));
  expect(rig.record.read().trial?.phase).toBe("started");
});

test("a long life ends the count of crashes", async () => {
  const rig = new UpdateRig();
  rig.record.write({ ...rig.record.read(), failures: 2 });
  rig.service().well();
  await rig.clock.advance(Minutes(9));
  expect(rig.record.read().failures).toBe(2);
  await rig.clock.advance(Minutes(2));
  expect(rig.record.read().failures).toBe(0);
});

test("a disk that is full at any byte leaves no half update, and the next attempt is whole", async () => {
  let isEnough = false;
  let more = 0;
  for (; !isEnough; more += 13) {
    const rig = new UpdateRig();
    rig.disk.setFaults({ capacityBytes: rig.disk.image().length + more });
    const service = rig.service();
    try {
      await service.install(arriving(bundleOf()));
      isEnough = true;
    } catch (error) {
      expect(error).toMatchObject({ code: "store_failed", context: { reason: "full" } });
      expect(rig.disk.names().filter((name) => name.startsWith("slots/"))).toEqual([]);
      expect(rig.record.read()).toMatchObject({ slots: {}, confirmed: "factory" });
      rig.disk.setFaults({});
      await service.install(arriving(bundleOf()));
    }
    rig.disk.setFaults({});
    expect(boot(rig)).toBe("a");
  }
  expect(more).toBeGreaterThan(bundleOf().length);
});

test(`a slot is not booted once any byte in it is another, gone or too many ${proves("EN303645:5.3-9", "EN303645:5.7-2", "CRA:I.2.f")}`, async () => {
  const rig = new UpdateRig();
  await staged(rig);
  const state = rig.record.read();
  const files = rig.disk.names().filter((name) => name.startsWith("slots/a/"));
  expect(files).toHaveLength(4);
  const isIntact = () => decideBoot(state, rig.facts).image === "a";
  expect(isIntact()).toBe(true);
  for (const name of files) {
    const content = rig.disk.read(name) ?? Buffer.alloc(0);
    for (let at = 0; at < content.length; at++) {
      rig.disk.swap(name, content.subarray(0, at));
      expect(isIntact()).toBe(false);
      const flipped = Buffer.from(content);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      rig.disk.swap(name, flipped);
      expect(isIntact()).toBe(false);
    }
    rig.disk.remove(name);
    expect(isIntact()).toBe(false);
    rig.disk.swap(name, content);
  }
  expect(isIntact()).toBe(true);
  rig.disk.swap("slots/a/node_modules/evil/index.js", Buffer.from("evil"));
  expect(isIntact()).toBe(false);
});

/** From a home that runs slot a, with an update on its way into slot b. */
const updatedRig = async (seed: number): Promise<UpdateRig> => {
  const rig = new UpdateRig(seed);
  await staged(rig);
  boot(rig);
  rig.service("a").confirm();
  return rig;
};

const installNext = (rig: UpdateRig) =>
  rig.service("a").install(arriving(bundleOf({ version: "1.2.0", counter: 3 }), 64));

const isCutOff = async (rig: UpdateRig, at: number): Promise<boolean> => {
  rig.disk.setFaults({ ...rig.disk.faults, powerCutAt: at });
  try {
    await installNext(rig);
    return false;
  } catch (error) {
    if (!(error instanceof SimPowerCut)) throw error;
    return true;
  }
};

test(`the power goes at every write of an install: a valid slot is booted, and the next install works ${proves("U46")}`, async () => {
  for (const unsynced of ["lost", "torn", "garbled"] as const) {
    for (let seed = 1; seed <= size(2, 50); seed++) {
      for (let at = 1; ; at++) {
        const rig = await updatedRig(seed);
        rig.disk.setFaults({ unsynced });
        if (!(await isCutOff(rig, at))) {
          // Two boot states, and two writes for each of four files.
          expect(at).toBeGreaterThan(10);
          break;
        }
        rig.disk.powerCut();
        const image = boot(rig);
        if (image === "b") continue;
        expect(image).toBe("a");
        // What was never whole was never named, so there is nothing to take back.
        expect(rig.record.read().last).toEqual({ what: "confirmed", version: "1.1.0" });
        rig.disk.setFaults({});
        await installNext(rig);
        expect(boot(rig)).toBe("b");
      }
    }
  }
});

/** Files whose newest writing is cut off at a byte, in place: worse than any rename. */
class TornFiles implements BootFiles {
  readonly contents = new Map<string, Buffer>();
  left = Number.POSITIVE_INFINITY;

  read(name: string): Buffer | undefined {
    return this.contents.get(name);
  }

  replace(name: string, content: Uint8Array): void {
    this.contents.set(name, Buffer.from(content.subarray(0, this.left)));
  }
}

test("the boot state is cut off at every byte: the one before holds", () => {
  const disk = new TornFiles();
  const record = new BootRecord(disk, factory);
  const first = { ...record.read(), failures: 1 };
  const second = { ...first, failures: 2 };
  record.write(first);
  record.write(second);
  const length = disk.contents.get("boot/1")?.length ?? 0;
  expect(length).toBeGreaterThan(100);
  const whole = new Map(disk.contents);
  for (let at = 0; at < length; at++) {
    disk.contents.clear();
    for (const [name, content] of whole) disk.contents.set(name, content);
    disk.left = at;
    record.write({ ...second, failures: 3 });
    expect(record.read()).toEqual(second);
  }
  disk.left = Number.POSITIVE_INFINITY;
  record.write({ ...second, failures: 3 });
  expect(record.read().failures).toBe(3);
});

test("any byte of the newest boot state is another: the one before holds", () => {
  const disk = new TornFiles();
  const record = new BootRecord(disk, factory);
  const first = { ...record.read(), failures: 1 };
  record.write(first);
  record.write({ ...first, failures: 2 });
  const newest = disk.contents.get("boot/1") ?? Buffer.alloc(0);
  for (let at = 0; at < newest.length; at++) {
    const flipped = Buffer.from(newest);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    disk.contents.set("boot/1", flipped);
    expect(record.read()).toEqual(first);
  }
});

test("with both copies gone the package's image is booted", () => {
  const disk = new TornFiles();
  disk.replace("boot/0", Buffer.from("noise"));
  disk.replace("boot/1", Buffer.from("LKBS and more noise that is longer than the head of a boot state"));
  expect(new BootRecord(disk, factory).read()).toMatchObject({ confirmed: "factory", slots: {} });
});
