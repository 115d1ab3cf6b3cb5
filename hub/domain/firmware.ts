import { CallerError } from "./errors.ts";
import type { Instant } from "./units.ts";

/** A place on the disk for an image that came as an update. */
export type Slot = "a" | "b";
export const slotNames: readonly Slot[] = ["a", "b"];

/** What can be booted: the image of the installed package, or what lies in a slot. */
export type ImageName = "factory" | Slot;

/** What is known of an image without running it. */
export interface Image {
  /** Semantic version. */
  readonly version: string;
  /** Anti-rollback: never goes down, and up when a version must not come back (MCUboot: security counter). */
  readonly counter: number;
  /** Which format of the stored data it writes. It reads all older ones and none that is newer. */
  readonly dataFormat: number;
}

/** Why an image was given up. `interrupted`: the power, or the supervisor, went before it was confirmed. */
export const revertReasons = ["crashed", "silent", "late", "interrupted", "damaged", "asked"] as const;
export type RevertReason = (typeof revertReasons)[number];

/**
 * From when on an update may be booted: the next restart, or a moment. The running hub, which knows how far the clock may
 * be believed, waits for the moment and then makes it the next restart; at a boot nobody knows the time.
 */
export type NotBefore = "restart" | Instant;

/** An image that has yet to show that it works (MCUboot: swap type `test`). */
export interface Trial {
  readonly slot: Slot;
  readonly phase: "test" | "started";
  readonly notBefore: NotBefore;
  /** Seen by the supervisor; acted on by the next boot. */
  readonly failure?: RevertReason;
}

/** What became of the newest trial or revert. */
export interface BootOutcome {
  readonly what: "confirmed" | "reverted";
  /** Of the image that was confirmed or given up. */
  readonly version: string;
  readonly reason?: RevertReason;
}

/**
 * Everything that decides what is booted. One writer at a time: the supervisor while no image runs, the image while it
 * runs.
 */
export interface BootState {
  /** The package's image when it was last looked at: another one here means that the package was upgraded. */
  readonly factory: Image;
  readonly slots: { readonly [Name in Slot]?: Image };
  /** What is booted when nothing is on trial. */
  readonly confirmed: ImageName;
  /** What was confirmed before, to go back to. */
  readonly previous?: ImageName;
  readonly trial?: Trial;
  /** Unexpected ends of the confirmed image since it last lived long enough. */
  readonly failures: number;
  /** The highest counter that was ever confirmed: nothing below it is installed. */
  readonly counter: number;
  /** Of the data on the disk. */
  readonly dataFormat: number;
  readonly last?: BootOutcome;
}

/** What the supervisor finds when it looks. */
export interface BootFacts {
  readonly factory: Image;
  /** Whether what lies in the slot is, byte for byte, what was signed as this image. */
  readonly isIntact: (slot: Slot, image: Image) => boolean;
}

/** What to do with the stored data before the image starts; `put-back` and `keep-copy` may be done twice. */
export type DataStep = "none" | "keep-copy" | "put-back";

export interface BootDecision {
  readonly image: ImageName;
  /** To be written before the image starts, and after `data` is done. */
  readonly state: BootState;
  readonly data: DataStep;
}

/** So many unexpected ends in a row are a crash loop. */
export const crashLoop = 3;

/** There is nothing that could be confirmed, postponed or taken back. */
export class NoUpdate extends CallerError {
  override readonly code = "no_update";
  override readonly status = 409;
}

/** Where an older version could only misread the data, it is not brought back. */
export class DataTooNew extends CallerError {
  override readonly code = "data_too_new";
  override readonly status = 409;
}

export const firstBootState = (factory: Image): BootState => ({
  factory,
  slots: {},
  confirmed: "factory",
  failures: 0,
  counter: factory.counter,
  dataFormat: factory.dataFormat,
});

/** Undefined: nothing is known of that slot. */
export const imageOf = (state: BootState, name: ImageName): Image | undefined =>
  name === "factory" ? state.factory : state.slots[name];

/** The slot that the next update is written to: never one that runs, and rather not the one to go back to. */
export const nextSlot = ({ confirmed, previous, trial }: BootState): Slot => {
  const free = slotNames.filter((slot) => slot !== confirmed && slot !== startedSlot(trial));
  return free.find((slot) => slot !== previous) ?? free[0] ?? "a";
};

const startedSlot = (trial: Trial | undefined): Slot | undefined =>
  trial?.phase === "started" ? trial.slot : undefined;

/** Before a byte of the slot is touched: nothing refers to it any more. */
export const emptied = (state: BootState, slot: Slot): BootState => {
  const { [slot]: _gone, ...slots } = state.slots;
  const { previous, trial, ...rest } = state;
  return {
    ...rest,
    slots,
    ...(previous === undefined || previous === slot ? {} : { previous }),
    ...(trial === undefined || trial.slot === slot ? {} : { trial }),
  };
};

/** The slot holds the whole image, read back: it is on trial from the next boot on. */
export const staged = (state: BootState, slot: Slot, image: Image, notBefore: NotBefore): BootState => ({
  ...state,
  slots: { ...state.slots, [slot]: image },
  trial: { slot, phase: "test", notBefore },
});

/** The trial image has shown that it works. @throws NoUpdate when none runs */
export const confirmed = (state: BootState): BootState => {
  const { trial, ...rest } = state;
  const image = trial === undefined ? undefined : state.slots[trial.slot];
  if (trial?.phase !== "started" || image === undefined) throw new NoUpdate("no version is on trial");
  return {
    ...rest,
    confirmed: trial.slot,
    previous: state.confirmed,
    failures: 0,
    counter: Math.max(state.counter, image.counter),
    dataFormat: image.dataFormat,
    last: { what: "confirmed", version: image.version },
  };
};

/** An update that waits waits on. @throws NoUpdate when none waits */
export const postponed = (state: BootState, notBefore: NotBefore): BootState => {
  const { trial } = state;
  if (trial?.phase !== "test") throw new NoUpdate("no update waits");
  return { ...state, trial: { ...trial, notBefore } };
};

/**
 * Somebody asked to go back: from a trial, from an update that waits, or from the confirmed version to the one before.
 * @throws NoUpdate there is nothing to go back to; DataTooNew the one before cannot read the data any more
 */
export const takenBack = (state: BootState): BootState => {
  const { trial } = state;
  if (trial?.phase === "started") return { ...state, trial: { ...trial, failure: "asked" } };
  if (trial !== undefined) return givenUp(state, trial.slot, "asked");
  const { previous } = state;
  const image = previous === undefined ? undefined : imageOf(state, previous);
  if (previous === undefined || image === undefined) throw new NoUpdate("there is no version to go back to");
  if (image.dataFormat < state.dataFormat) {
    throw new DataTooNew(
      `version ${image.version} cannot read the data as it is now; restore a backup of its time`,
      { found: state.dataFormat, known: image.dataFormat },
    );
  }
  return replaced(state, previous, "asked");
};

/** The supervisor saw the running image end, or ended it, without anybody having asked. */
export const failed = (state: BootState, reason: RevertReason): BootState => {
  const { trial } = state;
  if (trial?.phase !== "started") return { ...state, failures: state.failures + 1 };
  return { ...state, trial: { ...trial, failure: trial.failure ?? reason } };
};

/** The running image has lived long enough: what was before is forgotten. */
export const lived = (state: BootState): BootState => ({ ...state, failures: 0 });

/**
 * What to boot. Whatever the state says, it is the factory image or a slot that is intact: a trial that was not
 * confirmed is over, an update that is due begins its own, a confirmed image that is damaged or keeps ending gives way.
 */
export const decideBoot = (found: BootState, facts: BootFacts): BootDecision => {
  const ended = withoutEndedTrial(found);
  const state = withDueTrial(withPackage(ended.state, facts.factory), facts);
  if (state.trial?.phase !== "started") return { ...ofConfirmed(state, facts), data: ended.data };
  const isOtherFormat = imageOf(state, state.trial.slot)?.dataFormat !== state.dataFormat;
  return { image: state.trial.slot, state, data: isOtherFormat ? "keep-copy" : "none" };
};

/** The data that a trial brought to another format is as it was before. */
const withoutEndedTrial = (state: BootState): { readonly state: BootState; readonly data: DataStep } => {
  const { trial } = state;
  if (trial?.phase !== "started") return { state, data: "none" };
  const isOtherFormat = imageOf(state, trial.slot)?.dataFormat !== state.dataFormat;
  return {
    state: givenUp(state, trial.slot, trial.failure ?? "interrupted"),
    data: isOtherFormat ? "put-back" : "none",
  };
};

/** After an upgrade of the package the newer version wins, over what is confirmed as over what waits. */
const withPackage = (found: BootState, factory: Image): BootState => {
  const isSame = factory.version === found.factory.version;
  const state = { ...found, factory };
  if (isSame) return state;
  const isOvertaken = (name: ImageName | undefined): boolean => {
    const image = name === undefined || name === "factory" ? undefined : state.slots[name];
    return image !== undefined && compareVersions(image.version, factory.version) < 0;
  };
  const waits = state.trial?.slot;
  const next = waits !== undefined && isOvertaken(waits) ? emptied(state, waits) : state;
  if (state.confirmed === "factory") return { ...next, failures: 0 };
  if (!isOvertaken(state.confirmed)) return next;
  const counter = Math.max(state.counter, factory.counter);
  return { ...next, confirmed: "factory", previous: state.confirmed, failures: 0, counter };
};

const withDueTrial = (state: BootState, { isIntact }: BootFacts): BootState => {
  const { trial } = state;
  if (trial?.notBefore !== "restart") return state;
  const image = state.slots[trial.slot];
  if (image === undefined || !isIntact(trial.slot, image)) return givenUp(state, trial.slot, "damaged");
  return { ...state, trial: { ...trial, phase: "started" } };
};

const ofConfirmed = (found: BootState, facts: BootFacts): Pick<BootDecision, "image" | "state"> => {
  const state = withStandIn(found, facts);
  const format = imageOf(state, state.confirmed)?.dataFormat ?? 0;
  return { image: state.confirmed, state: { ...state, dataFormat: Math.max(state.dataFormat, format) } };
};

/** Another image takes the place of a confirmed one that cannot be booted, or ends again and again. */
const withStandIn = (state: BootState, { isIntact }: BootFacts): BootState => {
  const isBootable = (name: ImageName): boolean => {
    const image = imageOf(state, name);
    return name === "factory" || (image !== undefined && isIntact(name, image));
  };
  const isDamaged = !isBootable(state.confirmed);
  if (!isDamaged && state.failures < crashLoop) return state;
  const standIn = [state.previous, "factory" as const].find(
    (name) =>
      name !== undefined &&
      name !== state.confirmed &&
      (imageOf(state, name)?.dataFormat ?? 0) >= state.dataFormat &&
      isBootable(name),
  );
  if (standIn !== undefined) return replaced(state, standIn, isDamaged ? "damaged" : "crashed");
  return isDamaged ? replaced(state, "factory", "damaged") : state;
};

/** The confirmed image is another one from here on, and what was in its slot is given up. */
const replaced = (state: BootState, by: ImageName, reason: RevertReason): BootState => {
  const { confirmed: gone } = state;
  const { previous: _used, ...rest } = gone === "factory" ? state : emptied(state, gone);
  return { ...rest, confirmed: by, failures: 0, last: reverted(state, gone, reason) };
};

/** A trial that is over leaves nothing that could be booted. */
const givenUp = (state: BootState, slot: Slot, reason: RevertReason): BootState => ({
  ...emptied(state, slot),
  last: reverted(state, slot, reason),
});

const reverted = (state: BootState, name: ImageName, reason: RevertReason): BootOutcome => ({
  what: "reverted",
  version: imageOf(state, name)?.version ?? "unknown",
  reason,
});

/** Semantic version, of at most 64 characters [semver.org 2.0.0, 2 and 9]. Build metadata is not taken: it has no order. */
export const isVersion = (text: string): boolean =>
  text.length <= 64 &&
  /^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/.test(text);

/** Negative where `a` comes before `b`, 0 where they are the same [semver.org 2.0.0, 11]. */
export const compareVersions = (a: string, b: string): number => {
  const [coreA, preA] = partsOf(a);
  const [coreB, preB] = partsOf(b);
  const core = compareIdentifiers(coreA, coreB);
  if (core !== 0) return core;
  // What comes before a release is older than it.
  if (preA.length === 0 || preB.length === 0) return preB.length - preA.length;
  return compareIdentifiers(preA, preB);
};

const partsOf = (version: string): readonly [core: readonly string[], pre: readonly string[]] => {
  const at = version.indexOf("-");
  if (at < 0) return [version.split("."), []];
  return [version.slice(0, at).split("."), version.slice(at + 1).split(".")];
};

const compareIdentifiers = (a: readonly string[], b: readonly string[]): number => {
  for (const [at, left] of a.entries()) {
    const right = b[at];
    if (right === undefined) return 1;
    const order = compareIdentifier(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
};

/** Numbers by their value, before words; words by their ASCII codes. */
const compareIdentifier = (a: string, b: string): number => {
  const [isA, isB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isA && isB) return Number(a) - Number(b);
  if (isA !== isB) return isA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};
