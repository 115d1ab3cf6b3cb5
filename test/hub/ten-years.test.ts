import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signInBytes } from "../../app-sim/client/sign-in-bytes.ts";
import { certificateEnd } from "../../hub/crypto/certificate-end.ts";
import type { DeviceId } from "../../hub/domain/ids.ts";
import { Days, Hours, type Instant } from "../../hub/domain/units.ts";
import type { TlsIdentity } from "../../hub/ports/network.ts";
import { DrivenHub } from "../forensics/support/driven-hub.ts";
import { fastFolder } from "../forensics/support/fast-folder.ts";
import { testIdentity } from "../support/certificates.ts";
import { Ephemeris } from "../support/ephemeris.ts";
import { proves } from "../support/proves.ts";
import { isLong, size } from "../support/size.ts";

/**
 * Ten years without anybody outside: no time server, no new time zone table, no update. `npm test` lives through days of them,
 * with the hub switched off in between; `npm run test:long` through all, without a break.
 */

const berlin = { latitude: 52.5, longitude: 13.4, zone: "Europe/Berlin" } as const;
const day = 86_400_000;
const begin = Date.UTC(2026, 10, 27);
const end = Date.UTC(2036, 10, 27);

/** The last Sunday of a month of 31 days, 01:00 UTC: when clocks in Europe change (Directive 2000/84/EC). */
const lastSunday = (year: number, month: number): number => {
  const last = Date.UTC(year, month, 31, 1);
  return last - new Date(last).getUTCDay() * day;
};
const summerTime = (at: number): boolean => {
  const year = new Date(at).getUTCFullYear();
  return at >= lastSunday(year, 2) && at < lastSunday(year, 9);
};
/** When clocks in Berlin show a time on a day. @param midnight of that day in UTC */
const berlinTime = (midnight: number, hours: number): number => {
  const winter = midnight + (hours - 1) * 3_600_000;
  return summerTime(winter - 3_600_000) ? winter - 3_600_000 : winter;
};

const almanac = new Ephemeris(begin - day, end + 2 * day);
/** When the sun goes down in Berlin on a day. */
const sunsetOn = (midnight: number): number => {
  const { latitude, longitude } = berlin;
  const [from, to] = [midnight + day / 2, midnight + day];
  const turns = almanac.turns(latitude, longitude, from - day, to + day);
  const found = almanac
    .crossings(latitude, longitude, turns, -50 / 60)
    .find(({ at, direction }) => direction === "setting" && at > from && at < to);
  if (found === undefined) throw new RangeError("no sunset");
  return found.at;
};

interface Change {
  readonly at: number;
  readonly lamp: string;
  readonly on: boolean;
}

/** What the lamps should do on a day: on at sunset, off at half past six; one on every 29th of February at ten. */
const wantedOn = (midnight: number, [evening = "", leap = ""]: readonly string[]): readonly Change[] => {
  const date = new Date(midnight);
  const isLeap = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  return [
    { at: berlinTime(midnight, 6.5), lamp: evening, on: false },
    ...(isLeap ? [{ at: berlinTime(midnight, 10), lamp: leap, on: true }] : []),
    { at: sunsetOn(midnight), lamp: evening, on: true },
  ];
};

let folder: string;
let home: DrivenHub;
let lamps: readonly string[] = [];
/** What lamps said of what a rule made them do. */
let done: Change[] = [];
/** By how much the hub was told that this machine's clock is wrong. */
let correction = 0;
beforeEach(() => {
  folder = fastFolder();
});
afterEach(async () => {
  await home.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (at: number): Promise<void> => {
  home = await DrivenHub.open(folder, at as Instant);
  done = [];
  correction = 0;
  home.hub.bus.subscribe("light.reported", ({ lamp, reported, cause }) => {
    if (cause.kind === "rule") done.push({ at: home.clock.now() + correction, lamp, on: reported.on });
  });
};

const password = Buffer.from("three keys on a ring");

const moveIn = async (): Promise<void> => {
  await open(begin);
  const { owner } = home;
  await owner.call("setPlace", { body: { ...berlin, tolerance: 1 } });
  await owner.call("setVeil", { body: { level: "off" } });
  const made: string[] = [];
  for (const name of ["Hall", "Attic"]) {
    const { id } = await owner.call("addDevice", {
      body: { name, profile: "lampkeeper/dimmable-bulb", room: null },
    });
    const device = home.hub.inventory.device(id as DeviceId);
    if (device !== undefined) home.plugIn(device);
    made.push(id);
  }
  lamps = made;
  const [evening = "", leap = ""] = made;
  const light = (target: string, on: boolean) => [{ kind: "light", target, command: { on } }] as const;
  const daily = <At>(at: At) => ({ kind: "daily", at }) as const;
  const rules = [
    {
      name: "sunset",
      triggers: [daily({ kind: "sun", event: "sunset" } as const)],
      actions: light(evening, true),
    },
    {
      name: "morning",
      triggers: [daily({ kind: "time", at: "06:30" } as const)],
      actions: light(evening, false),
    },
    {
      name: "leap",
      triggers: [{ ...daily({ kind: "time", at: "10:00" } as const), days: { dates: ["02-29"] } }],
      actions: light(leap, true),
    },
    {
      name: "after leap",
      triggers: [{ ...daily({ kind: "time", at: "10:00" } as const), days: { dates: ["03-01"] } }],
      actions: light(leap, false),
    },
  ];
  for (const body of rules) await owner.call("addSchedule", { body });
  const { id } = await owner.call("addPerson", { body: { name: "Ana", role: "owner" } });
  await owner.call("setPassword", { id, bytes: Uint8Array.from(password) });
};

/** Each change of a day that did not come within a minute, and each that nobody wanted. */
const wrongOn = (midnight: number): readonly string[] => {
  const wanted = wantedOn(midnight, lamps);
  const [, leap] = lamps;
  const isOf = (one: Change, other: Change) =>
    one.lamp === other.lamp && one.on === other.on && Math.abs(one.at - other.at) < 60_000;
  const happened = done.filter(
    ({ at, lamp, on }) => at >= midnight && at < midnight + day && !(lamp === leap && !on),
  );
  const say =
    (what: string) =>
    ({ at, lamp, on }: Change) =>
      `${what} ${new Date(at).toISOString()} ${lamps.indexOf(lamp)} ${on ? "on" : "off"}`;
  return [
    ...wanted.filter((want) => !happened.some((each) => isOf(each, want))).map(say("missing")),
    ...happened.filter((each) => !wanted.some((want) => isOf(each, want))).map(say("unwanted")),
  ];
};

/** The days on which calendars and clocks do something, and two each year on which they do not. */
const days = (): readonly number[] => {
  const chosen = [begin + day];
  for (let year = 2027; year <= 2036; year++) {
    const changes = [lastSunday(year, 2), lastSunday(year, 9)].map((at) => at - 3_600_000);
    const around = [changes[year % 2] ?? 0, Date.UTC(year, year % 12, 1 + ((year * 7) % 28))];
    const leap = year % 4 === 0 ? [Date.UTC(year, 1, 29)] : [];
    chosen.push(...[...leap, ...around].filter((at) => at < end - day));
  }
  return [...chosen, end - day].sort((a, b) => a - b);
};

const fileBytes = (): number =>
  readdirSync(folder)
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);

/** Nobody is locked out: whoever signed in ten years ago does so still, and is the owner. */
const signInAgain = async (): Promise<void> => {
  const { data } = await home.owner.call("listPeople");
  const { id = "" } = data.find(({ name }) => name === "Ana") ?? {};
  const bytes = signInBytes(id, { password, code: new Uint8Array() });
  const { token = "" } = await home.owner.call("signIn", { bytes, query: { as: "token" } });
  const own = home.as(token);
  await own.call("setLight", { id: lamps[0] ?? "", body: { on: true } });
  await own.call("addRoom", { body: { name: "A room of 2036" } });
};

const assertNobodyWasAsked = async (): Promise<void> => {
  expect((await home.owner.call("verifyBooks")).data.map(({ book, sound }) => [book, sound])).toEqual(
    expect.arrayContaining([["ledger", true]]),
  );
  expect((await home.owner.call("listDisclosures")).data).toEqual([]);
};

/** The hub is off between one of these days and the next. @returns what was wrong on them */
const liveThroughSamples = async (): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const midnight of days()) {
    await home.close();
    await open(midnight - Hours(2));
    await home.live(Hours(27));
    wrong.push(...wrongOn(midnight));
  }
  return wrong;
};

/** Without a break. The store is as large in the end as it was after the second year. @returns what was wrong on any day */
const liveThroughAll = async (): Promise<readonly string[]> => {
  const wrong: string[] = [];
  const sizes: number[] = [];
  await home.live(Days(1));
  for (let midnight = begin + day; midnight < end; midnight += day) {
    await home.live(Days(1));
    wrong.push(...wrongOn(midnight));
    done = done.filter(({ at }) => at >= midnight + day);
    if ((midnight - begin) % (365 * day) === 0) sizes.push(fileBytes());
  }
  expect(sizes).toHaveLength(10);
  expect(Math.max(...sizes.slice(2))).toBeLessThan(1.1 * (sizes[1] ?? 0));
  return wrong;
};

describe("ten years offline", { timeout: size(240_000, 3_600_000) }, () => {
  test(`lights are right on each day that is lived, leap days and changes of the clocks among them, and nobody is locked out ${proves("M17")}`, async () => {
    await moveIn();
    expect(days().length).toBeGreaterThan(22);
    expect(await (isLong ? liveThroughAll() : liveThroughSamples())).toEqual([]);
    await signInAgain();
    await assertNobodyWasAsked();
    // Database, its log and keys; the log alone may have four megabytes.
    expect(fileBytes()).toBeLessThan(8_000_000);
  });

  test(`a hub that lost its clock after ten years is told the time by a person, and lights are right again ${proves("M17")}`, async () => {
    await moveIn();
    await home.close();
    const midnight = end - day;
    await open(midnight - Hours(2));
    home.clock.setTrust({ level: "unknown" });
    home.clock.step(-8 * 365 * day);
    await home.live(Hours(27));
    // Nothing by a clock that nobody vouches for.
    expect(done).toEqual([]);
    const now = midnight + day - Hours(1);
    correction = now - home.clock.now();
    await home.owner.call("vouchForClock", { body: { now: new Date(now).toISOString(), source: "person" } });
    await home.live(Hours(26));
    expect(wrongOn(midnight + day)).toEqual([]);
    await signInAgain();
  });

  test(`a certificate that ends is told a month before, by the check-up, and a home without one has none that could ${proves("M17")}`, async () => {
    const weakPoints = async (at: number, tls?: TlsIdentity) => {
      home = await DrivenHub.open(folder, at as Instant, {}, {}, tls);
      const { data } = await home.owner.call("checkUpSecurity");
      await home.close();
      return data.map(({ point }) => point);
    };
    // Valid for a day from now on.
    const identity = testIdentity();
    const ends = certificateEnd(identity.certificate) ?? 0;
    expect(await weakPoints(ends - Days(31), identity)).not.toContain("certificate-ends");
    for (const at of [ends - Days(29), ends + Days(3_650)])
      expect(await weakPoints(at, identity)).toContain("certificate-ends");
    expect(await weakPoints(ends + Days(3_650))).not.toContain("certificate-ends");
  });
});
