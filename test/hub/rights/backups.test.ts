import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { LampId, PersonId } from "../../../hub/domain/ids.ts";
import type { Condition } from "../../../hub/domain/rule.ts";
import { Days, Hours } from "../../../hub/domain/units.ts";
import { stagedFile } from "../../../hub/privacy/staged-home.ts";
import { backupCost } from "../../../hub/rights/sealed-home.ts";
import { DiskHome, furnish, inhabitant, ruleOf } from "../../support/disk-home.ts";
import { proves } from "../../support/proves.ts";

const passphrase = Buffer.from("correct horse battery");
const open: DiskHome[] = [];
const home = (from = new DiskHome()): DiskHome => {
  open.push(from);
  return from;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()));
});

type RunningHub = Awaited<ReturnType<DiskHome["start"]>>;
const made = (hub: RunningHub): Buffer => Buffer.concat([...hub.privacy.personal.backups.create(passphrase)]);
const restored = async (into: DiskHome, file: Buffer): Promise<RunningHub> => {
  const contents = (await into.start()).privacy.personal.backups.restore(passphrase, file);
  expect(contents.records["devices"]).toBeGreaterThanOrEqual(0);
  return await into.start();
};
const names = (hub: RunningHub) => ({
  rooms: hub.inventory.rooms().map(({ name }) => name),
  devices: hub.inventory
    .devices()
    .map(({ name }) => name)
    .sort(),
  rules: hub.schedules
    .list()
    .map(({ name }) => name)
    .sort(),
  people: hub.people
    .list()
    .map(({ name }) => name)
    .sort(),
});
const inhabited = async (...who: string[]) => {
  const disk = home();
  const hub = await disk.start();
  const [lamp] = furnish(hub);
  const people = who.map((name, index) => inhabitant(hub, name, lamp as LampId, index));
  return { disk, hub, lamp: lamp as LampId, people };
};

/** Conditions inside conditions, as deep as the hub takes them. */
const nested = (depth: number): Condition =>
  depth === 0 ? { kind: "mode", is: ["home"] } : { kind: "not", condition: nested(depth - 1) };

describe("a backup", () => {
  test("brings the home back as it was, its devices' keys too, and with it its people where they live", async () => {
    const { disk, hub, people } = await inhabited("Quokka", "Wombat");
    hub.places.set({
      position: { latitude: 52.5, longitude: 13.4 } as never,
      zone: "Europe/Berlin" as never,
    });
    const before = names(hub);
    const veil = hub.store.collection("veil").get("home");
    const place = hub.places.stated();
    const secret = hub.identities
      .credentialsOf(hub.inventory.devices()[0] as never)
      ?.password.toString("hex");
    const file = made(hub);
    hub.inventory.renameRoom(hub.inventory.rooms()[0]?.id as never, "Other");
    for (const { id } of hub.inventory.devices()) hub.inventory.removeDevice(id);
    hub.people.change(people[0] as PersonId, { name: "Somebody" });
    const after = await restored(disk, file);
    expect(names(after)).toEqual(before);
    expect(after.store.collection("veil").get("home")).toEqual(veil);
    expect(after.places.stated()).toEqual(place);
    expect(
      after.identities
        .credentialsOf(after.inventory.devices().find(({ name }) => name.endsWith("0")) as never)
        ?.password.toString("hex").length,
    ).toBe(secret?.length);
    expect(disk.disk.names().some((name) => name.includes(stagedFile))).toBe(false);
    expect(after.vault.has("staged-home")).toBe(false);
  });

  test(`on another machine: the home is whole, and people come back empty ${proves("A23")}`, async () => {
    const { hub } = await inhabited("Quokka", "Wombat");
    const device = hub.inventory.devices()[0];
    const secret = hub.identities.credentialsOf(device as never)?.password.toString("hex");
    const file = made(hub);
    const other = home();
    const contents = (await other.start()).privacy.personal.backups.verify(passphrase, file);
    expect(contents.people).toEqual({ all: 2, readable: 0 });
    const after = await restored(other, file);
    expect(names(after)).toEqual({ ...names(hub), people: [], rules: ["Zyxcanary rule"] });
    // Lamps are spoken to as before, or they would have to be set up anew.
    const same = after.inventory.devices().find(({ id }) => id === device?.id);
    expect(after.identities.credentialsOf(same as never)?.password.toString("hex")).toBe(secret);
    expect(JSON.stringify(after.privacy.personal.exports.ofHome())).not.toMatch(/Quokka|Wombat/);
  });

  test(`gives back nothing that was taken away: rights, and which words of a phone count`, async () => {
    const { disk, hub, people } = await inhabited("Quokka", "Wombat");
    const [quokka] = people as [PersonId];
    hub.people.change(quokka, { role: "installer" });
    const file = made(hub);
    hub.people.change(quokka, { role: "resident", name: "Quokka the elder" });
    const phone = hub.people.phonesOf(quokka)[0];
    hub.people.hearPhone(phone as never, 99, true)();
    hub.privacy.personal.rights.restrict(quokka);
    const after = await restored(disk, file);
    expect(after.people.get(quokka)).toMatchObject({ name: "Quokka", isGuest: false });
    expect(after.people.get(quokka)?.role).toBeUndefined();
    expect(after.people.phonesOf(quokka)[0]?.counter).toBe(99);
    expect(after.privacy.personal.rights.isRestricted(quokka)).toBe(true);
  });

  test("of a home in which things outlived what they name comes back as well", async () => {
    const { disk, hub, lamp } = await inhabited("Quokka");
    hub.schedules.add({ ...ruleOf("Deep", lamp), conditions: [nested(3)] });
    hub.circadian.follow(lamp);
    hub.inventory.removeRoom(hub.inventory.rooms()[0]?.id as never);
    hub.inventory.removeDevice(lamp);
    hub.places.setZone("Europe/Berlin" as never);
    const before = names(hub);
    expect(hub.scenes.list()[0]?.room).not.toBeNull();
    expect(names(await restored(disk, made(hub)))).toEqual(before);
  });

  test("has an age", async () => {
    const { disk, hub } = await inhabited();
    expect(hub.privacy.personal.backups.newest()).toBeUndefined();
    const file = hub.privacy.personal.backups.create(passphrase)[Symbol.iterator]();
    file.next();
    expect(hub.privacy.personal.backups.newest()).toBeUndefined();
    while (file.next().done !== true);
    expect(hub.privacy.personal.backups.newest()).toBe(disk.clock.now());
    await disk.clock.advance(Hours(1));
    expect((await disk.start()).privacy.personal.backups.newest()).toBe(disk.clock.now() - Hours(1));
  });

  test(`leaves by nobody's network: it is a file that its owner keeps ${proves("U39")}`, async () => {
    const { disk, hub } = await inhabited("Quokka");
    const asked: string[] = [];
    for (const door of ["connect", "lookup", "fetch", "send"] as const) {
      const network = disk.network as unknown as Record<string, unknown>;
      const real = network[door];
      if (typeof real === "function")
        network[door] = (...words: unknown[]) => {
          asked.push(door);
          return (real as (...words: unknown[]) => unknown).apply(disk.network, words);
        };
    }
    const file = made(hub);
    hub.privacy.personal.backups.restore(passphrase, file);
    await disk.clock.advance(Days(1));
    expect(asked).toEqual([]);
    // The watch does see somebody who asks.
    await (disk.network as unknown as { connect(to: object): Promise<unknown> })
      .connect({ host: "192.0.2.1", port: 1 })
      .catch(() => undefined);
    expect(asked).toEqual(["connect"]);
  });
});

describe("what lies in the file", () => {
  test("is nothing that anybody can read, pack out or guess the length of", async () => {
    const { hub } = await inhabited("Quokka", "Wombat");
    const [one, two] = [made(hub), made(hub)];
    for (const word of ["Zyxcanary", "Quokka", "11qYAYKx", "02:00:00", "lampkeeper", "devices"])
      expect(one.includes(word), word).toBe(false);
    expect([one.length % 1_024, one.length]).toEqual([two.length % 1_024, two.length]);
    hub.inventory.renameRoom(hub.inventory.rooms()[0]?.id as never, "A room of a longer name than before");
    expect(made(hub).length).toBe(one.length);
    // Known plaintext: two of the same home have nothing in common but the head.
    let same = 0;
    for (let at = 30; at < one.length; at++) if (one[at] === two[at]) same++;
    expect(same / one.length).toBeLessThan(0.006);
    const counts = new Array<number>(256).fill(0);
    for (const byte of one.subarray(30)) counts[byte] = (counts[byte] ?? 0) + 1;
    expect(Math.max(...counts) / (one.length / 256)).toBeLessThan(1.6);
  });

  test("no archiver opens", async () => {
    const { hub } = await inhabited("Quokka");
    const file = made(hub);
    for (const unpack of [gunzipSync, inflateSync, inflateRawSync]) expect(() => unpack(file)).toThrow();
    const folder = mkdtempSync(join(tmpdir(), "lampkeeper-backup-"));
    try {
      const path = join(folder, "home.backup");
      writeFileSync(path, file);
      for (const [tool, ...words] of [
        ["tar", "-tf"],
        ["gzip", "-t"],
        ["xz", "-t"],
        ["python3", "-m", "zipfile", "-l"],
        ["python3", "-m", "tarfile", "-l"],
      ] as const)
        expect(() => execFileSync(tool, [...words, path], { stdio: "ignore" }), tool).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("opens with no other passphrase, and with no byte changed, cut off or added", async () => {
    const { disk, hub } = await inhabited("Quokka");
    const file = made(hub);
    const { backups } = hub.privacy.personal;
    const unreadable = expect.objectContaining({ code: "backup_unreadable" });
    expect(() => backups.verify(Buffer.from("correct horse batterz"), file)).toThrow(unreadable);
    const swapped = Buffer.from(file);
    for (const at of [0, 12, 20, 31, 40, file.length >> 1, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => backups.verify(passphrase, changed), `byte ${at}`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^backup_(?:unreadable|refused)$/) }),
      );
    }
    for (const length of [0, 5, 29, 30, 40, file.length - 1])
      expect(() => backups.verify(passphrase, file.subarray(0, length)), `${length} bytes`).toThrow(
        unreadable,
      );
    expect(() => backups.verify(passphrase, Buffer.concat([file, Buffer.of(0)]))).toThrow(unreadable);
    expect(() => backups.restore(Buffer.from("another passphrase"), swapped)).toThrow(unreadable);
    expect(disk.disk.names().some((name) => name.includes(stagedFile))).toBe(false);
  }, 60_000);

  test("is sealed by a passphrase that is worth it, and at a price that is", async () => {
    const { hub } = await inhabited();
    const { backups } = hub.privacy.personal;
    expect(() => backups.create(Buffer.from("short"))).toThrow(
      expect.objectContaining({ code: "password_too_short" }),
    );
    expect(() => backups.create(Buffer.from("password123"))).toThrow(
      expect.objectContaining({ code: "password_too_common" }),
    );
    const file = made(hub);
    expect([...file.subarray(10, 13)]).toEqual([backupCost.logN, backupCost.r, backupCost.p]);
    const cheap = Buffer.from(file);
    cheap[10] = 10;
    expect(() => backups.verify(passphrase, cheap)).toThrow(
      expect.objectContaining({ code: "backup_refused", context: { reason: "cost" } }),
    );
    const dear = Buffer.from(file);
    dear[10] = 30;
    expect(() => backups.verify(passphrase, dear)).toThrow(
      expect.objectContaining({ code: "backup_refused" }),
    );
    const later = Buffer.from(file);
    later[8] = 2;
    expect(() => backups.verify(passphrase, later)).toThrow(
      expect.objectContaining({ code: "backup_refused", context: { reason: "version" } }),
    );
  });
});

describe("cut off", () => {
  test("a restore is whole or nothing, wherever the power goes", async () => {
    const { hub } = await inhabited("Quokka");
    const file = made(hub);
    const other = home();
    const target = await other.start();
    target.inventory.addRoom("Before");
    target.privacy.personal.backups.restore(passphrase, file);
    await other.stop();
    let settled = 0;
    for (let cut = 1; cut < 60; cut++) {
      const copy = home(other.copy());
      copy.disk.setFaults({ powerCutAt: cut });
      const isCut = await copy.start().then(
        () => false,
        () => true,
      );
      await copy.cut();
      const after = await copy.start();
      expect(names(after), `cut ${cut}`).toMatchObject({
        rooms: ["Zyxcanary kitchen"],
        devices: ["Zyxcanary lamp 0", "Zyxcanary lamp 1"],
      });
      expect(after.vault.has("staged-home")).toBe(false);
      settled++;
      await copy.stop();
      if (!isCut) break;
    }
    expect(settled).toBeGreaterThan(3);
  }, 60_000);

  test("the making of one changes nothing, and its beginning is no backup", async () => {
    const { hub } = await inhabited("Quokka");
    const before = names(hub);
    const pieces = hub.privacy.personal.backups.create(passphrase)[Symbol.iterator]();
    const begun = Buffer.concat([pieces.next().value ?? Buffer.alloc(0)]);
    pieces.return?.();
    expect(() => hub.privacy.personal.backups.verify(passphrase, begun)).toThrow(
      expect.objectContaining({ code: "backup_unreadable" }),
    );
    expect(hub.privacy.personal.backups.newest()).toBeUndefined();
    expect(names(hub)).toEqual(before);
  });

  test("a full disk takes no restore in", async () => {
    const { disk, hub } = await inhabited("Quokka");
    const file = made(hub);
    const before = names(hub);
    disk.disk.setFaults({ capacityBytes: 1 });
    expect(() => hub.privacy.personal.backups.restore(passphrase, file)).toThrow(
      expect.objectContaining({ code: "store_failed" }),
    );
    disk.disk.setFaults({});
    expect(names(await disk.start())).toEqual(before);
  });
});
