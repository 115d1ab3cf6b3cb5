import { afterEach, describe, expect, test } from "vitest";
import type { LampId, PersonId } from "../../../hub/domain/ids.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { collectionNames } from "../../../hub/privacy/declared.ts";
import { moveCode } from "../../../hub/rights/move-service.ts";
import { DiskHome, furnish, inhabitant } from "../../support/disk-home.ts";
import { proves } from "../../support/proves.ts";
import { byId, ResetHome } from "../reset/reset-home.ts";

const open: DiskHome[] = [];
const home = (from = new DiskHome()): DiskHome => {
  open.push(from);
  return from;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()));
});

type RunningHub = Awaited<ReturnType<DiskHome["start"]>>;
/** Each collection of a home; what a start writes of its own time is none of it. */
const stateOf = ({ store }: RunningHub) =>
  Object.fromEntries(
    collectionNames.map((name) => [
      name,
      [...store.collection(name).entries()].filter(([key]) => key !== "clock"),
    ]),
  );

const moved = (from: RunningHub, to: RunningHub): Buffer => {
  const { publicKey, code } = to.privacy.personal.moves.offer();
  return Buffer.concat([...from.privacy.personal.moves.pack(publicKey, code)]);
};

describe("a home that moves", () => {
  test(`is in the second hub all that it was in the first, its people and their keys too ${proves("H34", "GDPR:20", "U37")}`, async () => {
    const [one, two] = [home(), home()];
    const first = await one.start();
    const [lamp] = furnish(first);
    const people = ["Quokka", "Wombat", "Bilby"].map((name, index) =>
      inhabitant(first, name, lamp as LampId, index),
    );
    const owner = { id: "t-aaaaaaaaaaaa", role: "owner", scopes: new Set(["admin"]) } as never;
    first.accounts.setPassword(people[0] as PersonId, Buffer.from("three keys on a ring"), {
      ...(owner as object),
      person: people[0],
    } as never);
    first.places.set({
      position: { latitude: 52.5, longitude: 13.4 } as never,
      zone: "Europe/Berlin" as never,
    });
    first.privacy.personal.rights.setObjection(people[1] as PersonId, "security", true);
    const backup = Buffer.concat([
      ...first.privacy.personal.backups.create(Buffer.from("correct horse battery")),
    ]);
    const secrets = first.store.shelf("beacon-identities").keys();
    const second = await two.start();
    const bundle = moved(first, second);
    for (const word of ["Quokka", "Zyxcanary", "11qYAYKx"]) expect(bundle.includes(word)).toBe(false);
    expect(second.privacy.personal.moves.take(bundle)).toEqual({ devices: 2, people: 3 });
    await one.stop();
    const before = await one.start();
    const after = await two.start();
    // The book in which they agreed stays with the hub that signed it: who is home is asked anew.
    expect(stateOf(after)).toEqual({ ...stateOf(before), presence: [] });
    expect(stateOf(before)["presence"]).toHaveLength(3);
    for (const id of people) {
      expect(after.privacy.consents.view("presence", id).allowed).toBe(false);
      expect(after.presence.of(id)?.home).toBeUndefined();
    }
    expect(after.id).toBe(before.id);
    expect(after.store.shelf("beacon-identities").keys()).toEqual(secrets);
    expect(after.identities.credentialsOf(after.inventory.devices()[0] as never)).toEqual(
      before.identities.credentialsOf(
        before.inventory.devices().find(({ id }) => id === after.inventory.devices()[0]?.id) as never,
      ),
    );
    expect(after.accounts.of(people[0] as PersonId)).toEqual(before.accounts.of(people[0] as PersonId));
    // Old backups of the first hub open in the second, and an erasure there reaches them.
    const { backups, erasure } = after.privacy.personal;
    expect(backups.verify(Buffer.from("correct horse battery"), backup).people).toEqual({
      all: 3,
      readable: 3,
    });
    erasure.erase(people[1] as PersonId);
    expect(backups.verify(Buffer.from("correct horse battery"), backup).people).toEqual({
      all: 3,
      readable: 2,
    });
  });

  test(`leaves a hub that is reset then, with a certificate, and holds nothing of rooms, lamps, rules and people any more ${proves("H34", "A34")}`, async () => {
    const left = await ResetHome.left();
    const first = left.hub();
    await first.start();
    const two = home();
    const second = await two.start();
    expect(second.privacy.personal.moves.take(moved(first, second))).toMatchObject({ devices: 4, people: 1 });
    const rooms = first.inventory.rooms();
    const before = JSON.stringify(first.privacy.personal.exports.ofHome());
    left.ask(first, "factory");
    await first.close();
    const certificate = await left.finish();
    expect(certificate).toMatchObject({ reset: { level: "factory" }, verification: { result: "passed" } });
    expect(left.canOpenHome()).toBe(false);
    expect(before).toContain("Zyxcanary kitchen");
    const empty = left.hub();
    expect(JSON.stringify(empty.privacy.personal.exports.ofHome())).not.toContain("Zyxcanary");
    await empty.close();
    expect((await two.start()).inventory.rooms()).toEqual(rooms);
    expect(byId.size).toBeGreaterThan(0);
  });

  test(`is sealed for the hub whose code was typed, and for no other ${proves("H34")}`, async () => {
    const [one, two, three] = [home(), home(), home()];
    const first = await one.start();
    furnish(first);
    const [second, third] = [await two.start(), await three.start()];
    const offer = second.privacy.personal.moves.offer();
    const other = third.privacy.personal.moves.offer();
    expect(offer.code).toMatch(/^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$/);
    const refused = expect.objectContaining({ code: "offer_refused" });
    const { moves } = first.privacy.personal;
    // A key that was put in between has another code.
    expect(() => moves.pack(other.publicKey, offer.code)).toThrow(refused);
    expect(() => moves.pack(Buffer.alloc(32), moveCode(Buffer.alloc(32)))).toThrow(refused);
    const bundle = Buffer.concat([
      ...moves.pack(offer.publicKey, offer.code.toUpperCase().replaceAll("-", " ")),
    ]);
    expect(() => third.privacy.personal.moves.take(bundle)).toThrow(
      expect.objectContaining({ code: "backup_unreadable" }),
    );
    const changed = Buffer.from(bundle);
    changed[bundle.length - 5] = (changed[bundle.length - 5] ?? 0) ^ 1;
    expect(() => second.privacy.personal.moves.take(changed)).toThrow(
      expect.objectContaining({ code: "backup_unreadable" }),
    );
    expect(() => second.privacy.personal.moves.take(bundle.subarray(0, 60))).toThrow(
      expect.objectContaining({ code: "backup_unreadable" }),
    );
    await two.clock.advance(Minutes(30));
    expect(() => second.privacy.personal.moves.take(bundle)).toThrow(refused);
  });

  test("comes into a hub that has none, and once", async () => {
    const [one, two] = [home(), home()];
    const first = await one.start();
    furnish(first);
    expect(() => first.privacy.personal.moves.offer()).toThrow(
      expect.objectContaining({ code: "home_not_empty" }),
    );
    const second = await two.start();
    const bundle = moved(first, second);
    second.privacy.personal.moves.take(bundle);
    expect(() => second.privacy.personal.moves.take(bundle)).toThrow(
      expect.objectContaining({ code: "offer_refused" }),
    );
  });
});

test(`a new owner's token opens nothing of the old owner's, in a hub that was handed over ${proves("A53")}`, async () => {
  const left = await ResetHome.left("hand-over");
  expect(await left.finish()).toMatchObject({ reset: { level: "hand-over" } });
  const hub = left.hub();
  await hub.start();
  const { exports, imports } = hub.privacy.personal;
  const text = JSON.stringify([
    exports.ofHome(),
    ...collectionNames.map((name) => [...hub.store.collection(name).entries()]),
  ]);
  expect(
    ["Zyxcanary Ana", "Zyxcanary token", "Zyxcanary kitchen", "Zyxcanary lamp"].filter((word) =>
      text.includes(word),
    ),
  ).toEqual([]);
  expect(hub.people.list()).toEqual([]);
  expect(hub.places.stated()?.position).toBeUndefined();
  expect(hub.inventory.devices()).toHaveLength(4);
  expect(() => imports.take(Buffer.from("{}"))).toThrow(expect.objectContaining({ code: "home_not_empty" }));
  await hub.close();
});
