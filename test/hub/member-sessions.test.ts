import { performance } from "node:perf_hooks";
import type { MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { DeveloperKey } from "../../app-sim/client/developer-key.ts";
import type { DeveloperId } from "../../hub/domain/ids.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { AccountHub, type Visitor } from "../support/account-hub.ts";
import { closing } from "../support/broker-rig.ts";
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

const password = "three keys on a ring";
const settled = async (rig: AccountHub, name: string, body: object = {}): Promise<Visitor> => {
  const { id } = await rig.owner.call("addPerson", { body: { name, ...body } });
  await rig.owner.call("setPassword", { id, bytes: Buffer.from(password) });
  await rig.clock.advance(Seconds(2));
  return rig.signIn(name, password);
};

/** How long it takes until an open session is gone, and whether a command sent right after the end is still taken. */
const cutBy = async (client: MqttClient, topic: string, end: () => unknown) => {
  await client.publishAsync(topic, '{"state":"ON"}', { qos: 1 });
  const gone = closing(client).then(() => "refused" as const);
  const before = performance.now();
  await end();
  const taken = client.publishAsync(topic, '{"state":"OFF"}', { qos: 1 }).then(
    () => "taken" as const,
    () => "refused" as const,
  );
  const nextWord = await Promise.race([gone, taken]);
  await gone;
  return { isFast: performance.now() - before < 1_000, nextWord };
};
const cutAtOnce = { isFast: true, nextWord: "refused" };

test(`"sign out everywhere" cuts an open MQTT session within a second; its next word changes nothing ${proves("U27")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  const ana = await settled(rig, "Ana");
  const client = await rig.connect(ana);
  const topic = `lampkeeper/${lamp}/set`;
  const cut = await cutBy(client, topic, () => ana.client.call("endOwnSessions"));
  expect(cut).toEqual(cutAtOnce);
  expect((await rig.owner.call("getLight", { id: lamp })).desired.on).toBe(true);
  await expect(rig.connect(ana)).rejects.toThrow(/bad user ?name or password/i);
});

test(`a guest whose access is taken back is cut off within a second, and sees nothing more ${proves("H46", "D10")}`, async () => {
  const rig = await opened();
  const [lamp, other] = [await rig.addLamp("Hall"), await rig.addLamp("Porch")];
  const guest = await settled(rig, "Visitor", { role: "guest", lamps: [lamp] });
  const { reads, writes } = await rig.owner.call("readAccess", { id: guest.person });
  const client = await rig.connect(guest);
  const heard: string[] = [];
  client.on("message", (topic) => heard.push(topic));
  // Exactly what was shown: each is granted, and none beside it.
  for (const filter of reads) {
    const [answer] = await client.subscribeAsync(`lampkeeper/${filter}`);
    expect(answer?.qos).toBeLessThan(128);
  }
  const [beyond] = await client.subscribeAsync(`lampkeeper/${other}`).catch(() => []);
  expect(beyond?.qos ?? 128).toBe(128);
  expect(writes).toContain(`${lamp}/set`);

  const topic = `lampkeeper/${lamp}/set`;
  const end = () => rig.owner.call("removePerson", { id: guest.person });
  const cut = await cutBy(client, topic, end);
  expect(cut).toEqual(cutAtOnce);
  const before = heard.length;
  await rig.owner.call("setLight", { id: lamp, body: { on: false } });
  expect(heard.length).toBe(before);
});

test(`a program that is let go is cut off within a second, at the broker too ${proves("D2", "D10")}`, async () => {
  const rig = await opened();
  const [lamp, other] = [await rig.addLamp("Hall"), await rig.addLamp("Porch")];
  const key = new DeveloperKey(Buffer.alloc(32, 5));
  const label = "Mood light";
  const body = { label, publicKey: key.publicKey, terms: 1, signature: key.signApplication(label) };
  const { id } = await rig.owner.call("applyDeveloper", { body });
  const enter = async () => {
    const { challenge } = await rig.owner.call("challengeDeveloper", { body: { id } });
    return rig.owner.call("enterDeveloper", {
      body: { id, challenge, signature: key.signProof(id, challenge) },
    });
  };
  const first = await enter();
  const command = { device: lamp, action: "command" } as const;
  await rig.as(first.token).call("askResource", { body: command });
  await rig.owner.call("decideResource", {
    id: id as DeveloperId,
    body: { ...command, decision: "approve" },
  });
  const program = await enter();
  const client = await rig.connect(program);
  const [reading] = await client.subscribeAsync(`lampkeeper/${lamp}`).catch(() => []);
  expect(reading?.qos ?? 128).toBe(128);
  const elsewhere = await rig.connect(program);
  const thrown = closing(elsewhere);
  // The broker closes the connection of who tries what is not theirs, so that this is never acknowledged.
  elsewhere.publish(`lampkeeper/${other}/set`, '{"state":"ON"}', { qos: 1 });
  await thrown;
  expect((await rig.owner.call("getLight", { id: other })).desired.on).toBe(false);

  const end = () => rig.owner.call("removeDeveloper", { id: id as DeveloperId });
  const cut = await cutBy(client, `lampkeeper/${lamp}/set`, end);
  expect(cut).toEqual(cutAtOnce);
  await expect(rig.connect(program)).rejects.toThrow(/bad user ?name or password/i);
  expect((await rig.owner.call("getLight", { id: lamp })).desired.on).toBe(true);
});
