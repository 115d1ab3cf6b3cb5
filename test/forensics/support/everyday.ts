/**
 * An ordinary home that is lived in day by day, as a process of its own that can be watched. Arguments: data folder, days.
 * Says on descriptor 4 when each day begins, and when it is over.
 */
import { writeSync } from "node:fs";
import { signInBytes } from "../../../app-sim/client/sign-in-bytes.ts";
import type { DeviceId } from "../../../hub/domain/ids.ts";
import { Days, type Instant, Millis } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { DrivenHub } from "./driven-hub.ts";
import { everyday } from "./everyday-counts.ts";

const [folder = "", days = "1"] = process.argv.slice(2);
const random = new SeededRandom(1);
const home = await DrivenHub.open(folder, Date.UTC(2026, 0, 1) as Instant);
const { owner } = home;

const device = async (profile: string, name: string, room: string): Promise<string> => {
  const { id } = await owner.call("addDevice", { body: { profile, name, room } });
  const added = home.hub.inventory.device(id as DeviceId);
  if (added !== undefined) home.plugIn(added);
  return id;
};

await owner.call("setPlace", { body: { latitude: 52.5, longitude: 13.4, zone: "Europe/Berlin" } });
const lamps: string[] = [];
for (let at = 0; at < everyday.lamps; at++) {
  const { id } = await owner.call("addRoom", { body: { name: `Room ${at}` } });
  lamps.push(await device("lampkeeper/dimmable-bulb", `Lamp ${at}`, id));
}
const { data: rooms } = await owner.call("listRooms");
const sensor = await device("lampkeeper/motion-sensor", "Landing", rooms[0]?.id ?? "");
for (const [at, lamp] of lamps.slice(0, everyday.rules / 2).entries())
  for (const on of [true, false])
    await owner.call("addSchedule", {
      body: {
        name: `Rule ${at} ${on}`,
        triggers: [
          { kind: "daily", at: on ? { kind: "sun", event: "sunset" } : { kind: "time", at: "23:10" } },
        ],
        actions: [{ kind: "light", target: lamp, command: { on } }],
      },
    });
const people: string[] = [];
for (let at = 0; at < everyday.people; at++) {
  const { id } = await owner.call("addPerson", { body: { name: `Person ${at}` } });
  const password = Buffer.from("three keys on a ring");
  await owner.call("setPassword", { id, bytes: Uint8Array.from(password) });
  const bytes = signInBytes(id, { password, code: new Uint8Array() });
  const own = home.as((await owner.call("signIn", { bytes, query: { as: "token" } })).token ?? "");
  const asked = (await own.call("listOwnConsents")).data.find(({ purpose }) => purpose === "presence");
  const { version = 0, text = "" } = asked ?? {};
  await own.call("decideOwnConsent", { body: { purpose: "presence", allowed: true, version, text } });
  people.push(id);
}

/** What people and sensors do in a day, spread over it. */
const happenings = (): readonly (() => unknown)[] => [
  ...Array.from({ length: everyday.commands }, () => () => {
    const id = lamps[random.below(lamps.length)] ?? "";
    return owner.call("setLight", {
      id,
      body: { on: random.next() < 0.6, brightness: 1 + random.below(100) },
    });
  }),
  ...Array.from({ length: everyday.readings }, (_, at) => () => {
    home.say(sensor as DeviceId, "state", JSON.stringify({ occupancy: at % 2 === 0 }));
  }),
  ...Array.from(
    { length: everyday.comings },
    (_, at) => () =>
      owner.call("setPresence", {
        id: people[at % people.length] ?? "",
        body: { home: at % (2 * people.length) >= people.length },
      }),
  ),
];

for (let day = 0; day < Number(days); day++) {
  writeSync(4, `day ${day}\n`);
  const due = happenings()
    .map((happen) => ({ happen, at: random.next() }))
    .sort((a, b) => a.at - b.at);
  for (const { happen } of due) {
    await happen();
    await home.live(Millis(Days(1) / due.length));
  }
}
writeSync(4, "over\n");
await home.close();
