import { expect, test } from "vitest";
import { InvalidInput } from "../../../hub/domain/errors.ts";
import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { proves } from "../../support/proves.ts";
import { type Ending, ResetHome } from "./reset-home.ts";

const begun = await ResetHome.left("hand-over");

const certificateOf = (ending: Ending): SignedCertificate => {
  if (ending === undefined || ending === "power cut") throw new InvalidInput(`no certificate: ${ending}`);
  return ending;
};

/** What the next owner finds. */
const shownIn = async (home: ResetHome) => {
  const hub = home.hub();
  await hub.start();
  const shown = {
    rooms: hub.inventory.rooms().map(({ name }) => name),
    devices: hub.inventory.devices().map(({ name, room }) => [name, room !== null]),
    people: hub.people.list().length,
    tokens: hub.tokens.list().length,
    rules: hub.schedules.list().map(({ name, triggers }) => [name, triggers.map(({ kind }) => kind)]),
    place: hub.places.stated(),
    lit: hub.lights.list().filter(({ desired }) => desired.on).length,
    passwords: hub.inventory
      .devices()
      .map((device) => hub.identities.credentialsOf(device)?.password.toString()),
    lamps: hub.lights.list().map(({ id }) => id),
  };
  await hub.close();
  return shown;
};

const before = await shownIn(await withoutIntent(begun));

async function withoutIntent(home: ResetHome): Promise<ResetHome> {
  const copy = home.copy();
  copy.disk.remove("files/reset-intent");
  return copy;
}

const settled = [
  "files/key-register",
  "files/reset-certificate",
  "journal",
  "keys/device-key",
  "keys/keys/epoch-1",
  "keys/keys/root",
];

test(`house and lamps stay set up, nobody and nothing is named ${proves("A53")}`, async () => {
  const home = begun.copy();
  const certificate = certificateOf(await home.finish());
  expect(home.disk.names().toSorted()).toEqual(settled);
  expect(await shownIn(home)).toEqual({
    rooms: ["Room 1"],
    devices: before.devices.map(([name, hasRoom]) =>
      [expect.stringMatching(/^(Lamp|Sensor) \d$/), hasRoom, name].slice(0, 2),
    ),
    people: 0,
    tokens: 0,
    rules: [["Rule 1", ["presence"]]],
    place: undefined,
    lit: 0,
    passwords: before.passwords,
    lamps: before.lamps,
  });
  expect(home.lampsWithMemory()).toHaveLength(3);
  expect(certificate).toMatchObject({
    reset: { level: "hand-over" },
    sanitization: { keysDestroyed: { household: 1, person: 1, root: 1 } },
    devices: { confirmed: 0, unconfirmed: [], unable: [] },
    verification: { result: "passed" },
  });
  expect(certificate.sanitization.keysDestroyed).not.toHaveProperty("device-link");
});

test("names stay where they are asked to, those of people never", async () => {
  const home = await ResetHome.left("hand-over", true);
  await home.finish();
  const shown = await shownIn(home);
  expect([shown.rooms, shown.people]).toEqual([["Zyxcanary kitchen"], 0]);
  expect(shown.rules).toEqual([["Zyxcanary rule", ["presence"]]]);
});

test(`under new keys: the old ones, and the one it travelled under, open nothing of it ${proves("A53")}`, async () => {
  const home = begun.copy();
  const old = ["keys/keys/root", "keys/keys/epoch-1", "files/key-register"].map((name) => [
    name,
    home.disk.read(name)?.toString("hex"),
  ]);
  await home.finish();
  for (const [name, bytes] of old) expect(home.disk.read(name ?? "")?.toString("hex")).not.toBe(bytes);
  expect(home.disk.names().filter((name) => /transfer|hand-over/.test(name))).toEqual([]);
});

test("the power goes at every write of it: the next start ends it, never in a mix", {
  timeout: 60_000,
}, async () => {
  const whole = begun.copy();
  await whole.finish();
  const wanted = await shownIn(whole);
  let cuts = 0;
  for (let at = 1; ; at++) {
    const home = begun.copy();
    if ((await home.finish({ powerCutAt: at, unsynced: "torn" })) !== "power cut") break;
    cuts++;
    await home.finish({ powerCutAt: 1 + (at % 9), unsynced: "torn" });
    await home.finish();
    expect(home.disk.names().toSorted()).toEqual(settled);
    expect(await shownIn(home)).toEqual(wanted);
  }
  expect(cuts).toBeGreaterThan(20);
});

test("a full disk in the middle of it is said; with room again it goes on", async () => {
  const home = begun.copy();
  await expect(home.finish({ capacityBytes: 5_000 })).rejects.toMatchObject({ code: "store_failed" });
  expect(certificateOf(await home.finish()).verification.result).toBe("passed");
  expect((await shownIn(home)).rooms).toEqual(["Room 1"]);
});
