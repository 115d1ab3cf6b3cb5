import { groupTopic } from "../domain/frame.ts";
import type { Device, Group, Room, Zone } from "../domain/home.ts";
import { isId, type LampId } from "../domain/ids.ts";
import type { Frame, GroupLink, LampProfile, Profile } from "../domain/profile.ts";
import type { OnTrail } from "../domain/trail.ts";
import type { Outgoing } from "./lamp-message.ts";

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
export interface LampGroup {
  readonly name: string;
  readonly link: GroupLink;
  /** On which each of them hears it. */
  readonly topics: readonly string[];
  readonly members: readonly GroupMember[];
}

/** The groups that a lamp is in. Most lamps of a product are in the same ones, and share what follows from that. */
export class Memberships {
  readonly groups: readonly LampGroup[];
  readonly names: readonly string[];
  readonly topics: readonly string[];
  #more: Map<LampGroup, Memberships> | undefined;

  constructor(groups: readonly LampGroup[] = []) {
    this.groups = groups;
    this.names = groups.map(({ name }) => name);
    this.topics = ([] as string[]).concat(...groups.map(({ topics }) => topics));
  }

  with(group: LampGroup): Memberships {
    this.#more ??= new Map();
    const known = this.#more.get(group) ?? new Memberships(this.groups.concat(group));
    this.#more.set(group, known);
    return known;
  }
}

/** A lamp among those that may be told as one. */
export interface GroupMember extends OnTrail<GroupMember> {
  address: string;
  memberships: Memberships;
  /** What it says it listens to; undefined: it is not there. */
  joined: readonly string[] | undefined;
  /** What it was last told to join, and how often. */
  toldToJoin: readonly string[] | undefined;
  timesTold: number;
  outgoing: Outgoing | undefined;
  /** What could not leave in the turn in which it was asked of many. */
  waiting: readonly Frame[] | undefined;
}

export const newMember = (address: string): GroupMember => ({
  address,
  next: undefined,
  memberships: inNone,
  joined: undefined,
  toldToJoin: undefined,
  timesTold: 0,
  outgoing: undefined,
  waiting: undefined,
});

const inNone = new Memberships();

export const groupLinkOf = ({ link }: LampProfile): GroupLink | undefined =>
  link.kind === "mqtt" ? link.group : undefined;

/** Every group, room and zone, by the lamps of one product and one broker in it; each of these lamps knows its own afterwards. */
export const lampGroupsOf = (
  home: GroupDirectory,
  memberAt: (address: string) => GroupMember,
): readonly LampGroup[] => {
  const groups: LampGroup[] = [];
  for (const [id, lamps] of togetherIn(home)) {
    for (const group of lampGroupsIn(id, lamps, home, memberAt)) {
      const { link, members } = group;
      // A lamp listens to so many groups and no more; one that cannot listen to this one spoils it for all.
      if (members.some(({ memberships }) => memberships.groups.length >= link.most)) continue;
      for (const member of members) member.memberships = member.memberships.with(group);
      groups.push(group);
    }
  }
  return groups;
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

const lampGroupsIn = (
  id: string,
  lamps: readonly Device[],
  home: GroupDirectory,
  memberAt: (address: string) => GroupMember,
): readonly LampGroup[] => {
  const alike = new Map<string, LampGroup & { readonly members: GroupMember[] }>();
  for (const { profile: product, via = "hub", address } of new Set(lamps)) {
    const profile = home.profile(product);
    const link = profile?.kind === "lamp" ? groupLinkOf(profile) : undefined;
    if (link === undefined) continue;
    const name = `${id}-${product.slice(product.indexOf("/") + 1)}`;
    const group = alike.get(`${via}/${product}`) ?? {
      name,
      link,
      topics: link.subscribes.map((template) => groupTopic(template, name)),
      members: [],
    };
    group.members.push(memberAt(address));
    alike.set(`${via}/${product}`, group);
  }
  // Without the room that a growing array takes: there are thousands of small ones.
  return [...alike.values()].flatMap((group) =>
    group.members.length > 1 ? { ...group, members: group.members.slice() } : [],
  );
};
