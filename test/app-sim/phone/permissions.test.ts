import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startHub } from "../../../app-sim/testing/start-hub.ts";
import type { TestHub } from "../../../app-sim/testing/test-hub.ts";
import type { TestPerson } from "../../../app-sim/testing/test-person.ts";
import { type PhonePermission, phonePermissions } from "../../../hub/domain/phone-permission.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import { proves } from "../../support/proves.ts";

/** By whom the hub knows each function alone: one whom only Ana's phone's address tells of, one whom only its beacon does. */
const [byNetwork, byBeacon] = ["Of the network", "Of the beacon"] as const;

let hub: TestHub;

const password = Buffer.from("three keys on a ring");

/** Everybody is told of an incident, a drill. */
const message = async (): Promise<void> => {
  const { id } = await hub.api.call("addIncident", { body: { drill: true } });
  const parts = { situation: "A drill.", measures: "None.", suggestions: "None.", remedies: "None." };
  await hub.api.call("sendIncidentNotice", { id, body: { ...parts, contact: "The keeper." } });
};

const signIn = async (): Promise<void> => {
  for (const { id } of hub.people) {
    await hub.api.call("setPassword", { id, bytes: Uint8Array.from(password) });
    const bytes = Uint8Array.of(password.length, ...password);
    expect(await hub.api.call("signInSimPhone", { id, bytes })).toMatchObject({ signedIn: true });
  }
};

const simPhone = async (name: string) => {
  const { data } = await hub.api.call("listSimPeople");
  const phone = data.find(({ id }) => id === hub.person(name).id);
  if (phone === undefined) throw new RangeError("no such phone");
  return phone;
};

const person = async (name: string) => {
  const found = (await hub.api.call("listPeople")).data.find((each) => each.name === name);
  if (found === undefined) throw new RangeError("nobody of that name");
  return found;
};

beforeEach(async () => {
  hub = await startHub({ bulbs: 1, sensors: 0, people: 2, place: { latitude: 52.37, longitude: 4.89 } });
  for (const each of hub.people) each.send({ to: "home" });
  await signIn();
  await message();
  const { address, beacon } = await simPhone("Ana");
  await hub.api.call("addPerson", { body: { name: byNetwork, addresses: [address] } });
  const { id } = await hub.api.call("addPerson", { body: { name: byBeacon } });
  await hub.api.call("addBeacon", { id, bytes: Buffer.from(`01${beacon}`, "hex") });
  await hub.clock.advance({ minutes: 16 });
});
afterEach(() => hub.close());

/** Time passes until it has an answer. */
const meanwhile = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  asked.then(over, over);
  for (let seconds = 0; !isOver && seconds < 120; seconds++) {
    await hub.clock.advance({ seconds: 1 });
    for (let turn = 0; turn < 5 && !isOver; turn++) await settle();
  }
  return asked;
};

const tells = async (name: string): Promise<string> => {
  const network = Buffer.from("\u0004home\u0008password", "latin1");
  const query = { person: hub.person(name).id };
  return (await meanwhile(hub.api.call("tellBySimPhone", { bytes: network, query }))).outcome;
};

const isSeen = async (name: string): Promise<boolean> => (await person(name)).presence === "home";

/** Ana goes out and comes back, and the hub hears of both from her phone. */
const isToldOf = async (): Promise<boolean> => {
  const ana = hub.person("Ana");
  ana.send({ to: "away" });
  // Who comes and goes often is believed to have left late.
  await hub.clock.advance({ minutes: 20 });
  const heard = [ana.isHome];
  ana.send({ to: "home" });
  await hub.clock.advance({ seconds: 1 });
  return isDeepStrictEqual([...heard, ana.isHome], [false, true]);
};

/** What Ana's phone does for her just now, by the permission that it needs for it. */
const working = async () => {
  const seen = { wifi: await isSeen(byNetwork), bluetooth: await isSeen(byBeacon) };
  const notifications = (await simPhone("Ana")).messages > 0;
  return {
    ...seen,
    notifications,
    location: await isToldOf(),
    improv: (await tells("Ana")) !== "not-permitted",
  };
};

const all = { location: true, wifi: true, bluetooth: true, notifications: true, improv: true };

const stopped: Readonly<Record<PhonePermission, Partial<typeof all>>> = {
  location: { location: false },
  wifi: { wifi: false },
  bluetooth: { bluetooth: false, improv: false },
  notifications: { notifications: false },
};

test.each(phonePermissions)(
  `%s: without it only what it is for stops, and works again once it is given back ${proves("U31")}`,
  async (permission) => {
    expect(await working()).toEqual(all);

    hub.person("Ana").phone({ [permission]: false });
    await hub.clock.advance({ minutes: 30 });
    expect(await working()).toEqual({ ...all, ...stopped[permission] });
    expect(await simPhone("Ana")).toMatchObject({ [permission]: false });
    // It was Ana who said so, and of her own phone.
    expect(await simPhone("Ben")).toMatchObject({ [permission]: true });
    expect((await simPhone("Ben")).messages).toBeGreaterThan(0);
    expect(await tells("Ben")).toBe("no-hub");

    hub.person("Ana").phone({ [permission]: true });
    await hub.clock.advance({ minutes: 16 });
    expect(await working()).toEqual(all);
  },
);

test("a new message is shown once the app has asked for it, by the phone that may", async () => {
  hub.person("Ben").phone({ notifications: false });
  const before = (await simPhone("Ana")).messages;
  await message();
  await hub.clock.advance({ minutes: 16 });
  expect((await simPhone("Ana")).messages).toBe(before + 1);
  expect((await simPhone("Ben")).messages).toBe(0);
});

test("nobody signs in on a phone with a wrong password", async () => {
  const { id } = hub.person("Ana");
  const bytes = Uint8Array.of(5, ...Buffer.from("wrong"));
  await expect(hub.api.call("signInSimPhone", { id, bytes })).rejects.toMatchObject({ code: "conflict" });
});

const isSeenBy = async () => [await isSeen(byNetwork), await isSeen(byBeacon)];

test.each<[string, (ana: TestPerson) => void]>([
  ["away", (ana) => ana.send({ to: "away" })],
  ["cut off", (ana) => ana.phone({ flightMode: true })],
  ["empty", (ana) => ana.phone({ battery: 0 })],
])("a phone that is %s is in no network and heard by nobody", async (_, goes) => {
  goes(hub.person("Ana"));
  await hub.clock.advance({ minutes: 30 });
  expect(await isSeenBy()).toEqual([false, false]);
});

test("without its access point the home's network shows no phone", async () => {
  await hub.api.call("unplugSimAccessPoint");
  await hub.clock.advance({ minutes: 30 });
  expect(await isSeenBy()).toEqual([false, true]);
});
