import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ZoneName } from "../../../hub/domain/civil.ts";
import { decideBoot } from "../../../hub/domain/firmware.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Days, Hours, Instant, Minutes } from "../../../hub/domain/units.ts";
import { firstLook, UpdateWatch } from "../../../hub/lifecycle/update-watch.ts";
import { UpdateFolder } from "../../../hub/platform/node/update-folder.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { proves } from "../../support/proves.ts";
import { arriving, bundleOf, stranger, UpdateRig } from "./update-rig.ts";

const risk = "Whoever is in your Wi-Fi could switch lamps without signing in";

/** A hub that looks for updates in a folder, and everything that was asked of that folder. */
class WatchRig extends UpdateRig {
  readonly asked: { readonly name: string; readonly at: number }[] = [];
  readonly store = new MemoryGuardedStore();
  readonly updates = this.service();
  readonly watch: UpdateWatch;
  lies: Buffer | undefined;
  hangs: Promise<void> | undefined;

  constructor(zone = "Europe/Berlin") {
    super();
    this.watch = this.another(zone);
    this.watch.start();
  }

  another(zone = "Europe/Berlin"): UpdateWatch {
    const source = {
      pieces: async (...said: readonly unknown[]) => {
        this.asked.push({ name: JSON.stringify(said), at: this.clock.now() });
        await this.hangs;
        return this.lies === undefined ? undefined : arriving(this.lies);
      },
    };
    const of = { model: "lampkeeper-hub", zone: () => TimeZone.of(zone as ZoneName) };
    return new UpdateWatch(this.clock, new AuditedLog(this.log), this.store, this.updates, source, of);
  }

  get waiting() {
    return this.record.read().trial;
  }
}

const utc = (text: string): Instant => Instant(Date.parse(text));

test(`it looks soon after each start and then every day, asks for one name, and says nothing of the home ${proves("EN303645:5.3-5")}`, async () => {
  const rig = new WatchRig();
  rig.store.collection("settings").put("canary", { name: "canary", value: "Zyxcanary" });
  const began = rig.clock.now();
  await rig.clock.advance(firstLook);
  expect(rig.asked.map(({ at }) => at - began)).toEqual([Minutes(2)]);
  await rig.clock.advance(Days(7));
  expect(rig.asked).toHaveLength(8);
  expect(new Set(rig.asked.map(({ name }) => name))).toEqual(new Set(['["lampkeeper-hub.update"]']));
  const other = new WatchRig("Asia/Ho_Chi_Minh");
  await other.clock.advance(firstLook);
  expect(other.asked[0]?.name).toBe(rig.asked[0]?.name);
  rig.watch.close();
  await rig.clock.advance(Days(2));
  expect(rig.asked).toHaveLength(8);
});

test(`until somebody has answered nothing comes by itself; who says yes has it, who says no has not ${proves("EN303645:5.3-4B", "EN303645:5.3-4A")}`, async () => {
  const rig = new WatchRig();
  rig.lies = bundleOf({ risk });
  await rig.clock.advance(Days(3));
  expect(rig.watch.view()).toMatchObject({ automatic: undefined, offer: { version: "1.1.0", risk } });
  expect([rig.waiting, rig.restarts]).toEqual([undefined, 0]);
  await rig.watch.choose({ automatic: false });
  await rig.clock.advance(Days(3));
  expect([rig.waiting, rig.restarts]).toEqual([undefined, 0]);
  await rig.watch.choose({ automatic: true });
  expect(rig.waiting).toMatchObject({ phase: "test" });
  // The answer is kept.
  expect(rig.another().view()).toMatchObject({ automatic: true });
});

describe("an update that comes by itself", () => {
  test(`is taken, waits for the night of the home, and is then what is started ${proves("EN303645:5.3-4A", "CRA:I.2.c")}`, async () => {
    const rig = new WatchRig();
    await rig.watch.choose({ automatic: true });
    rig.lies = bundleOf();
    await rig.clock.advance(firstLook);
    // Three o'clock in Berlin.
    expect(rig.waiting).toMatchObject({ slot: "a", notBefore: utc("2026-01-01T02:00:00Z") });
    await rig.clock.advance(Minutes(115));
    expect(rig.restarts).toBe(0);
    await rig.clock.advance(Minutes(5));
    expect(rig.restarts).toBe(1);
    expect(decideBoot(rig.record.read(), rig.facts).image).toBe("a");
  });

  test("never restarts the hub within the hour in which it was found", async () => {
    const rig = new WatchRig();
    rig.lies = bundleOf();
    await rig.clock.advance(Hours(1));
    await rig.clock.advance(Minutes(30));
    // Half past two in Berlin: three o'clock is too soon.
    await rig.watch.choose({ automatic: true });
    expect(rig.waiting?.notBefore).toBe(utc("2026-01-02T02:00:00Z"));
  });

  test("is dropped by whoever changes their mind; what was installed by hand is not", async () => {
    const rig = new WatchRig();
    rig.lies = bundleOf();
    await rig.watch.choose({ automatic: true });
    expect(rig.waiting).toBeDefined();
    await rig.watch.choose({ automatic: false });
    expect(rig.waiting).toBeUndefined();
    await rig.updates.install(arriving(bundleOf({ version: "1.2.0" })), utc("2026-01-05T00:00:00Z"));
    await rig.watch.choose({ automatic: false });
    expect(rig.waiting).toBeDefined();
  });

  test("and was no good is not tried again by itself", async () => {
    const rig = new WatchRig();
    rig.lies = bundleOf();
    await rig.watch.choose({ automatic: true });
    const state = rig.record.read();
    rig.record.write({
      ...state,
      trial: { slot: "a", phase: "started", notBefore: "restart", failure: "crashed" },
    });
    rig.record.write(decideBoot(rig.record.read(), rig.facts).state);
    expect(rig.record.read().last).toMatchObject({ what: "reverted", version: "1.1.0" });
    await rig.clock.advance(Days(3));
    expect(rig.waiting).toBeUndefined();
    rig.lies = bundleOf({ version: "1.1.1" });
    await rig.clock.advance(Days(1));
    expect(rig.record.read().slots).toMatchObject({ a: { version: "1.1.1" } });
  });

  test.each([
    ["of a stranger", bundleOf({ key: stranger.privateKey })],
    ["cut off", bundleOf().subarray(0, 60)],
    ["of another model", bundleOf({ model: "other-hub" })],
    ["of this very version", bundleOf({ version: "1.0.0" })],
    ["that is none", Buffer.from("hello")],
  ])("and is one %s is neither offered nor taken", async (_, bytes) => {
    const rig = new WatchRig();
    await rig.watch.choose({ automatic: true });
    rig.lies = bytes;
    await rig.clock.advance(Days(2));
    expect([rig.watch.view().offer, rig.waiting, rig.watch.notices()]).toEqual([undefined, undefined, []]);
  });
});

describe("notices", () => {
  test(`say that there is an update and which risk it ends, in the words that were signed ${proves("EN303645:5.3-11")}`, async () => {
    const rig = new WatchRig();
    rig.lies = bundleOf({ risk });
    await rig.clock.advance(firstLook);
    expect(rig.watch.notices()).toEqual([{ kind: "available", version: "1.1.0", risk }]);
    // Other words are other bytes, which nobody signed.
    rig.lies = Buffer.from(
      bundleOf({ risk }).toString("latin1").replace("could switch", "may switch  "),
      "latin1",
    );
    await rig.clock.advance(Days(1));
    expect(rig.watch.notices()).toEqual([]);
  });

  test(`say when the hub restarts, at least an hour before ${proves("EN303645:5.3-12")}`, async () => {
    const rig = new WatchRig();
    rig.lies = bundleOf({ risk });
    await rig.clock.advance(firstLook);
    await rig.watch.choose({ automatic: true });
    const at = utc("2026-01-01T02:00:00Z");
    expect(rig.watch.notices()).toEqual([{ kind: "restart", version: "1.1.0", risk, at }]);
    expect(at - rig.clock.now()).toBeGreaterThan(Hours(1));
    await rig.clock.advance(Hours(1));
    expect(rig.watch.notices()).toHaveLength(1);
    expect(rig.restarts).toBe(0);
    await rig.clock.advance(Hours(1));
    expect(rig.restarts).toBe(1);
  });

  test(`are switched off and on again, and updates come all the same ${proves("EN303645:5.3-6B")}`, async () => {
    const rig = new WatchRig();
    rig.lies = bundleOf({ risk });
    await rig.clock.advance(firstLook);
    expect(rig.watch.notices()).toHaveLength(1);
    await rig.watch.choose({ notices: false });
    expect([rig.watch.notices(), rig.another().notices()]).toEqual([[], []]);
    await rig.watch.choose({ automatic: true });
    expect([rig.watch.notices(), rig.waiting?.phase]).toEqual([[], "test"]);
    await rig.watch.choose({ notices: true });
    expect(rig.watch.notices()).toHaveLength(1);
  });
});

test("a folder is read in pieces that stay as they are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  try {
    const large = Buffer.alloc(300_000, "lamp");
    writeFileSync(join(folder, "lampkeeper-hub.update"), large);
    const source = new UpdateFolder(folder);
    expect(await source.pieces("other.update")).toBeUndefined();
    const pieces: Uint8Array[] = [];
    for await (const piece of (await source.pieces("lampkeeper-hub.update")) ?? []) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces).equals(readFileSync(join(folder, "lampkeeper-hub.update")))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["pipe", "folder"])(
  "a %s in the place of an update is refused, and nobody waits for it",
  async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
    try {
      const place = join(folder, "lampkeeper-hub.update");
      if (kind === "folder") mkdirSync(place);
      else execFileSync("mkfifo", [place]);
      await expect(new UpdateFolder(folder).pieces("lampkeeper-hub.update")).rejects.toMatchObject({
        code: "store_failed",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("a share that hangs is asked once, however many days that takes, and looked at again when it answers", async () => {
  const rig = new WatchRig();
  const { promise, resolve } = Promise.withResolvers<void>();
  rig.hangs = promise;
  await rig.clock.advance(Days(5));
  expect(rig.asked).toHaveLength(1);
  rig.hangs = undefined;
  resolve();
  await rig.clock.advance(Days(2));
  expect(rig.asked).toHaveLength(3);
});
