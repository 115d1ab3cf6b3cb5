import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { RuleId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { openStore } from "../../../hub/home-store.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { portable } from "../../../hub/privacy/declared.ts";
import { stagedFile } from "../../../hub/privacy/staged-home.ts";
import { type DataExport, DataExports } from "../../../hub/rights/data-export.ts";
import { HeldData } from "../../../hub/rights/held-data.ts";
import { readHomeImport } from "../../../hub/rights/home-import.ts";
import { DiskHome, furnish, inhabitant } from "../../support/disk-home.ts";
import { furnishedRecords } from "../../support/furnished-records.ts";
import { proves } from "../../support/proves.ts";
import { devicesOf, homes } from "./home-arbitraries.ts";

const open: DiskHome[] = [];
const home = (from = new DiskHome()): DiskHome => {
  open.push(from);
  return from;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()));
});

const bytesOf = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const ofHub = new Set(["hub-id", "clock", "home-assistant", "last-backup", "erasure-open"]);
/** What of a home another hub can have. */
const stateOf = (copy: DataExport) =>
  copy.sections
    .filter(({ collection }) => portable.includes(collection))
    .map(({ collection, records }) => [collection, records.filter(({ key }) => !ofHub.has(key))] as const)
    .filter(([, records]) => records.length > 0);

describe("a home that comes in by its export", () => {
  test(`is in an empty hub what it was in its own ${proves("H52", "GDPR:20", "U37")}`, async () => {
    const from = await home().start();
    furnish(from);
    from.circadian.follow(from.inventory.rooms()[0]?.id as never);
    from.schedules.setMode("night", { kind: "api" });
    const copy = JSON.parse(JSON.stringify(from.privacy.personal.exports.ofHome())) as DataExport;

    const target = home();
    const before = await target.start();
    const counts = before.privacy.personal.imports.take(bytesOf(copy));
    expect(counts).toMatchObject({ devices: 2, rooms: 1, scenes: 1, rules: 1, circadian: 1 });
    expect(stateOf(before.privacy.personal.exports.ofHome())).toEqual([]);
    const after = await target.start();
    expect(stateOf(after.privacy.personal.exports.ofHome())).toEqual(stateOf(copy));
    const byId = (hub: typeof from) => hub.inventory.devices().toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(after)).toEqual(byId(from));
    expect(after.schedules.list()).toEqual(from.schedules.list());
    expect(after.id).not.toBe(from.id);
    expect(target.disk.names().some((name) => name.includes(stagedFile))).toBe(false);
    // It is there for good, and not taken in twice.
    expect(stateOf((await target.start()).privacy.personal.exports.ofHome())).toEqual(stateOf(copy));
  });

  test(`is the same, whatever home it is: 60 of them drawn ${proves("H52", "GDPR:20")}`, () => {
    fc.assert(
      fc.property(homes, (records) => {
        const [one, two] = [home(), home()];
        const first = openStore(one.platform(), new AuditedLog(one.log));
        first.store.atomically(() => {
          for (const [name, list] of Object.entries(records))
            for (const [key, value] of list) first.store.collection(name as "rooms").put(key, value as never);
        });
        const exports = (store: typeof first.store) =>
          new DataExports(
            one.clock,
            new HeldData({
              store,
              chain: () => ({ entries: () => [] }) as never,
              shelf: (name) => store.shelf(name),
            }),
            { list: () => [], get: () => undefined },
          ).ofHome();
        const copy = exports(first.store);
        first.close();
        const read = readHomeImport(bytesOf(copy));
        const second = openStore(two.platform(), new AuditedLog(two.log));
        second.staged.stage({ ...read, replaces: false, people: [], secrets: new Map() });
        second.close();
        const third = openStore(two.platform(), new AuditedLog(two.log));
        expect(stateOf(exports(third.store))).toEqual(stateOf(copy));
        third.close();
      }),
      { numRuns: 60 },
    );
  });

  test("leaves rules about people of elsewhere to be made anew", async () => {
    const from = await home().start();
    const [lamp] = furnish(from);
    inhabitant(from, "Quokka", lamp as never, 0);
    expect(from.schedules.list()).toHaveLength(2);
    const copy = from.privacy.personal.exports.ofHome();
    const target = home();
    (await target.start()).privacy.personal.imports.take(bytesOf(copy));
    expect((await target.start()).schedules.list().map(({ name }) => name)).toEqual(["Zyxcanary rule"]);
  });

  test("is refused where there is one already", async () => {
    const hub = await home().start();
    furnish(hub);
    const copy = hub.privacy.personal.exports.ofHome();
    expect(() => hub.privacy.personal.imports.take(bytesOf(copy))).toThrow(
      expect.objectContaining({ code: "home_not_empty" }),
    );
  });

  test("waits whole or not at all, wherever the power goes, and is settled whole", async () => {
    const from = await home().start();
    furnish(from);
    const copy = bytesOf(from.privacy.personal.exports.ofHome());
    const empty = home();
    await empty.start();
    await empty.stop();
    let whole = 0;
    for (let cut = 1, isDone = false; !isDone; cut++) {
      const target = home(empty.copy());
      const hub = await target.start();
      target.disk.setFaults({ powerCutAt: cut });
      try {
        hub.privacy.personal.imports.take(copy);
        isDone = true;
      } catch (error) {
        expect(error).toMatchObject({ code: "sim_power_cut" });
      }
      await target.cut();
      // The next start is cut as well, at every place in turn.
      for (let second = 1; second < 40; second++) {
        const again = home(target.copy());
        again.disk.setFaults({ powerCutAt: second });
        const isCut = await again.start().then(
          () => false,
          () => true,
        );
        await again.cut();
        const rooms = (await again.start()).inventory.rooms().length;
        const devices = (await again.start()).inventory.devices().length;
        expect([rooms, devices], `cut ${cut}, then ${second}`).toEqual(rooms === 0 ? [0, 0] : [1, 2]);
        whole += rooms;
        await again.stop();
        if (!isCut) break;
      }
      expect(cut).toBeLessThan(30);
    }
    expect(whole).toBeGreaterThan(0);
  }, 60_000);

  test("a full disk takes nothing in, and says so", async () => {
    const from = await home().start();
    furnish(from);
    const target = home();
    const hub = await target.start();
    target.disk.setFaults({ capacityBytes: 1 });
    expect(() => hub.privacy.personal.imports.take(bytesOf(from.privacy.personal.exports.ofHome()))).toThrow(
      expect.objectContaining({ code: "store_failed" }),
    );
    target.disk.setFaults({});
    expect((await target.start()).inventory.rooms()).toEqual([]);
  });
});

/** A file as somebody bends it. */
interface Bent {
  [field: string]: unknown;
  sections: [...Seven, ...BentSection[]];
}
type Seven = [BentSection, BentSection, BentSection, BentSection, BentSection, BentSection, BentSection];
interface BentRecord {
  key: string;
  value: Record<string, unknown>;
}
interface BentSection {
  [field: string]: unknown;
  records: [BentRecord, ...BentRecord[]];
}

describe("a hostile file", () => {
  const copy = (): DataExport => {
    const records = furnishedRecords("Home");
    const rule = { ...records.rules[1], id: "ru-aaaaaaaaaaaa" as RuleId };
    const sections = (["devices", "rooms", "zones", "groups", "scenes", "circadian"] as const).map(
      (name) => ({
        collection: name,
        of: "home" as const,
        about: [],
        records: [{ key: records[name][0], value: { ...records[name][1] } as Record<string, unknown> }],
      }),
    );
    const [device] = sections;
    Object.assign(device?.records[0]?.value ?? {}, { profile: "lampkeeper/bulb", address: "sim-1" });
    sections[2]?.records.splice(0, 1, {
      key: "z-aaaaaaaaaaaa",
      value: { id: "z-aaaaaaaaaaaa", name: "Zone", members: ["l-aaaaaaaaaaaa"] },
    });
    sections.push({
      collection: "rules",
      of: "home",
      about: [],
      records: [{ key: rule.id, value: { ...rule } }],
    } as never);
    return {
      schema: "lampkeeper.export/1",
      scope: "home",
      created: "2026-01-01T00:00:00.000Z",
      sections,
      books: [],
      withheld: [],
    };
  };
  const changed = (change: (file: ReturnType<typeof mutable>) => void): unknown => {
    const file = mutable();
    change(file);
    return file;
  };
  const mutable = (): Bent => JSON.parse(JSON.stringify(copy()));

  test("is one only if it is changed: as it is, it is taken", () => {
    expect(Object.keys(readHomeImport(bytesOf(copy())).records).length).toBe(7);
    expect(devicesOf(readHomeImport(bytesOf(copy())).records)).toEqual(["l-aaaaaaaaaaaa"]);
  });

  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  test.each<readonly [string, string, unknown]>([
    ["no JSON", "not-json", "{"],
    ["no text", "not-json", "\ud800"],
    ["another schema", "schema", changed((file) => Object.assign(file, { schema: "lampkeeper.export/2" }))],
    ["of a person", "schema", changed((file) => Object.assign(file, { scope: "person" }))],
    ["no list", "shape", changed((file) => Object.assign(file, { sections: {} }))],
    ["a field more", "unknown", changed((file) => Object.assign(file, { more: 1 }))],
    [
      "a field more in a record",
      "unknown",
      changed((file) => Object.assign(file.sections[1].records[0].value, { more: 1 })),
    ],
    [
      "a section of people",
      "unknown",
      changed((file) => Object.assign(file.sections[1], { collection: "people", of: "own" })),
    ],
    [
      "a section of nothing",
      "unknown",
      changed((file) => Object.assign(file.sections[1], { collection: "../rooms" })),
    ],
    ["a section twice", "duplicate", changed((file) => file.sections.push(file.sections[1]))],
    [
      "an id twice",
      "duplicate",
      changed((file) => file.sections[1].records.push(file.sections[1].records[0])),
    ],
    [
      "an address twice",
      "duplicate",
      changed((file) =>
        file.sections[0].records.push({
          key: "l-bbbbbbbbbbbb",
          value: { ...file.sections[0].records[0].value, id: "l-bbbbbbbbbbbb" },
        }),
      ),
    ],
    [
      "a key that is a path",
      "shape",
      changed((file) => Object.assign(file.sections[1].records[0], { key: "../../etc/passwd" })),
    ],
    [
      "an address that is a path",
      "shape",
      changed((file) => Object.assign(file.sections[0].records[0].value, { address: "../../x" })),
    ],
    [
      "an address that is a topic of all",
      "shape",
      changed((file) => Object.assign(file.sections[0].records[0].value, { address: "#" })),
    ],
    [
      "a record under another's key",
      "shape",
      changed((file) => Object.assign(file.sections[1].records[0], { key: "r-bbbbbbbbbbbb" })),
    ],
    [
      "an id that is none",
      "shape",
      changed((file) => {
        file.sections[1].records[0].key = "r-x";
        file.sections[1].records[0].value["id"] = "r-x";
      }),
    ],
    [
      "a name that nobody can see",
      "shape",
      changed((file) => Object.assign(file.sections[1].records[0].value, { name: "\u202eroom" })),
    ],
    [
      "a name without end",
      "shape",
      changed((file) => Object.assign(file.sections[1].records[0].value, { name: "x".repeat(70) })),
    ],
    [
      "a brightness of no lamp",
      "shape",
      changed((file) =>
        Object.assign(file.sections[4].records[0].value, {
          states: { "l-aaaaaaaaaaaa": { on: true, brightness: 1e9 } },
        }),
      ),
    ],
    [
      "a room that is not there",
      "reference",
      changed((file) => Object.assign(file.sections[0].records[0].value, { room: "r-bbbbbbbbbbbb" })),
    ],
    [
      "conditions in conditions",
      "shape",
      changed((file) => {
        let condition: unknown = { kind: "sun", is: "up" };
        for (let n = 0; n < 6; n++) condition = { kind: "not", condition };
        file.sections[6].records[0].value["conditions"] = [condition];
      }),
    ],
    ["very deep", "deep", changed((file) => Object.assign(file, { books: deep(30) }))],
    ["deeper than a stack", "deep", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
    [
      "too many",
      "too-many",
      changed((file) => {
        const one = { key: "a", value: {} };
        file.sections[1].records = [one, ...Array.from({ length: 50_000 }, () => one)];
      }),
    ],
    [
      "a key of every object",
      "unknown",
      `{"schema":"lampkeeper.export/1","scope":"home","__proto__":{"isOwner":true}}`,
    ],
    [
      "a payment card",
      "needless",
      changed((file) => Object.assign(file.sections[1].records[0].value, { name: "4111 1111 1111 1111" })),
    ],
    [
      "a payment card in a key",
      "needless",
      changed((file) => Object.assign(file.sections[1], { "5500-0055-5555-5559": 1 })),
    ],
    ["no date", "shape", changed((file) => Object.assign(file, { created: "yesterday" }))],
  ])("with %s is refused, and nothing of it is taken", async (_name, reason, file) => {
    const target = home();
    const hub = await target.start();
    const take = () => hub.privacy.personal.imports.take(bytesOf(file));
    expect(take).toThrow(
      expect.objectContaining({ code: "import_refused", context: expect.objectContaining({ reason }) }),
    );
    expect(target.disk.names().some((name) => name.includes(stagedFile))).toBe(false);
    expect((await target.start()).inventory.rooms()).toEqual([]);
  });

  test("that is too long is refused before it is read", () => {
    expect(() => readHomeImport(Buffer.alloc(17 * 1_024 * 1_024, 0x20))).toThrow(
      expect.objectContaining({ code: "limit_exceeded" }),
    );
  });

  test("says nothing of what was in it", () => {
    const file = changed((each) =>
      Object.assign(each.sections[1].records[0].value, { name: "4111 1111 1111 1111" }),
    );
    let said = "";
    try {
      readHomeImport(bytesOf(file));
    } catch (error) {
      said = `${error} ${JSON.stringify(error)}`;
    }
    expect(said).toContain("payment card");
    expect(said).not.toContain("4111");
  });
});

test("digits are a payment card by their check digit and their number", async () => {
  const { holdsCardNumber } = await import("../../../hub/domain/card-number.ts");
  expect(
    ["4111111111111111", "my 5500-0055-5555-5559 card", "3782 822463 10005"].map(holdsCardNumber),
  ).toEqual([true, true, true]);
  expect(
    ["4111111111111112", "0123456789", "1700000000000", "41111111111111111111111"].map(holdsCardNumber),
  ).toEqual([false, false, false, false]);
  expect(Instant(0)).toBe(0);
});
