import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { signInBytes } from "../../../app-sim/client/sign-in-bytes.ts";
import { packWifiCredentials } from "../../../hub/codec/wifi-credentials.ts";
import type { DeviceId } from "../../../hub/domain/ids.ts";
import { Hours, type Instant, Minutes } from "../../../hub/domain/units.ts";
import { openEncrypted } from "../../../hub/platform/node/sqlite-file.ts";
import { dataFile } from "../../../hub/platform/node/sqlite-store.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { Random } from "../../../hub/ports/random.ts";
import type { StorePort } from "../../../hub/ports/store.ts";
import { storeOver } from "../../support/store-over.ts";
import { DrivenHub } from "./driven-hub.ts";

/** How a household writes and lives. What it does with its hub, and when, is the same in each. */
interface Household {
  readonly name: () => string;
  readonly letter: () => string;
  readonly password: () => string;
  readonly percent: () => number;
  /** Where the person is on an even day; on odd ones they are where they were not. */
  readonly isHome: boolean;
  readonly place: () => { readonly latitude: number; readonly longitude: number };
}

const word = (random: Random, from: number, to: number): string =>
  Array.from({ length: from + random.below(to - from + 1) }, () =>
    String.fromCharCode(97 + random.below(26)),
  ).join("");

const households = {
  terse: (random: Random): Household => ({
    name: () => word(random, 1, 8),
    letter: () => "it is dark ".repeat(1 + random.below(3)),
    password: () => word(random, 10, 12),
    percent: () => 1 + random.below(9),
    isHome: true,
    place: () => ({ latitude: random.below(9) / 10, longitude: random.below(9) / 10 }),
  }),
  wordy: (random: Random): Household => ({
    name: () => `Phòng ngủ của ông bà ở tầng trên cạnh ${word(random, 6, 10)} ${word(random, 6, 10)}`,
    letter: () => "the lamp in the hall is dark and nobody knows why ".repeat(20 + random.below(40)),
    password: () => word(random, 50, 60),
    percent: () => 100,
    isHome: false,
    place: () => ({ latitude: -50.25 - random.below(9), longitude: -140.75 - random.below(9) }),
  }),
  /** As long as a name may be, of characters that take three bytes each. */
  written: (random: Random): Household => ({
    name: () => String.fromCharCode(0x4e00 + random.below(999)).repeat(64),
    letter: () => "灯がつかない。".repeat(1 + random.below(200)),
    password: () => word(random, 10, 60),
    percent: () => 10 + random.below(80),
    isHome: true,
    place: () => ({ latitude: 35.7, longitude: 139.7 }),
  }),
} as const;
export type HouseholdName = keyof typeof households;
export const householdNames = Object.keys(households) as readonly HouseholdName[];

/** Numbers that can be read off a disk, each behind what it is the number of, in the order in which they came. */
export type Shape = readonly (readonly [what: string, number: number])[];

/** Whoever has the data file's key as well sees more: where each record lies, how long it is, and when it was written. */
class Onlooker {
  readonly shape: [string, number][] = [];
  #key = Buffer.alloc(0);
  now = (): number => 0;

  readonly over = (store: StorePort): StorePort =>
    storeOver(store, {
      open: (key, isExpected) => {
        this.#key = Buffer.from(key);
        const records = store.open(key, isExpected);
        const write = records.write.bind(records);
        records.write = (batch, durability) => {
          write(batch, durability);
          for (const { collection } of batch) this.shape.push([`${collection} written at`, this.now()]);
        };
        return records;
      },
    });

  seeFiles(folder: string): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      const file = statSync(join(folder, name));
      if (file.isFile()) this.shape.push([`bytes of ${name}`, file.size]);
    }
  }

  seeRecords(folder: string): void {
    const connection = openEncrypted(join(folder, dataFile), this.#key);
    const rows = connection
      .prepare<[], { readonly collection: string; readonly size: number }>(
        "SELECT collection, length(key) + length(value) AS size FROM records ORDER BY collection, key",
      )
      .all();
    connection.close();
    for (const { collection, size } of rows) this.shape.push([`bytes of a record of ${collection}`, size]);
  }
}

/** How far a file can be packed: 1 is not at all. */
const packed = (file: string): number => {
  const bytes = readFileSync(file);
  return deflateSync(bytes, { level: 9 }).length / bytes.length;
};

const begin = Date.UTC(2026, 5, 1) as Instant;

/**
 * A home is lived in for two days.
 * @param folder an empty one. @param seed of the hub's chance and of the household's words, each by itself
 */
export const livedIn = async (
  folder: string,
  name: HouseholdName,
  seed: number,
): Promise<{ readonly shape: Shape; readonly packed: number }> => {
  const onlooker = new Onlooker();
  const home = await DrivenHub.open(folder, begin, {
    entropy: () => new SeededEntropy(new SeededRandom(seed)),
    store: onlooker.over,
  });
  onlooker.now = () => home.clock.monotonic();
  const see = (): void => onlooker.seeFiles(folder);
  see();
  await live(home, households[name](new SeededRandom(seed).fork(name)), see);
  const least = Math.min(...[dataFile, `${dataFile}-wal`].map((file) => packed(join(folder, file))));
  await home.close();
  see();
  onlooker.seeRecords(folder);
  return { shape: onlooker.shape, packed: least };
};

const live = async (home: DrivenHub, household: Household, see: () => void): Promise<void> => {
  const lamps = await furnish(home, household);
  see();
  const person = await moveIn(home, household);
  see();
  for (let day = 0; day < 2; day++) {
    for (const id of lamps) {
      await home.owner.call("setLight", { id, body: { on: true, brightness: household.percent() } });
      await home.live(Minutes(5));
    }
    await home.owner.call("changeLight", { id: lamps[day] ?? "", body: { name: household.name() } });
    const isHome = day % 2 === 0 ? household.isHome : !household.isHome;
    await home.owner.call("setPresence", { id: person, body: { home: isHome } });
    await home.live(Hours(20));
    see();
  }
};

const furnish = async (home: DrivenHub, household: Household): Promise<readonly string[]> => {
  const { owner } = home;
  const { name, percent } = household;
  await owner.call("setPlace", { body: { ...household.place(), zone: "Etc/UTC", tolerance: 1 } });
  const [ssid, password] = [household.password().slice(-30), household.password()];
  const network = { ssid: Buffer.from(ssid), password: Buffer.from(password) };
  await owner.call("setWifi", { bytes: packWifiCredentials(network) });
  const room = (await owner.call("addRoom", { body: { name: name() } })).id;
  const lamps: string[] = [];
  for (let at = 0; at < 4; at++) {
    const body = { name: name(), profile: "lampkeeper/dimmable-bulb", room };
    const { id } = await owner.call("addDevice", { body });
    lamps.push(id);
    const device = home.hub.inventory.device(id as DeviceId);
    if (device !== undefined) home.plugIn(device);
  }
  const [lamp = ""] = lamps;
  await owner.call("addZone", { body: { name: name(), members: lamps } });
  await owner.call("addGroup", { body: { name: name(), members: lamps } });
  const states = { [lamp]: { on: true, brightness: percent() } };
  await owner.call("addScene", { body: { name: name(), states } });
  await owner.call("addSchedule", {
    body: {
      name: name(),
      triggers: [{ kind: "daily", at: { kind: "time", at: "18:30" } }],
      actions: [{ kind: "light", target: lamp, command: { on: true, brightness: percent() } }],
    },
  });
  await owner.call("addToken", { body: { name: name(), role: "developer", scopes: ["lights:read"] } });
  return lamps;
};

/** Two people, of whom one signs in, agrees to presence and writes to the keeper of the home. @returns that one */
const moveIn = async (home: DrivenHub, household: Household): Promise<string> => {
  const { owner } = home;
  await owner.call("addPerson", { body: { name: household.name() } });
  const { id } = await owner.call("addPerson", { body: { name: household.name() } });
  const password = Buffer.from(household.password());
  await owner.call("setPassword", { id, bytes: Uint8Array.from(password) });
  const bytes = signInBytes(id, { password, code: new Uint8Array() });
  const own = home.as((await owner.call("signIn", { bytes, query: { as: "token" } })).token ?? "");
  const asked = (await own.call("listOwnConsents")).data.find(({ purpose }) => purpose === "presence");
  if (asked === undefined) throw new RangeError("nobody is asked about presence");
  const { version, text } = asked;
  await own.call("decideOwnConsent", { body: { purpose: "presence", allowed: true, version, text } });
  const letter = { name: household.name(), relationship: "self", request: household.letter() } as const;
  await own.call("addRequest", { body: { kind: "support", ...letter } });
  return id;
};
