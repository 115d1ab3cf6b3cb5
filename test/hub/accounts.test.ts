import type { MqttClient } from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import { Permissions } from "../../hub/broker/permissions.ts";
import { type Role, roles, type Scope } from "../../hub/domain/access.ts";
import type { GroupId, LampId, PersonId, RoomId } from "../../hub/domain/ids.ts";
import { Hours, Minutes, Seconds } from "../../hub/domain/units.ts";
import { type TopicRights, topicRights } from "../../hub/people/mqtt-access.ts";
import { type CollectionName, collections } from "../../hub/privacy/data-map.ts";
import { type Topic, topics } from "../../hub/privacy/outlets.ts";
import { keyOf } from "../../hub/privacy/record-codec.ts";
import { AccountHub, type Visitor } from "../support/account-hub.ts";
import { closing } from "../support/broker-rig.ts";
import { proves } from "../support/proves.ts";
import { authenticator } from "../support/signing-in.ts";

const open: AccountHub[] = [];
const opened = async (before?: AccountHub): Promise<AccountHub> => {
  const rig = await AccountHub.open(before);
  open.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((rig) => rig.close()));
});

const password = "three keys on a ring";

const settled = async (rig: AccountHub, name: string, body: object = {}): Promise<Visitor> => {
  const { id } = await rig.owner.call("addPerson", { body: { name, ...body } });
  await rig.owner.call("setPassword", { id, bytes: Buffer.from(password) });
  const { roles } = rig.hub.privacy.members;
  const terms = roles.of(id as PersonId);
  if (terms !== undefined) roles.give(id as PersonId, terms.version);
  await rig.clock.advance(Seconds(2));
  return rig.signIn(name, password);
};

describe("everywhere at once", () => {
  test(`MQTT sessions end within the turn, of that person and of nobody else ${proves("U27")}`, async () => {
    const rig = await opened();
    const [ana, ben] = [await settled(rig, "Ana"), await settled(rig, "Ben")];
    const other = await rig.signIn("Ana", password);
    const [one, two, three] = [await rig.connect(ana), await rig.connect(other), await rig.connect(ben)];
    const gone = Promise.all([closing(one), closing(two)]);
    const isOnline = (who: Visitor): boolean => rig.hub.broker.isOnline(who.mqtt.username);
    expect([ana, other, ben].map(isOnline)).toEqual([true, true, true]);

    rig.hub.accounts.endOf(ana.person);
    expect([ana, other, ben].map(isOnline)).toEqual([false, false, true]);
    await gone;
    await expect(rig.connect(ana)).rejects.toThrow(/bad user ?name or password/i);
    await expect(ana.client.call("getSession")).rejects.toMatchObject({ status: 401 });
    expect(three.connected).toBe(true);
  });

  test("also when a guest's time is up: their session ends, and their key is destroyed", async () => {
    const rig = await opened();
    const lamp = await rig.addLamp("Hall");
    const guest = await settled(rig, "Visitor", { role: "guest", lamps: [lamp], expiresIn: 7_200 });
    const client = await rig.connect(guest);
    const gone = closing(client);
    await rig.clock.advance(Hours(1));
    expect(rig.hub.broker.isOnline(guest.mqtt.username)).toBe(true);
    await rig.clock.advance(Hours(1));
    expect(rig.hub.broker.isOnline(guest.mqtt.username)).toBe(false);
    await gone;
    expect(rig.hub.vault.status().keys.filter(({ name }) => name.startsWith("person/"))).toEqual([]);
    expect(recordsOfPeople(rig)).toEqual([]);
  });
});

/** Whatever lies under a person's key. */
const recordsOfPeople = (rig: AccountHub): readonly string[] =>
  (Object.keys(collections) as CollectionName[])
    .filter((name) => keyOf(name) === "person")
    .flatMap((name) => [...rig.hub.store.collection(name).entries()].map(() => name as string));

test(`a home lights up without any account, and nothing is known of anybody ${proves("H59", "A5")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  const { owner } = rig;
  const room = await owner.call("addRoom", { body: { name: "Hall" } });
  await owner.call("changeLight", { id: lamp, body: { room: room.id } });
  await owner.call("setLight", { id: lamp, body: { on: true, brightness: 40 } });
  const scene = await owner.call("addScene", { body: { name: "Evening", capture: room.id } });
  await owner.call("setRoom", { id: room.id, body: { on: false } });
  await owner.call("recallScene", { id: scene.id, body: {} });
  await owner.call("addSchedule", {
    body: {
      name: "Night",
      triggers: [{ kind: "daily", at: { kind: "time", at: "00:30" } }],
      actions: [{ kind: "light", target: lamp, command: { on: false } }],
    },
  });
  expect((await owner.call("getLight", { id: lamp })).desired).toMatchObject({ on: true, brightness: 40 });
  await rig.clock.advance(Hours(1));
  expect((await owner.call("getLight", { id: lamp })).desired.on).toBe(false);
  const group = await owner.call("addGroup", { body: { name: "Ceiling", members: [lamp] } });
  await owner.call("setGroup", { id: group.id as GroupId, body: { on: true, brightness: 60 } });
  expect((await owner.call("getLight", { id: lamp })).desired).toMatchObject({ on: true, brightness: 60 });
  // The home's zone is all there is so far: nobody has said where it is.
  await owner.call("setCircadian", { id: room.id as RoomId, body: {} });
  expect((await owner.call("listCircadian")).data).toHaveLength(1);
  await owner.call("setPlace", { body: { latitude: 52.5, longitude: 13.4, zone: "Europe/Berlin" } });
  await owner.call("addSignInCode");

  expect(recordsOfPeople(rig)).toEqual([]);
  expect(rig.hub.vault.status().keys.filter(({ name }) => name.startsWith("person/"))).toEqual([]);
  // The same look does find somebody who is there.
  await settled(rig, "Ana");
  expect([...recordsOfPeople(rig)].sort()).toEqual([
    "accounts",
    "people",
    "person-tokens",
    "rights",
    "sign-ins",
  ]);
});

test("accounts, authenticators and tokens survive a restart; browsers sign in anew", async () => {
  const rig = await opened();
  const ana = await settled(rig, "Ana", { role: "owner" });
  const { uri } = await ana.client.call("beginTotp");
  const show = authenticator(uri);
  await ana.client.call("confirmTotp", { bytes: Buffer.from(show(rig.clock.now())) });
  await rig.close();
  open.length = 0;

  const again = await opened(rig);
  const program = again.as(`${ana.mqtt.username}.${ana.mqtt.password}`);
  expect(await program.call("getAccount")).toMatchObject({ name: "Ana", role: "owner", totp: true });
  expect(again.hub.sessions.list()).toEqual([]);
  await expect(again.signIn("Ana", password)).rejects.toMatchObject({ code: "second_factor_needed" });
  // The code that confirmed it was used, and stays so.
  const used = again.signIn("Ana", password, show(rig.clock.now()));
  await expect(used).rejects.toMatchObject({ code: "sign_in_refused" });
  await again.clock.advance(Seconds(30));
  expect((await again.signIn("Ana", password, show(rig.clock.now()))).person).toBe(ana.person);
});

/** What the developer of this table was granted. */
const granted: readonly Scope[] = ["lights:read", "metrics"];

/**
 * Who may read and write which topic, written by hand, and by nothing that the hub reads: a letter for each role (owner,
 * resident, guest, installer, developer). `*`: a guest of chosen lamps alone.
 */
const written: Readonly<Record<Topic, { readonly reads: string; readonly writes: string }>> = {
  "lampkeeper/{id}": { reads: "or*id", writes: "" },
  "lampkeeper/{id}/set": { reads: "orid", writes: "or*i" },
  "lampkeeper/{id}/get": { reads: "orid", writes: "or*id" },
  "lampkeeper/{id}/availability": { reads: "or*id", writes: "" },
  "lampkeeper/{id}/error": { reads: "or*id", writes: "" },
  "lampkeeper/bridge/state": { reads: "orgid", writes: "" },
  "lampkeeper/bridge/reset": { reads: "orid", writes: "" },
  "lampkeeper/bridge/request/{what}": { reads: "orid", writes: "oi" },
  "lampkeeper/bridge/response/{what}": { reads: "orid", writes: "" },
  "homeassistant/device/{id}/config": { reads: "", writes: "" },
  "device/{address}/command": { reads: "", writes: "" },
  "device/{address}/state": { reads: "", writes: "" },
  "device/{address}/availability": { reads: "", writes: "" },
  "device/{address}/event": { reads: "", writes: "" },
};

/** A lamp's own letters: whether a role has it, of a lamp that was chosen or not. */
const has = (letters: string, role: Role, isChosen: boolean): boolean =>
  letters.includes(role.charAt(0)) || (role === "guest" && isChosen && letters.includes("*"));

const maySubscribe = async (client: MqttClient, topic: string): Promise<boolean> => {
  const [answer] = await client.subscribeAsync(topic).catch(() => []);
  return answer !== undefined && answer.qos < 128;
};

/** The broker acknowledges, or closes the connection of who tries what is not theirs. */
const mayPublish = async (client: MqttClient, topic: string): Promise<boolean> => {
  const closed = closing(client).then(() => false);
  const taken = client.publishAsync(topic, "{}", { qos: 1 }).then(
    () => true,
    () => false,
  );
  return Promise.race([closed, taken]);
};

describe("roles at the broker", () => {
  test.each(roles)("%s: every kind of topic, of a chosen lamp and of another", async (role) => {
    const rig = await opened();
    const [chosen, other] = [await rig.addLamp("Hall"), await rig.addLamp("Porch")];
    const extra = role === "guest" ? { lamps: [chosen] } : role === "developer" ? { scopes: granted } : {};
    const visitor = await settled(rig, "Somebody", { role, ...extra });
    const cells: [string, boolean, boolean][] = [];
    const expected: typeof cells = [];
    for (const kind of Object.keys(topics) as Topic[]) {
      for (const lamp of [chosen, other]) {
        const topic = topicOf(rig, kind, lamp);
        const { reads, writes } = written[kind];
        const client = await rig.connect(visitor);
        cells.push([topic, await maySubscribe(client, topic), await mayPublish(client, topic)]);
        expected.push([topic, has(reads, role, lamp === chosen), has(writes, role, lamp === chosen)]);
        client.end(true);
      }
    }
    expect(cells).toEqual(expected);
    const everything = await rig.connect(visitor);
    const wide = [await maySubscribe(everything, "#"), await maySubscribe(everything, "lampkeeper/#")];
    expect(wide).toEqual([false, role !== "guest"]);
  });

  test("what is said of other lamps does not reach a guest", async () => {
    const rig = await opened();
    const [chosen, other] = [await rig.addLamp("Hall"), await rig.addLamp("Porch")];
    const guest = await settled(rig, "Visitor", { role: "guest", lamps: [chosen] });
    const client = await rig.connect(guest);
    const heard: string[] = [];
    client.on("message", (topic) => heard.push(topic));
    for (const topic of [`lampkeeper/${chosen}/error`, "lampkeeper/bridge/state"])
      await client.subscribeAsync(topic);
    await expect(client.subscribeAsync(`lampkeeper/${other}/error`)).rejects.toThrow();
    const owner = rig.hub.tokens.issueForThisRun();
    const login = { username: owner.token.id as string, password: owner.secret.toString("latin1") };
    const boss = await rig.connect({ mqtt: login });
    for (const lamp of [other, chosen])
      await boss.publishAsync(`lampkeeper/${lamp}/set`, "no JSON", { qos: 1 });
    // Sent last, so whatever came before it has arrived.
    await client.publishAsync(`lampkeeper/${chosen}/set`, "no JSON", { qos: 1 });
    expect(new Set(heard)).toEqual(new Set(["lampkeeper/bridge/state", `lampkeeper/${chosen}/error`]));
    await rig.clock.advance(Minutes(1));
  });
});

const topicOf = (rig: AccountHub, kind: Topic, lamp: LampId): string =>
  kind
    .replace("{id}", lamp)
    .replace("{what}", "group/add")
    .replace("{address}", rig.hub.inventory.device(lamp)?.address ?? "");

test(`each planted leak turns a cell: of a topic that was opened to a role ${proves("EN303645:5.5-5", "EN303645:5.5-4")}`, async () => {
  const rig = await opened();
  const [chosen, other] = [await rig.addLamp("Hall"), await rig.addLamp("Porch")];
  const kinds = Object.keys(topics) as Topic[];
  let [planted, caught] = [0, 0];
  for (const role of roles) {
    const extra = role === "guest" ? { lamps: [chosen] } : role === "developer" ? { scopes: granted } : {};
    const { mqtt: login } = await settled(rig, `A ${role}`, { role, ...extra });
    const caller = rig.hub.tokens.authenticate(login.username, Buffer.from(login.password));
    if (caller === undefined) throw new RangeError("signed in, and not known");
    const rights = topicRights(caller, "lampkeeper");
    const places = kinds.flatMap((kind) => [chosen, other].map((lamp) => ({ kind, lamp })));
    const cellsOf = ({ publishes, subscribes }: TopicRights): string => {
      const may = new Permissions({ id: caller.id, kind: "client", publishes, subscribes });
      const cell = (topic: string) => [
        topic,
        may.maySubscribe(topic),
        may.mayReceive(topic),
        may.mayPublish(topic),
      ];
      return JSON.stringify(places.map(({ kind, lamp }) => cell(topicOf(rig, kind, lamp))));
    };
    const expected = JSON.stringify(
      places.map(({ kind, lamp }) => {
        const { reads, writes } = written[kind];
        const isRead = has(reads, role, lamp === chosen);
        return [topicOf(rig, kind, lamp), isRead, isRead, has(writes, role, lamp === chosen)];
      }),
    );
    expect(cellsOf(rights)).toBe(expected);
    for (const { kind, lamp } of places) {
      const topic = topicOf(rig, kind, lamp);
      const wider = [
        ...(has(written[kind].reads, role, lamp === chosen)
          ? []
          : [{ ...rights, subscribes: [...rights.subscribes, topic] }]),
        ...(has(written[kind].writes, role, lamp === chosen)
          ? []
          : [{ ...rights, publishes: [...rights.publishes, topic] }]),
      ];
      planted += wider.length;
      caught += wider.filter((leaky) => cellsOf(leaky) !== expected).length;
    }
  }
  expect(caught).toBe(planted);
  expect(planted).toBeGreaterThan(150);
});
