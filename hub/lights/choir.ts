import { groupTopic } from "../domain/frame.ts";
import type { Device, Group, Room, Zone } from "../domain/home.ts";
import { isId, type LampId } from "../domain/ids.ts";
import type { Frame, GroupLink, LampProfile, Profile } from "../domain/profile.ts";

/** What belongs together in the home; filled by the roof. */
export interface GroupDirectory {
  devices(): readonly Device[];
  device(id: LampId): Device | undefined;
  deviceAt(address: string): Device | undefined;
  profile(id: string): Profile | undefined;
  rooms(): readonly Room[];
  zones(): readonly Zone[];
  groups(): readonly Group[];
}

/** Lamps of one product that belong together, and the name under which one message reaches them all. */
export interface Choir {
  readonly name: string;
  readonly link: GroupLink;
  /** On which each of them hears it. */
  readonly topics: readonly string[];
  readonly members: readonly Voice[];
}

/** The choirs that a lamp is in. Most lamps of a product are in the same ones, and share what follows from that. */
export class Repertoire {
  readonly choirs: readonly Choir[];
  readonly names: readonly string[];
  readonly topics: readonly string[];
  #more: Map<Choir, Repertoire> | undefined;

  constructor(choirs: readonly Choir[] = []) {
    this.choirs = choirs;
    this.names = choirs.map(({ name }) => name);
    this.topics = ([] as string[]).concat(...choirs.map(({ topics }) => topics));
  }

  with(choir: Choir): Repertoire {
    this.#more ??= new Map();
    const known = this.#more.get(choir) ?? new Repertoire(this.choirs.concat(choir));
    this.#more.set(choir, known);
    return known;
  }
}

/** What is to leave for one lamp. */
export interface Gathered {
  /** Enough, where all of a group are told the same. */
  readonly part?: readonly Frame[];
  readonly whole: () => readonly Frame[];
  /** It has left with those of its group. */
  isSung?: boolean;
}

/** A lamp among those that may be told as one. */
export interface Voice {
  readonly address: string;
  sings: Repertoire;
  /** What it says it listens to; undefined: it is not there. */
  heard: readonly string[] | undefined;
  /** What it was last told to join, and how often. */
  told: readonly string[] | undefined;
  times: number;
  gathered: Gathered | undefined;
  /** What could not leave in the turn in which it was asked of many. */
  waiting: readonly Frame[] | undefined;
}

export const voiceOf = (address: string): Voice => ({
  address,
  sings: silent,
  heard: undefined,
  told: undefined,
  times: 0,
  gathered: undefined,
  waiting: undefined,
});

const silent = new Repertoire();

export const groupLinkOf = ({ link }: LampProfile): GroupLink | undefined =>
  link.kind === "mqtt" ? link.group : undefined;

/** Every group, room and zone, by the lamps of one product and one broker in it; each of these lamps knows its own afterwards. */
export const choirsOf = (home: GroupDirectory, voiceAt: (address: string) => Voice): readonly Choir[] => {
  const choirs: Choir[] = [];
  for (const [id, lamps] of togetherIn(home)) {
    for (const choir of choirsIn(id, lamps, home, voiceAt)) {
      const { link, members } = choir;
      // A lamp listens to so many groups and no more; one that cannot listen to this one spoils it for all.
      if (members.some(({ sings }) => sings.choirs.length >= link.most)) continue;
      for (const voice of members) voice.sings = voice.sings.with(choir);
      choirs.push(choir);
    }
  }
  return choirs;
};

/** Rooms first: they are what people switch as one, and some lamps listen to a single group. */
function* togetherIn(home: GroupDirectory): Iterable<readonly [id: string, lamps: readonly Device[]]> {
  const rooms = new Map<string, Device[]>(home.rooms().map(({ id }) => [id, []]));
  for (const device of home.devices()) if (device.room !== null) rooms.get(device.room)?.push(device);
  yield* rooms;
  for (const { id, members } of [...home.groups(), ...home.zones()]) {
    yield [id, members.flatMap((member) => (isId("lamp", member) ? (home.device(member) ?? []) : []))];
  }
}

const choirsIn = (
  id: string,
  lamps: readonly Device[],
  home: GroupDirectory,
  voiceAt: (address: string) => Voice,
): readonly Choir[] => {
  const alike = new Map<string, Choir & { readonly members: Voice[] }>();
  for (const { profile: product, via = "hub", address } of new Set(lamps)) {
    const profile = home.profile(product);
    const link = profile?.kind === "lamp" ? groupLinkOf(profile) : undefined;
    if (link === undefined) continue;
    const name = `${id}-${product.slice(product.indexOf("/") + 1)}`;
    const choir = alike.get(`${via}/${product}`) ?? {
      name,
      link,
      topics: link.subscribes.map((template) => groupTopic(template, name)),
      members: [],
    };
    choir.members.push(voiceAt(address));
    alike.set(`${via}/${product}`, choir);
  }
  // Without the room that a growing array takes: there are thousands of small ones.
  return [...alike.values()].flatMap((choir) =>
    choir.members.length > 1 ? { ...choir, members: choir.members.slice() } : [],
  );
};
