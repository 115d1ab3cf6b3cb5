import { afterEach, describe, expect, test } from "vitest";
import { roles } from "../../hub/domain/access.ts";
import type { DeviceId, PersonId } from "../../hub/domain/ids.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { type CollectionName, collections } from "../../hub/privacy/data-map.ts";
import type { Field } from "../../hub/privacy/declaration.ts";
import { logFields, routeFields } from "../../hub/privacy/outlets.ts";
import { AccountHub } from "../support/account-hub.ts";
import { encodingsOf } from "../support/encodings.ts";
import { proves } from "../support/proves.ts";

const open: AccountHub[] = [];
const opened = async (): Promise<AccountHub> => {
  const rig = await AccountHub.open();
  open.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((rig) => rig.close()));
});

const everything = (rig: AccountHub): Buffer =>
  Buffer.concat(rig.disk.names().map((name) => rig.disk.read(name) ?? Buffer.alloc(0)));
const found = (rig: AccountHub, word: string): number => {
  const disk = everything(rig);
  return encodingsOf(word).filter((form) => disk.includes(form)).length;
};

const password = "Canary of a password 7";

test(`an account is a name and a password, works fully, and the password is on no disk ${proves("H12", "U1", "A5", "Z2", "A36")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  const { id, ...shown } = await rig.owner.call("addPerson", { body: { name: "Name-canary-91" } });
  await rig.owner.call("setPassword", { id, bytes: Buffer.from(password) });
  await rig.clock.advance(Seconds(10));
  const ana = await rig.signIn("Name-canary-91", password);
  await ana.client.call("setLight", { id: lamp, body: { on: true } });
  const scene = await ana.client.call("addScene", { body: { name: "Evening", capture: lamp } });
  await ana.client.call("recallScene", { id: scene.id, body: {} });
  const mqtt = await rig.connect(ana);
  expect(mqtt.connected).toBe(true);
  // Nothing optional is there, and nothing else was asked for.
  expect(Object.keys(shown).sort()).toEqual(
    [
      "account",
      "agreed",
      "beacons",
      "expires",
      "guest",
      "name",
      "onNetwork",
      "phones",
      "presence",
      "role",
    ].filter((field) => field !== "account"),
  );
  const { store } = rig.hub;
  expect(Object.keys(store.collection("people").get(id) ?? {}).sort()).toEqual([
    "addresses",
    "expires",
    "id",
    "isGuest",
    "name",
  ]);
  const account = store.collection("accounts").get(id);
  expect(Object.keys(account ?? {}).sort()).toEqual(["password", "person", "since"]);
  expect(account?.password).toMatchObject({ algorithm: "scrypt", logN: 14, r: 8, p: 5 });
  expect([found(rig, password), found(rig, "Name-canary-91"), found(rig, ana.mqtt.password)]).toEqual([
    0, 0, 0,
  ]);
  // The same search does find what is kept in clear.
  expect(everything(rig).includes("accounts")).toBe(true);
});

test(`the registry of devices is the fleet: address, link, presence and firmware, for the owner alone ${proves("U3", "ISVS:1.5.3", "IR8425:AssetIdentification")}`, async () => {
  const rig = await opened();
  const fleet = new Map<string, string>();
  for (const [at, name] of ["Hall", "Porch", "Attic"].entries()) {
    const address = `mac-canary-${at}-4f2a9c`;
    const body = { name, profile: "lampkeeper/dimmable-bulb", room: null, address };
    const { id } = await rig.owner.call("addDevice", { body });
    fleet.set(id, address);
  }
  const { data } = await rig.owner.call("listRegistry");
  expect(Object.keys(data[0] ?? {}).sort()).toEqual(["address", "device", "reachable", "version", "via"]);
  expect(new Map(data.map(({ device, address }) => [device, address]))).toEqual(fleet);
  for (const address of fleet.values()) expect(found(rig, address)).toBe(0);
  for (const role of roles.filter((each) => each !== "owner")) {
    const extra = {
      guest: { lamps: [[...fleet.keys()][0] ?? ""] },
      developer: { scopes: ["lights:read"] as const },
    };
    const more = role === "guest" || role === "developer" ? extra[role] : {};
    const { id } = await rig.owner.call("addPerson", { body: { name: `A ${role}`, role, ...more } });
    const { roles: words } = rig.hub.privacy.members;
    const version = words.of(id as PersonId)?.version;
    if (version !== undefined) words.give(id as PersonId, version);
    await rig.owner.call("setPassword", { id, bytes: Buffer.from(password) });
    await rig.clock.advance(Seconds(10));
    const { client } = await rig.signIn(`A ${role}`, password);
    await expect(client.call("listRegistry")).rejects.toMatchObject({ status: 403 });
    const answers = [await client.call("listLights")];
    if (role !== "guest") answers.push((await client.call("listDevices")) as never);
    expect(JSON.stringify(answers)).not.toContain("mac-canary");
  }
  await rig.owner.call("removeDevice", { id: data[0]?.device as DeviceId });
  expect((await rig.owner.call("listRegistry")).data).toHaveLength(2);
});

describe(`machines show keys and tokens, and no passwords ${proves("EN303645:5.1-2A")}`, () => {
  test("at the broker and at the API a person's password is refused", async () => {
    const rig = await opened();
    const { id } = await rig.owner.call("addPerson", { body: { name: "Ana" } });
    await rig.owner.call("setPassword", { id, bytes: Buffer.from(password) });
    await rig.clock.advance(Seconds(2));
    for (const username of ["Ana", id, "owner", "admin", "lampkeeper"])
      await expect(rig.connect({ mqtt: { username, password } })).rejects.toThrow(
        /bad user ?name or password/i,
      );
    for (const credential of [password, `${id}.${password}`, `Ana:${password}`])
      await expect(rig.as(credential).call("getSession")).rejects.toMatchObject({ status: 401 });
    const { mqtt: token } = await rig.signIn("Ana", password);
    expect((await rig.connect({ mqtt: token })).connected).toBe(true);
  });
});

/** What this class may do, read from the map alone. */
test(`the more it tells the better it is kept: class by class ${proves("D12")}`, () => {
  const fields = (Object.keys(collections) as CollectionName[]).flatMap((name) =>
    Object.entries(collections[name].fields as Readonly<Record<string, Field>>).map(
      ([field, declaration]) => [`${name}.${field}`, declaration] as const,
    ),
  );
  const classed = (wanted: Field["class"]) => fields.filter(([, { class: found }]) => found === wanted);
  expect(
    classed("none").length +
      classed("household").length +
      classed("person").length +
      classed("secret").length,
  ).toBe(fields.length);
  for (const [field, declared] of fields) {
    if (declared.class === "none") continue;
    expect([field, declared.key.length > 0, declared.purpose.length > 0]).toEqual([field, true, true]);
    if (declared.class === "person") expect([field, declared.key]).toEqual([field, "person"]);
    // What opens something leaves the hub in a sealed backup at most.
    if (declared.class === "secret")
      expect([field, declared.egress.filter((way) => way !== "backup")]).toEqual([field, []]);
  }
  expect(new Set(Object.values(logFields))).toEqual(new Set(["id", "code", "count", "flag"]));
  const showing = Object.entries(routeFields).flatMap(([answer, shown]) =>
    Object.values(shown as Readonly<Record<string, string>>).includes("secret") ? [answer] : [],
  );
  expect(showing.sort()).toEqual([
    "DeveloperToken",
    "EnrolledDevice",
    "IssuedCode",
    "IssuedPass",
    "IssuedToken",
    "LinkingCode",
    "NewsCode",
    "ProviderStep",
    "RecoveryCodes",
    "SignedIn",
    "TotpSetUp",
  ]);
});
