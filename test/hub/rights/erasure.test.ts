import { performance } from "node:perf_hooks";
import { afterEach, describe, expect, test } from "vitest";
import type { LampId, PersonId } from "../../../hub/domain/ids.ts";
import { Days } from "../../../hub/domain/units.ts";
import { collectionNames } from "../../../hub/privacy/declared.ts";
import { namedIn } from "../../../hub/rights/data-export.ts";
import { DiskHome, furnish, inhabitant, ruleOf } from "../../support/disk-home.ts";
import { PeopleHome } from "../../support/people-home.ts";
import { proves } from "../../support/proves.ts";

const passphrase = Buffer.from("correct horse battery");
const open: { close(): Promise<void> }[] = [];
const home = (from = new DiskHome()): DiskHome => {
  open.push({ close: () => from.stop() });
  return from;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

type RunningHub = Awaited<ReturnType<DiskHome["start"]>>;
const five = ["Quokka", "Wombat", "Bilby", "Numbat", "Potoroo"] as const;

const furnished = async () => {
  const disk = home();
  const hub = await disk.start();
  const [lamp] = furnish(hub);
  const people = five.map((name, index) => inhabitant(hub, name, lamp as LampId, index));
  return { disk, hub, lamp: lamp as LampId, people };
};

/** Copies of what is held of each, without the moment they were made. */
const copies = (hub: RunningHub, people: readonly PersonId[]): readonly string[] =>
  people.map((id) => JSON.stringify({ ...hub.privacy.personal.exports.ofPerson(id), created: "" }));

/** Words of one person in everything that a hub holds and shows. */
const hits = (hub: RunningHub, words: readonly string[]): readonly string[] => {
  const records = collectionNames.map((name) => JSON.stringify([...hub.store.collection(name).entries()]));
  const text = [...records, JSON.stringify(hub.privacy.personal.exports.ofHome())].join("\n");
  return words.filter((word) => text.includes(word));
};

describe("one person erased", () => {
  test(`of five: here and in twelve monthly backups nothing is left of them, and the others are byte for byte as before ${proves("M9", "A23", "GDPR:17", "EN303645:5.11-1")}`, async () => {
    const { disk, hub, people } = await furnished();
    const [gone, ...stay] = people as [PersonId, ...PersonId[]];
    const words = [
      "Quokka",
      "11qYAYKx",
      "02:00:00:aa:bb:00",
      gone,
      ...hub.people.phonesOf(gone).map(({ id }) => id),
    ];
    expect(hits(hub, words)).toEqual(words);
    const backups: Buffer[] = [];
    let running = hub;
    for (let month = 0; month < 12; month++) {
      await disk.stop();
      await disk.clock.advance(Days(30));
      running = await disk.start();
      backups.push(Buffer.concat([...running.privacy.personal.backups.create(passphrase)]));
    }
    const before = copies(running, stay);
    const begun = performance.now();
    const receipt = running.privacy.personal.erasure.erase(gone);
    const took = performance.now() - begun;
    console.info(`one of five people erased, with twelve backups about: ${took.toFixed(1)} ms`);
    expect(took).toBeLessThan(1_000);
    expect(receipt.rules).toEqual({ removed: 1, changed: 0 });
    expect(hits(running, words)).toEqual([]);
    expect(copies(running, stay)).toEqual(before);
    expect(disk.disk.image().includes("Quokka")).toBe(false);

    for (const [month, backup] of backups.entries()) {
      const again = home(disk.copy());
      const into = await again.start();
      expect(into.privacy.personal.backups.restore(passphrase, backup).people).toEqual({
        all: 5,
        readable: 4,
      });
      const after = await again.start();
      expect(hits(after, words), `month ${month}`).toEqual([]);
      expect(
        after.people
          .list()
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...five].slice(1).sort());
      expect(copies(after, stay), `month ${month}`).toEqual(before);
      await again.stop();
    }
  }, 300_000);

  test("between the taking in of a backup and the start that settles it is not in it either", async () => {
    const { disk, hub, people } = await furnished();
    const [gone] = people as [PersonId];
    const backup = Buffer.concat([...hub.privacy.personal.backups.create(passphrase)]);
    hub.privacy.personal.backups.restore(passphrase, backup);
    hub.privacy.personal.erasure.erase(gone);
    const after = await disk.start();
    expect(hits(after, ["Quokka", gone])).toEqual([]);
    expect(after.people.list()).toHaveLength(4);
  });

  test("leaves what others share with them, without them", async () => {
    const { hub, lamp, people } = await furnished();
    const [gone, other] = people as [PersonId, PersonId];
    const both = hub.schedules.add({
      ...ruleOf("Both", lamp, gone),
      triggers: [
        { kind: "presence", event: "arrives", person: gone },
        { kind: "presence", event: "arrives", person: other },
      ],
    });
    const conditional = hub.schedules.add({
      ...ruleOf("Unless", lamp, other),
      conditions: [{ kind: "not", condition: { kind: "presence", person: gone, is: "home" } }],
    });
    hub.inventory.addRoom("Room of Quokka");
    const receipt = hub.privacy.personal.erasure.erase(gone);
    expect(hub.schedules.get(both.id)).toMatchObject({ enabled: true, triggers: [{ person: other }] });
    expect(hub.schedules.get(conditional.id)).toMatchObject({ enabled: false, conditions: [] });
    expect(receipt).toMatchObject({ rules: { removed: 1, changed: 2 } });
    // What people called a thing of the home is theirs to change: they are told which.
    expect(receipt.stillNamed.map(({ collection }) => collection).sort()).toEqual(["rooms", "rules"]);
    expect(namedIn(hub.privacy.personal.exports.ofHome()).has(gone)).toBe(false);
  });

  test(`keeps what lamps did, and joins it to nobody ${proves("H37", "U29", "Z23")}`, async () => {
    const made = await PeopleHome.of(["Quokka", "Wombat"]);
    open.push({ close: () => made.rig.close() });
    const { hub } = made.rig;
    const wombat = made.person(1);
    const lamp = made.lamps[0] as LampId;
    const entries = () => hub.lights.why(lamp).entries;
    const by = (actor: string) => entries().filter(({ cause }) => cause.actor === actor).length;
    expect(by(wombat.mqtt.username)).toBe(1);
    const count = entries().length;
    hub.privacy.personal.erasure.erase(wombat.person);
    expect([entries().length, by(wombat.mqtt.username), by(made.person(0).mqtt.username)]).toEqual([
      count,
      0,
      1,
    ]);
    const all = JSON.stringify([
      hub.privacy.personal.exports.ofHome(),
      ...collectionNames.map((name) => [...hub.store.collection(name).entries()]),
    ]);
    expect(wombat.canaries.filter((word) => all.includes(word))).toEqual([]);
    // Also behind the next start.
    const again = await made.afterDays(1);
    open.push({ close: () => again.rig.close() });
    const text = JSON.stringify(again.rig.hub.privacy.personal.exports.ofHome());
    expect(text.includes(wombat.mqtt.username)).toBe(false);
    expect(again.rig.hub.lights.why(lamp).entries.length).toBeGreaterThan(0);
  });
});

describe("everything that was theirs ends with them", () => {
  test(`in one act: account, sessions, tokens, phones, rules; of a child or anybody ${proves("A58", "Z26", "U41", "H42")}`, async () => {
    const made = await PeopleHome.of(["Quokka", "Wombat"]);
    open.push({ close: () => made.rig.close() });
    const { rig } = made;
    const child = made.person(1);
    expect(made.rulesNaming(child.person)).toHaveLength(1);
    const client = await rig.connect(child);
    const closed = new Promise<void>((done) => client.once("close", () => done()));
    const receipt = await rig.owner.call("erasePerson", { id: child.person });
    expect(receipt.rules).toEqual({ removed: 1, changed: 0 });
    await closed;
    expect(made.rulesNaming(child.person)).toEqual([]);
    const runs = rig.hub.schedules.runs(rig.clock.now(), (rig.clock.now() + Days(300)) as never);
    expect(runs.filter(({ rule }) => JSON.stringify(rule).includes(child.person))).toEqual([]);
    await expect(child.client.call("getAccount")).rejects.toMatchObject({ status: 401 });
    await expect(rig.signIn("Wombat", "three keys on a ring")).rejects.toMatchObject({
      code: "sign_in_refused",
    });
    await expect(rig.connect(child)).rejects.toThrow();
    expect(rig.hub.vault.status().keys.map(({ name }) => name)).not.toContain(`person/${child.person}`);
    expect(rig.hub.people.list().map(({ name }) => name)).toEqual(["Quokka"]);
  });

  test("by their own hand, after they have shown who they are; the last owner stays", async () => {
    const made = await PeopleHome.of(["Quokka", "Wombat"]);
    open.push({ close: () => made.rig.close() });
    const [owner, wombat] = [made.person(0), made.person(1)];
    await expect(
      wombat.client.call("eraseOwnAccount", { body: { sure: false as never } }),
    ).rejects.toMatchObject({ status: 400 });
    await expect(owner.client.call("eraseOwnAccount", { body: { sure: true } })).rejects.toMatchObject({
      code: "last_owner",
    });
    expect(made.rulesNaming(owner.person)).toHaveLength(1);
    expect(await wombat.client.call("eraseOwnAccount", { body: { sure: true } })).toMatchObject({
      recipients: [],
    });
    await expect(wombat.client.call("getAccount")).rejects.toMatchObject({ status: 401 });
  });

  test("and whoever had something of them is told, and named", async () => {
    const { Erasure } = await import("../../../hub/rights/erasure.ts");
    const { hub, people } = await furnished();
    const told: PersonId[] = [];
    const erasure = new Erasure(
      { now: () => 5 } as never,
      hub.bus,
      { attempt: (_: string, act: () => void) => act() } as never,
      {
        people: hub.people,
        hasKey: () => true,
        accounts: hub.accounts,
        rules: hub.schedules,
        ruleRecords: hub.store.collection("rules"),
        disown: () => {},
        namedAfter: () => [],
        open: { get: () => false, set: () => {} },
        disclosed: {
          tellErased: (person) => {
            // What is to be told of is still there.
            expect(hub.people.get(person)).toBeDefined();
            told.push(person);
            return [
              { recipient: "Assistant Ltd", confirmed: true },
              { recipient: "Broker of the owner", confirmed: false },
            ];
          },
        },
      },
    );
    expect(erasure.erase(people[0] as PersonId).recipients).toEqual([
      { recipient: "Assistant Ltd", confirmed: true },
      { recipient: "Broker of the owner", confirmed: false },
    ]);
    expect(told).toEqual([people[0]]);
    expect(() => erasure.erase(people[0] as PersonId)).toThrow(
      expect.objectContaining({ code: "not_found" }),
    );
    expect(told).toHaveLength(1);
  });
});

test(`cut off at any write it is not begun, or complete after the next start ${proves("GDPR:17")}`, async () => {
  const { disk, people } = await furnished();
  const [gone, ...stay] = people as [PersonId, ...PersonId[]];
  await disk.stop();
  const ends = new Set<string>();
  for (let cut = 1, isDone = false; !isDone; cut++) {
    const copy = home(disk.copy());
    const hub = await copy.start();
    const before = copies(hub, stay);
    copy.disk.setFaults({ powerCutAt: cut });
    try {
      hub.privacy.personal.erasure.erase(gone);
      isDone = copy.disk.hasPower;
    } catch (error) {
      expect(error).toMatchObject({ code: "sim_power_cut" });
    }
    await copy.cut();
    const after = await copy.start();
    const left = hits(after, ["Quokka", "11qYAYKx", gone]);
    const isThere = after.people.get(gone) !== undefined;
    expect(left, `cut ${cut}`).toEqual(isThere ? ["Quokka", "11qYAYKx", gone] : []);
    expect(copies(after, stay), `cut ${cut}`).toEqual(before);
    expect(after.schedules.list()).toHaveLength(isThere ? 6 : 5);
    ends.add(isThere ? "not begun" : "complete");
    await copy.stop();
    expect(cut).toBeLessThan(60);
  }
  expect([...ends].sort()).toEqual(["complete", "not begun"]);
}, 60_000);

test("a guest whose time is up is gone everywhere as well", async () => {
  const disk = home();
  const hub = await disk.start();
  const [lamp] = furnish(hub);
  const guest = hub.people.add({ name: "Visitor", isGuest: true, expiresIn: Days(1) });
  hub.schedules.add(ruleOf("When the visitor comes", lamp as LampId, guest.id));
  await disk.clock.advance(Days(2));
  expect(hub.people.get(guest.id)).toBeUndefined();
  expect(hub.schedules.list().map(({ name }) => name)).toEqual(["Zyxcanary rule"]);
});

test("a damaged record is not somebody who was erased: rules about them stay", async () => {
  const { disk, hub, people } = await furnished();
  const names = hub.schedules
    .list()
    .map(({ name }) => name)
    .sort();
  hub.store.collection("people").remove(people[0] as PersonId);
  const again = await disk.start();
  expect(again.people.get(people[0] as PersonId)).toBeUndefined();
  expect(
    again.schedules
      .list()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names);
});

test(`no other key opens their part of a backup, whatever it is called ${proves("A23", "M9")}`, async () => {
  const { hub, people } = await furnished();
  const [gone] = people as [PersonId];
  const { backups, erasure } = hub.privacy.personal;
  const backup = Buffer.concat([...backups.create(passphrase)]);
  expect(backups.verify(passphrase, backup).people).toEqual({ all: 5, readable: 5 });
  erasure.erase(gone);
  hub.vault.create(`person/${gone}`);
  expect(backups.verify(passphrase, backup).people).toEqual({ all: 5, readable: 4 });
});
