import { type Duration, type Monotonic, Seconds } from "./units.ts";

/** The two ways to a lamp that has both: over the home's network, and over the hub's radio. */
export const linkKinds = ["mqtt", "ble"] as const;
export type LinkKind = (typeof linkKinds)[number];

/** What is known of a link at this moment; none of it is ever kept. */
export interface LinkSigns {
  /**
   * Over MQTT: its session stands, and what was sent was answered. Over Bluetooth: the radio is on, and the lamp is
   * connected or was heard just now.
   */
  readonly isUp: boolean;
  /** dBm, smoothed; absent: nobody says. Over MQTT it is the lamp that says how it hears its access point. */
  readonly signal?: number | undefined;
}

/**
 * Why a link is in use. `usual`: nothing speaks against it. `lost`: the other cannot be reached. `weak`: the lamp hears its
 * access point badly, and the hub hears the lamp well. `restored`: the network is good again. `faint`: the hub hears the lamp
 * badly, and the network is there.
 */
export const linkReasons = ["usual", "lost", "weak", "restored", "faint"] as const;
export type LinkReason = (typeof linkReasons)[number];

export interface LinkChoice {
  readonly link: LinkKind;
  readonly reason: LinkReason;
  /** Since when the other one is to be preferred, without a break; absent: it is not. */
  readonly otherSince?: Monotonic;
}

/** Below this the network of a lamp is weak (dBm), and good again from the other on. */
export const weakBelow = -80;
export const goodFrom = -74;
/** From this on Bluetooth is worth leaving a weak network for (dBm); below the other it is not worth staying on. */
export const strongFrom = -75;
export const faintBelow = -88;
/** The other link has to be preferable for so long, at each look, before it is taken without need. */
export const settle: Duration = Seconds(30);

/** A lamp begins on the network. */
export const firstChoice: LinkChoice = { link: "mqtt", reason: "usual" };

export const otherLink = (link: LinkKind): LinkKind => (link === "mqtt" ? "ble" : "mqtt");

/**
 * By which of two links a lamp is reached from now on. The specification, in this order:
 *
 * 1. Where only one is up it is that one, at once. Where none is, the one before stays.
 * 2. Both up, network in use: to Bluetooth (`weak`) once the network has been below `weakBelow` and Bluetooth at
 *    `strongFrom` or above, for `settle`.
 * 3. Both up, Bluetooth in use: to the network once it has been up and not below `goodFrom` (`restored`), or Bluetooth
 *    below `faintBelow` (`faint`), for `settle`.
 *
 * A signal that nobody tells counts for nothing: an untold network is good, an untold Bluetooth is neither strong nor faint.
 * `settle` begins anew with each break and each change, so that between two changes without need lies as much at least, and
 * changes are at most the losses of the link in use and the time over `settle` together. The numbers and why:
 * docs/adr/0044-two-links.md.
 */
export const chooseLink = (
  { link, reason, otherSince }: LinkChoice,
  signs: Readonly<Record<LinkKind, LinkSigns>>,
  at: Monotonic,
): LinkChoice => {
  const other = otherLink(link);
  if (!signs[other].isUp) return { link, reason };
  if (!signs[link].isUp) return { link: other, reason: "lost" };
  const better = whyLeave(link, signs);
  if (better === undefined) return { link, reason };
  const since = otherSince ?? at;
  return at - since < settle ? { link, reason, otherSince: since } : { link: other, reason: better };
};

const whyLeave = (
  link: LinkKind,
  { mqtt, ble }: Readonly<Record<LinkKind, LinkSigns>>,
): LinkReason | undefined => {
  if (link === "mqtt") return isBelow(mqtt, weakBelow) && isFrom(ble, strongFrom) ? "weak" : undefined;
  if (!isBelow(mqtt, goodFrom)) return "restored";
  return isBelow(ble, faintBelow) ? "faint" : undefined;
};

const isBelow = ({ signal }: LinkSigns, level: number): boolean => signal !== undefined && signal < level;
const isFrom = ({ signal }: LinkSigns, level: number): boolean => signal !== undefined && signal >= level;
