import { entryAt } from "../../../hub/ble/gatt-places.ts";
import { confirms } from "../../../hub/domain/apply-command.ts";
import { deniedBy } from "../../../hub/domain/ble-denylist.ts";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import { signStrength } from "../../../hub/domain/ble-sign.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import type { BleFrame, Frame } from "../../../hub/domain/profile.ts";
import { Percent } from "../../../hub/domain/units.ts";
import { type BleLampProfile, signsIn } from "./ble-lamp-profile.ts";
import { type ConformanceTargets, conformanceTargets } from "./conformance-targets.ts";
import type { FoundDevice } from "./found-devices.ts";
import type { LampSession } from "./lamp-session.ts";

/** The lamp is not as its profile says. */
export class CaseFailed extends Error {}
/** Another case says why this one could not be judged. */
export class CaseBlocked extends Error {}

/** The lamp under test. */
export interface LampUnderTest {
  /** Undefined: it was not heard. */
  readonly found: FoundDevice | undefined;
  readonly session: LampSession;
}

export interface ConformanceCase {
  /** Of the requirement (docs/ble-bench.md); stable. */
  readonly id: string;
  readonly title: string;
  /** Without these it says nothing. */
  readonly needs: readonly string[];
  /** False: nothing of the kind is asked of such a lamp. */
  readonly applies: boolean;
  /** @returns what was measured, in words. @throws CaseFailed, CaseBlocked, BleError */
  readonly check: (lamp: LampUnderTest) => Promise<string | undefined>;
}

/** What a lamp is given, in milliseconds. */
export const conformanceLimits = {
  /** From a write to its answer: the hub asks again after a second (hub/lights/lamp-writer.ts). */
  answerMs: 1_000,
  /** Until a lamp that answers late, fades or has to be asked has said what it shows. */
  settledMs: 6_000,
  /** A connection is made again. */
  reconnectMs: 10_000,
  /** A link nobody uses. */
  idleMs: 20_000,
} as const;

const answersMeasured = 5;
const reconnects = 3;
const lookEveryMs = 250;
const writeHeadBytes = 3;
const smallestMtu = 23;

const lit: LightState = { on: true, brightness: Percent(100) };
const dark: LightState = { on: false, brightness: Percent(100) };

const isBle = (frame: Frame): frame is BleFrame => frame.kind === "ble";

/** Everything that is written to such a lamp by this suite. */
const framesOf = (profile: BleLampProfile): readonly BleFrame[] =>
  [
    ...conformanceTargets(profile).flatMap(({ targets }) =>
      targets.flatMap((target) => profile.encode(target)),
    ),
    ...profile.query,
    ...(profile.link.greeting ?? []),
    ...(profile.link.keepAlive === undefined ? [] : [profile.link.keepAlive.frame]),
  ].filter(isBle);

const stateText = (state: LightState): string => JSON.stringify(state);

/** It does as it is told, and says so if it ever says anything. */
const obeys = async (session: LampSession, target: LightState): Promise<void> => {
  const { profile } = session;
  const first = session.wire.length;
  await session.command(target);
  if (!profile.link.readsBack) return;
  // What it said before may have been the same.
  const hasSpoken = () => session.wire.slice(first).some(({ isReadable }) => isReadable === true);
  const ends = session.nowMs + conformanceLimits.settledMs;
  for (;;) {
    await session.read();
    if (hasSpoken() && confirms(target, session.shown, profile.capabilities)) return;
    if (session.nowMs >= ends) break;
    await session.pause(lookEveryMs);
  }
  if (!hasSpoken()) throw new CaseBlocked("it said nothing that can be read");
  throw new CaseFailed(`asked ${stateText(target)}, it says ${stateText(session.shown)}`);
};

const measured = (profile: BleLampProfile): string | undefined =>
  profile.link.readsBack ? undefined : "accepted; this lamp never says what it shows";

const capabilityIds: Readonly<Record<ConformanceTargets["capability"], string>> = {
  power: "BLE-10",
  brightness: "BLE-11",
  colorTemperature: "BLE-12",
  color: "BLE-13",
  effects: "BLE-14",
};

const capabilityCases = (profile: BleLampProfile): readonly ConformanceCase[] =>
  conformanceTargets(profile).map(({ capability, title, targets }) => ({
    id: capabilityIds[capability],
    title,
    needs: ["BLE-03"],
    applies: true,
    check: async ({ session }) => {
      for (const target of targets) await obeys(session, target);
      return measured(profile);
    },
  }));

const checkAdvertised: ConformanceCase["check"] = async ({ found, session }) => {
  if (found === undefined) throw new CaseFailed("it was not heard");
  const packets = [found.advertisement, found.scanResponse ?? ""].map((hex) => Buffer.from(hex, "hex"));
  if (signStrength(session.profile.link, signsIn(packets)) === 0)
    throw new CaseFailed("nothing of what it advertises is a sign of its profile");
  return found.rssi === undefined ? undefined : `${found.rssi} dBm`;
};

const checkAttributes: ConformanceCase["check"] = async ({ session }) => {
  const { notifies, reads } = session.profile.link;
  for (const place of notifies) entryAt(session.entries, place, ["notify", "indicate"]);
  for (const place of reads) entryAt(session.entries, place, ["read"]);
  for (const frame of framesOf(session.profile)) entryAt(session.entries, frame, ["write", "write-command"]);
  await session.prepare();
  return `${session.entries.length} characteristics`;
};

const checkPackets: ConformanceCase["check"] = async ({ session }) => {
  const { mtu } = session.link;
  const longest = Math.max(...framesOf(session.profile).map(({ bytes }) => bytes.length));
  if (mtu < smallestMtu) throw new CaseFailed(`an MTU of ${mtu} is less than any lamp may have`);
  if (longest > mtu - writeHeadBytes)
    throw new CaseFailed(`its MTU of ${mtu} does not take its frame of ${longest} bytes`);
  return `MTU ${mtu}, longest frame ${longest} bytes`;
};

const checkAnswers: ConformanceCase["check"] = async ({ session }) => {
  for (const target of [dark, lit]) {
    const answer = await session.answerTo(() => session.command(target), conformanceLimits.settledMs);
    if (answer === undefined) throw new CaseFailed("it was changed and notified nobody");
  }
  return undefined;
};

const checkLatency: ConformanceCase["check"] = async ({ session }) => {
  const { query } = session.profile;
  const answers: number[] = [];
  for (let round = 0; round < answersMeasured; round++) {
    await session.pause(conformanceLimits.settledMs);
    const ask = () =>
      query.length > 0 ? session.write(query) : session.command(round % 2 === 0 ? dark : lit);
    const answer = await session.answerTo(ask, conformanceLimits.settledMs);
    if (answer === undefined) throw new CaseFailed("it did not answer");
    answers.push(Math.round(answer));
  }
  const longest = Math.max(...answers);
  if (longest > conformanceLimits.answerMs)
    throw new CaseFailed(`an answer took ${longest} ms, of at most ${conformanceLimits.answerMs}`);
  return `${answers.join(", ")} ms`;
};

/** Every bit set: there is no such value now, as a lamp in a colour has no white. */
const saysNone = (hex: string): boolean => /^(ff)+$/.test(hex);

const checkFrames: ConformanceCase["check"] = async ({ session }) => {
  const said = session.wire.filter(({ isReadable }) => isReadable !== undefined);
  const strange = said.filter(({ isReadable, bytes }) => isReadable === false && !saysNone(bytes));
  const [first] = strange;
  if (first !== undefined)
    throw new CaseFailed(
      `${strange.length} of ${said.length} values are none of its profile's, such as ${first.bytes} of ${first.characteristic}`,
    );
  return `${said.length} values`;
};

const checkIdle: ConformanceCase["check"] = async ({ session }) => {
  await session.pause(conformanceLimits.idleMs);
  if (!session.isOpen) throw new CaseFailed("it ended the connection");
  return `${conformanceLimits.idleMs / 1_000} s`;
};

/** Frames of its own that are none: cut short, too long, and with another last byte. Never one that could do harm. */
const wrongFrames = (profile: BleLampProfile): readonly BleFrame[] =>
  profile
    .encode(lit)
    .filter(isBle)
    .flatMap((frame) =>
      [
        frame.bytes.subarray(0, Math.floor(frame.bytes.length / 2)),
        Uint8Array.from([...frame.bytes, 0, 0, 0]),
        frame.bytes.with(-1, (frame.bytes.at(-1) ?? 0) ^ 0xff),
      ].map((bytes) => ({ ...frame, bytes })),
    )
    .filter((frame) => frame.bytes.length > 0 && deniedBy(frame) === undefined);

/** It may refuse, and it may hang up; it may not be gone. */
const checkWrongWrites: ConformanceCase["check"] = async ({ session }) => {
  const frames = wrongFrames(session.profile);
  let refused = 0;
  for (const frame of frames) {
    try {
      if (!session.isOpen) await session.open();
      await session.write([frame]);
    } catch (error) {
      if (!(error instanceof BleError)) throw error;
      refused++;
    }
  }
  if (!session.isOpen) await session.open();
  for (const target of [dark, lit]) await obeys(session, target);
  return `${frames.length} writes, ${refused} refused`;
};

const checkReconnects: ConformanceCase["check"] = async ({ session }) => {
  const times: number[] = [];
  for (let round = 0; round < reconnects; round++) {
    await session.close();
    const from = session.nowMs;
    await session.open();
    times.push(Math.round(session.nowMs - from));
    await obeys(session, round % 2 === 0 ? dark : lit);
  }
  const longest = Math.max(...times);
  if (longest > conformanceLimits.reconnectMs)
    throw new CaseFailed(`usable after ${longest} ms, of at most ${conformanceLimits.reconnectMs}`);
  return `usable after ${times.join(", ")} ms`;
};

/** What is asked of a lamp of this profile, in the order in which it is tried. */
export const conformanceCases = (profile: BleLampProfile): readonly ConformanceCase[] => {
  const { notifies, readsBack } = profile.link;
  const tells = notifies.length > 0;
  return [
    {
      id: "BLE-01",
      title: "is told by its signs among all that advertise",
      needs: [],
      applies: true,
      check: checkAdvertised,
    },
    {
      id: "BLE-02",
      title: profile.link.bonded ? "can be connected to and paired with" : "can be connected to",
      needs: [],
      applies: true,
      check: async ({ session }) => {
        const from = session.nowMs;
        await session.connect();
        return `${Math.round(session.nowMs - from)} ms`;
      },
    },
    {
      id: "BLE-03",
      title: "has the characteristics that its profile uses, and lets itself be greeted",
      needs: ["BLE-02"],
      applies: true,
      check: checkAttributes,
    },
    {
      id: "BLE-04",
      title: "takes its longest frame in one packet",
      needs: ["BLE-02"],
      applies: true,
      check: checkPackets,
    },
    {
      id: "BLE-05",
      title: "notifies of a change",
      needs: ["BLE-03"],
      applies: tells,
      check: checkAnswers,
    },
    {
      id: "BLE-06",
      title: `answers within ${conformanceLimits.answerMs} ms`,
      needs: ["BLE-05"],
      applies: tells,
      check: checkLatency,
    },
    ...capabilityCases(profile),
    {
      id: "BLE-20",
      title: "says nothing that its profile cannot read",
      needs: ["BLE-03"],
      applies: readsBack,
      check: checkFrames,
    },
    {
      id: "BLE-21",
      title: profile.link.keepAlive === undefined ? "keeps an idle link" : "keeps a link that is kept alive",
      needs: ["BLE-03"],
      applies: true,
      check: checkIdle,
    },
    {
      id: "BLE-22",
      title: "survives writes that are wrong, too short and too long",
      needs: ["BLE-03"],
      applies: true,
      check: checkWrongWrites,
    },
    {
      id: "BLE-23",
      title: "can be connected to again and again",
      needs: ["BLE-03"],
      applies: true,
      check: checkReconnects,
    },
  ];
};
