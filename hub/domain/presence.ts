import { Days, type Duration, Hours, Millis, Minutes, type Monotonic, Percent } from "./units.ts";

/** Who can say something of a person: their phone, the home's network, what they carry as it is heard on the air, or somebody by hand. */
export const presenceSources = ["phone", "lan", "beacon", "hand"] as const;
export type PresenceSource = (typeof presenceSources)[number];

/** What one source says, and has said. */
export interface Sign {
  readonly home: boolean;
  /** Since when it says so. */
  readonly since: Monotonic;
  /** When it last said so. */
  readonly at: Monotonic;
}

/** The newest of each source. */
export type Signs = { readonly [Source in PresenceSource]?: Sign };

/** What the hub has made up its mind to. */
export interface Presence {
  /** Undefined: not known. */
  readonly home: boolean | undefined;
  /** What decided; `silence`: every sign of being home had grown too old. */
  readonly source?: PresenceSource | "silence";
  readonly since: Monotonic;
  /** Since when the signs say `left` of somebody who still counts as home. */
  readonly leavingSince?: Monotonic;
  /** When they went away, as far as the last hour goes: who comes and goes too often is believed more slowly. */
  readonly departures: readonly Monotonic[];
}

/** How much a source is worth: how often it is right, 0.5..1, and how long its word holds without being said again. */
interface Worth {
  readonly right: number;
  readonly holds: { readonly home: Duration; readonly away: Duration };
}

/**
 * A phone at home says so again every 45 minutes; one that is away has no reason to speak. Phones that sleep leave the
 * network for minutes. Network and beacons only ever say `home`: a silent phone proves nothing. A beacon can be imitated by who
 * has heard it, so it counts for less than a phone that signs; it speaks every few seconds, so its silence is noticed soon. Our own choice; the shares of
 * being right are what makes one phone outweigh one sighting, and a word by hand outweigh both.
 */
const worths: Readonly<Record<PresenceSource, Worth>> = {
  phone: { right: 0.95, holds: { home: Hours(3), away: Days(7) } },
  lan: { right: 0.9, holds: { home: Minutes(20), away: Minutes(20) } },
  beacon: { right: 0.85, holds: { home: Minutes(10), away: Minutes(10) } },
  hand: { right: 0.99, holds: { home: Hours(24), away: Hours(24) } },
};

/** Above, somebody is home; below the other, away; in between it stays as it was. */
const surelyHome = 0.75;
const surelyAway = 0.25;
/** What a sign still counts for once another source has said the opposite after it. */
const contradicted = 0.25;

/** So long the signs must say `away` before somebody who was home is; doubled for each departure of the last hour. */
const usualHold = Minutes(3);
const rememberedDepartures = Hours(1);

/** A sighting on the network or the air after so long a gap is a return. */
export const sightingGap: Duration = Minutes(5);

/** How it stands with somebody of whom nothing was heard. */
export const unknownPresence = (now: Monotonic): Presence => ({
  home: undefined,
  since: now,
  departures: [],
});

/** The sign of a source that speaks now. */
export const renewed = (before: Sign | undefined, home: boolean, now: Monotonic): Sign => ({
  home,
  since: before?.home === home ? before.since : now,
  at: now,
});

/**
 * What the hub makes of the signs now. Coming home counts at once; leaving after a while, and being away without any
 * sign only when the last one has grown old. A word by hand counts at once, either way.
 */
export const judge = (before: Presence, signs: Signs, now: Monotonic): Presence => {
  const fresh = freshOf(signs, now);
  if (fresh.length === 0) return before.home === true ? changed(before, false, "silence", now) : before;
  const { leavingSince, ...settled } = before;
  const chance = chanceOfHome(fresh, () => 1);
  if (chance >= surelyHome) {
    return before.home === true ? settled : changed(before, true, strongest(fresh, true), now);
  }
  if (chance > surelyAway) return settled;
  if (before.home === false) return settled;
  const source = strongest(fresh, false);
  const since = leavingSince ?? now;
  if (before.home === undefined || source === "hand" || now - since >= holdOf(before, now)) {
    return changed(before, false, source, now);
  }
  return { ...before, leavingSince: since };
};

/** When time alone may change what `judge` says; undefined: never. */
export const nextJudgement = (presence: Presence, signs: Signs, now: Monotonic): Duration | undefined => {
  const ends = freshOf(signs, now).map(({ source, sign }) => sign.at + holds(source, sign));
  const { leavingSince, departures } = presence;
  // With each departure that is forgotten the wait grows shorter.
  const forgotten = recent(departures, now).map((at) => at + rememberedDepartures);
  const due =
    leavingSince === undefined ? ends : [...ends, ...forgotten, leavingSince + holdOf(presence, now)];
  // A moment on: fractions of a millisecond add up to a due time that is not yet due when it has come.
  return due.length === 0 ? undefined : Millis(Math.max(1, Math.min(...due) - now));
};

/** How far the present verdict may be believed, 50..100: signs lose weight as they grow old. */
export const confidenceOf = (presence: Presence, signs: Signs, now: Monotonic): Percent => {
  const age = ({ source, sign }: Fresh) => 1 - (now - sign.at) / holds(source, sign);
  const chance = chanceOfHome(freshOf(signs, now), age);
  return Percent(100 * Math.max(0.5, presence.home === false ? 1 - chance : chance));
};

interface Fresh {
  readonly source: PresenceSource;
  readonly sign: Sign;
}

const holds = (source: PresenceSource, { home }: Sign): Duration =>
  worths[source].holds[home ? "home" : "away"];

const freshOf = (signs: Signs, now: Monotonic): readonly Fresh[] =>
  presenceSources.flatMap((source) => {
    const sign = signs[source];
    return sign === undefined || now - sign.at >= holds(source, sign) ? [] : [{ source, sign }];
  });

/** Independent witnesses: their log odds add up. @param age 0..1 of a sign's weight that is left */
const chanceOfHome = (fresh: readonly Fresh[], age: (sign: Fresh) => number): number => {
  const odds = fresh.map((one) => {
    const { right } = worths[one.source];
    const isContradicted = fresh.some(
      ({ sign }) => sign.home !== one.sign.home && sign.since > one.sign.since,
    );
    const weight = Math.log(right / (1 - right)) * age(one) * (isContradicted ? contradicted : 1);
    return one.sign.home ? weight : -weight;
  });
  return 1 / (1 + Math.exp(-odds.reduce((sum, each) => sum + each, 0)));
};

/** The witness that counts for most among those who say so. */
const strongest = (fresh: readonly Fresh[], home: boolean): PresenceSource | undefined =>
  fresh
    .filter(({ sign }) => sign.home === home)
    .sort((a, b) => worths[b.source].right - worths[a.source].right)[0]?.source;

const holdOf = ({ departures }: Presence, now: Monotonic): number =>
  usualHold * 2 ** recent(departures, now).length;

const recent = (departures: readonly Monotonic[], now: Monotonic): readonly Monotonic[] =>
  departures.filter((at) => now - at < rememberedDepartures);

const changed = (
  { departures }: Presence,
  home: boolean,
  source: Presence["source"],
  now: Monotonic,
): Presence => ({
  home,
  ...(source === undefined ? {} : { source }),
  since: now,
  departures: home ? recent(departures, now) : [...recent(departures, now), now],
});
