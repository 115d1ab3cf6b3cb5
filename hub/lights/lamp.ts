import type { Cause } from "../domain/cause.ts";
import type { Draft } from "../domain/draft.ts";
import type { Device } from "../domain/home.ts";
import type { LampId } from "../domain/ids.ts";
import type { LightState } from "../domain/light.ts";
import type { LinkChoice, LinkKind } from "../domain/link-choice.ts";
import type { LampProfile } from "../domain/profile.ts";
import type { Signal } from "../domain/signal.ts";
import type { OnTrail } from "../domain/trail.ts";
import type { Duration, Instant, Monotonic } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { History } from "./history.ts";
import type { Page } from "./neighbours.ts";
import type { Waited } from "./patience.ts";

/** Whole milliseconds: a number with a fraction is an object of its own beside the lamp, made anew each time. */
export const whole = (at: Monotonic): Monotonic => Math.floor(at) as Monotonic;

/** What the hub holds of one lamp. Ten thousand of them live at once: keep it small. */
export interface Lamp extends Waited, OnTrail<Lamp> {
  readonly id: LampId;
  /** Those of the link in use. */
  address: string;
  profile: LampProfile;
  /** Of a lamp that can be reached in two ways. */
  two?: TwoLinks | undefined;
  desired: LightState;
  /** Of the newest change of it, in this run; absent: there was none. */
  changedAt?: Monotonic | undefined;
  /** Somebody has asked for what is desired, and it has not confirmed that yet. */
  isAwaited: boolean;
  reported: LightState | null;
  cause: Cause;
  readonly history: History;
  /** With whom it lies together in the store. */
  page: Page<KeptLamp> | undefined;
  /** What it showed, as the store has it. */
  saved: LightState | null;
  reachable: boolean;
  /** No contact yet, and nobody has asked anything of it. */
  isNew: boolean;
  /** The owner chose a power-on behaviour other than "previous". */
  wakesByItself: boolean;
  power?: number;
  energy?: number;
  /** The write that is under way; absent when the lamp is at rest. */
  write?: Write | undefined;
  /** The fade the hub itself leads a lamp through that cannot fade alone. */
  fade?: Fade | undefined;
  /** When a write last left or was confirmed: shortly after it, late answers may still come. */
  busyAt?: Monotonic | undefined;
  /** When the lamp last said anything. */
  heardAt?: Monotonic | undefined;
  /** When it was last asked how it is, and has said nothing since. */
  askedAt?: Monotonic | undefined;
  /** Set while the lamp cannot be reached and its desired state is not confirmed. */
  probe?: Timer | undefined;
}

/** What goes to the store of a lamp; of a new one nothing does. */
export type KeptLamp = Pick<Lamp, "id" | "desired" | "reported" | "cause" | "isNew">;

/** One way to a lamp. */
export interface LampLink {
  readonly address: string;
  readonly profile: LampProfile;
}

/** The two ways to a lamp, and what is known of them: in memory alone, and only the newest. */
export interface TwoLinks extends Readonly<Record<LinkKind, LampLink>> {
  choice: LinkChoice;
  /** When the link in use was taken. */
  since: Instant;
  /** Over MQTT: it said so, or its last will the contrary, and no write was left unanswered since; undefined: nobody has said yet. */
  isOnline: boolean | undefined;
  /** How the lamp says that it hears its access point. */
  signal?: Signal | undefined;
}

/** The link that it was enrolled with. */
export const ownLink = (lamp: Pick<Lamp, "address" | "profile" | "two">): LampLink => lamp.two?.mqtt ?? lamp;

/** In another dialect than before, or another product in its place. */
export const isOther = ({ address, profile }: LampLink, device: Device): boolean =>
  profile.id !== device.profile || address !== device.address;

/** What a lamp can be asked for: what it can over its own link, whichever is in use. */
export const ownProfile = (lamp: Pick<Lamp, "profile" | "two">): LampProfile =>
  lamp.two?.mqtt.profile ?? lamp.profile;

/** In which dialect something was said that came from this address. */
export const profileAt = (lamp: Pick<Lamp, "profile" | "two">, address: string): LampProfile =>
  lamp.two?.ble.address === address ? lamp.two.ble.profile : ownProfile(lamp);

export interface Fade {
  readonly from: LightState;
  readonly startedAt: Monotonic;
  readonly duration: Duration;
  readonly timer: Timer;
}

/** One attempt to bring a lamp from `from` to its desired state. */
export interface Write {
  readonly from: LightState;
  readonly target: LightState;
  readonly transition: Duration;
  /** The desired state changed after this write left: when it is answered the newest one follows. */
  stale: boolean;
  /** The lamp has said something since. */
  answered: boolean;
  /** The fade that goes with the stale desired state. */
  nextTransition: Duration;
  attempts: number;
}

/** Whether it ever says what it shows. */
export const readsBack = ({ profile: { link } }: Pick<Lamp, "profile">): boolean =>
  link.kind === "mqtt" || link.readsBack;

/** Its owner chose how it wakes up. */
export const wakesByItself = ({ powerOn }: Device): boolean =>
  powerOn !== undefined && powerOn !== "previous";

export const isAtRest = ({ write, fade }: Pick<Lamp, "write" | "fade">): boolean =>
  write === undefined && fade === undefined;

/** What a lamp says it takes: watts now, kilowatt hours in total. */
export type Metered = Pick<Lamp, "power" | "energy">;

/** A lamp as others see it. */
export interface LightView {
  readonly id: LampId;
  readonly name: string;
  readonly room: Device["room"];
  readonly profile: string;
  readonly reachable: boolean;
  readonly capabilities: LampProfile["capabilities"];
  readonly desired: LightState;
  readonly reported: LightState | null;
  /** False: it never says what it shows, so `reported` stays null. */
  readonly readsBack: boolean;
  readonly cause: Cause;
  readonly powerOn?: Device["powerOn"];
  readonly power?: number;
  readonly energy?: number;
}

export const viewOf = (lamp: Lamp, device: Device): LightView => {
  const view: Draft<LightView> = {
    id: lamp.id,
    name: device.name,
    room: device.room,
    profile: device.profile,
    reachable: lamp.reachable,
    capabilities: ownProfile(lamp).capabilities,
    desired: lamp.desired,
    reported: lamp.reported,
    readsBack: readsBack(lamp),
    cause: lamp.cause,
  };
  if (device.powerOn !== undefined) view.powerOn = device.powerOn;
  if (lamp.power !== undefined) view.power = lamp.power;
  if (lamp.energy !== undefined) view.energy = lamp.energy;
  return view;
};
