import { performance } from "node:perf_hooks";
import type { MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { DeveloperKey } from "../../app-sim/client/developer-key.ts";
import type { DeveloperId, PersonId } from "../../hub/domain/ids.ts";
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

test(`that somebody came home is not told to a guest by why their lamp is on ${proves("EN303645:5.5-5")}`, async () => {
  /** What a guest hears of a lamp that a rule has lit: because somebody came home, or by the clock. */
  const told = async (why: "arrival" | "clock") => {
    const rig = await opened();
    const lamp = await rig.addLamp("Hall");
    const { id: ana } = await rig.owner.call("addPerson", { body: { name: "Ana" } });
    const guest = await settled(rig, "Visitor", { role: "guest", lamps: [lamp] });
    const trigger =
      why === "arrival"
        ? ({ kind: "presence", event: "arrives", person: ana } as const)
        : ({ kind: "daily", at: { kind: "time", at: "00:01" } } as const);
    const actions = [{ kind: "light", target: lamp, command: { on: true } } as const];
    await rig.owner.call("addSchedule", { body: { name: "Evening", triggers: [trigger], actions } });
    await rig.owner.call("setPresence", { id: ana as PersonId, body: { home: false } });
    const events = rig.hub.handle({
      method: "GET",
      target: "/api/v1/events",
      isSecure: false,
      remote: "local",
      header: (name) => ({ host: "localhost", authorization: `Bearer ${tokenOf(guest)}` })[name],
      body: async () => undefined,
      pieces: async function* () {},
    });
    if (why === "arrival") await rig.owner.call("setPresence", { id: ana as PersonId, body: { home: true } });
    await rig.clock.advance(Seconds(120));
    const light = await guest.client.call("getLight", { id: lamp });
    expect(light.desired.on).toBe(true);
    expect((await rig.owner.call("getLight", { id: lamp })).cause).toMatchObject({
      kind: "rule",
      trigger: expect.any(String),
    });
    const { body } = await events;
    const heard = `${(body as NodeJS.ReadableStream & { read(): Buffer | null }).read() ?? ""}`;
    expect(heard).toContain("light.desired-changed");
    return JSON.stringify([light, await guest.client.call("explainLight", { id: lamp }), heard])
      .replaceAll(/[a-z]{1,2}-[a-z2-7]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|id: [0-9a-f]+-\d+/g, "")
      .replaceAll(/\\n+|: still here/g, "");
  };
  const [arrival, clock] = [await told("arrival"), await told("clock")];
  expect(arrival).toBe(clock);
  expect(arrival).not.toMatch(/arrives|home|Ana/);
});

const tokenOf = ({ mqtt: { username, password: secret } }: Visitor): string => `${username}.${secret}`;
