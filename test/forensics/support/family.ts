import { readdirSync } from "node:fs";
import { packWifiCredentials } from "../../../hub/codec/wifi-credentials.ts";
import type { PersonId, PhoneId } from "../../../hub/domain/ids.ts";
import type { Instant } from "../../../hub/domain/units.ts";
import { phoneKey } from "./canaries.ts";
import { DrivenHub, type Protection } from "./driven-hub.ts";
import type { Plant } from "./plants.ts";

/** When they move in, by the hub's clock. */
export const familyMovedIn = Date.UTC(2026, 0, 1);

const people = ["Ana Tremblay-Okafor", "Ben Kowalczyk", "Cleo Nakagawa"] as const;
const furniture = { room: "Cleo's pantry", lamp: "Ana's reading lamp" } as const;
const wifi = { ssid: "Okafor & Kowalczyk", password: "three-keys-on-a-ring" } as const;

/** Everything that they have told their hub. */
export const familyWords: readonly string[] = [
  ...people,
  ...Object.values(furniture),
  ...Object.values(wifi),
];

export interface Resident {
  readonly id: PersonId;
  readonly name: string;
}

/** Three people, each with a phone that has said that they are home. @returns the hub they live in, running */
export const moveIn = async (
  folder: string,
  plant?: Plant,
  protection?: Protection,
): Promise<{ readonly driven: DrivenHub; readonly family: readonly Resident[] }> => {
  const driven = await DrivenHub.open(folder, familyMovedIn as Instant, plant, protection);
  const family: Resident[] = [];
  for (const [at, name] of people.entries()) {
    const { id } = await driven.owner.call("addPerson", { body: { name } });
    const key = phoneKey(at);
    const phone = await driven.owner.call("addPhone", { id, body: { publicKey: key.publicKey } });
    const said = { word: "entered", counter: 1, issuedAt: driven.clock.now() } as const;
    const identity = { person: id as PersonId, phone: phone.id as PhoneId };
    await driven.owner.call("hearPhone", { bytes: key.sign(identity, said) });
    family.push({ id: id as PersonId, name });
  }
  return { driven, family };
};

/** The home that they have furnished: as they left it, or, where the folder is empty, on the day they moved in. */
export const familyHome = async (
  folder: string,
  now: Instant,
  protection?: Protection,
): Promise<DrivenHub> => {
  if (readdirSync(folder).length > 0) return DrivenHub.open(folder, now, undefined, protection);
  const { driven } = await moveIn(folder, undefined, protection);
  const { owner, air } = driven;
  const network = { ssid: Buffer.from(wifi.ssid), password: Buffer.from(wifi.password) };
  air.accessPoint.configure(network);
  await owner.call("setWifi", { bytes: packWifiCredentials(network) });
  const { outcome } = await owner.call("testWifi");
  if (outcome !== "joined") throw new RangeError(`the hub has not joined: ${outcome}`);
  const { id: room } = await owner.call("addRoom", { body: { name: furniture.room } });
  const profile = "lampkeeper/dimmable-bulb";
  await owner.call("addDevice", { body: { name: furniture.lamp, profile, room } });
  await owner.call("setPlace", {
    body: { latitude: -41.25, longitude: 174.75, zone: "Pacific/Auckland", tolerance: 1 },
  });
  return driven;
};
