import type { EventBus } from "../domain/event.ts";
import { groupTopic } from "../domain/frame.ts";
import type { Device, Group, Room, Zone } from "../domain/home.ts";
import { isId, type LampId } from "../domain/ids.ts";
import type { Frame, GroupLink, LampProfile, Profile } from "../domain/profile.ts";
import { Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { FrameSender } from "./lamp-writer.ts";

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

/** A sender that can also reach all who listen under a group's name at once. */
export interface GroupFrameSender extends FrameSender {
  /** @param member any of them: by whichever way it is reached, all are */
  sendToGroup(member: string, group: string, frames: readonly Frame[]): void;
}

/** Lamps of one product that belong together, and the name under which one message reaches them all. */
interface Choir {
  readonly name: string;
  readonly link: GroupLink;
  /** On which each of them hears it. */
  readonly topics: readonly string[];
  readonly members: ReadonlySet<string>;
}

/** What is to leave for one lamp. */
interface Gathered {
  /** Enough, where all of a group are told the same. */
  readonly part?: readonly Frame[];
  readonly whole: () => readonly Frame[];
  /** It has left with those of its group. */
  isSung?: boolean;
}

/** Many changes of the home come together: a room is set up, ten thousand lamps move in. */
const settleWithin = Millis(100);
/** Some lamps begin anew when they join: one that does not come out of it as it was told is left in peace. */
const tellAtMost = 3;
const singlesPerTurn = 1_000;
const nothing: readonly string[] = [];

/**
 * One message where many lamps shall show the same. Whatever leaves for lamps within `together` is looked through: where
 * every lamp that listens under a group's name is to get the very same frames, they leave once, for all. Nobody can be
 * left out of such a message, so a group with one lamp that has a write under way, or shall show something else, gets
 * single ones. Retries are always single.
 *
 * A lamp is told its groups when it comes and when they change; only what it says it listens to is used.
 */
export class LampGroups implements FrameSender {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #directory: GroupDirectory;
  readonly #sender: GroupFrameSender;
  #choirs = new Map<string, Choir[]>();
  #largestFirst: readonly Choir[] = [];
  /** By address of those who are there, what each says it listens to. */
  readonly #heard = new Map<string, readonly string[]>();
  /** By address, what it was last told to join, and how often. */
  readonly #told = new Map<string, { readonly names: string; readonly times: number }>();
  #gathered: Map<string, Gathered> | undefined;
  #isStale = true;
  #settling: Timer | undefined;
  /** By address, what could not leave in the turn in which it was asked of many. */
  readonly #waiting = new Map<string, readonly Frame[]>();
  #turn: Timer | undefined;

  constructor(clock: Clock, bus: EventBus, directory: GroupDirectory, sender: GroupFrameSender) {
    this.#clock = clock;
    this.#bus = bus;
    this.#directory = directory;
    this.#sender = sender;
  }

  start(): void {
    this.#bus.subscribe("home.changed", ({ what }) => {
      if (what === "scene" || what === "token") return;
      this.#isStale = true;
      this.#settling ??= this.#clock.after(settleWithin, () => this.#settle());
    });
    this.#bus.subscribe("device.availability-changed", ({ device, online }) => {
      const known = isId("lamp", device) ? this.#directory.device(device) : undefined;
      if (known === undefined) return;
      if (online) this.#came(known);
      else this.#heard.delete(known.address);
    });
    // A lamp that is spoken to over Bluetooth hears no name of a group.
    this.#bus.subscribe("device.link-changed", ({ device, link }) => {
      const known = this.#directory.device(device);
      if (known === undefined) return;
      if (link === "mqtt") this.#came(known);
      else this.#heard.delete(known.address);
    });
  }

  close(): void {
    this.#settling?.cancel();
    this.#turn?.cancel();
    this.#waiting.clear();
  }

  /** Topics of groups that the device at this address may hear now: those it belongs to, and no other. */
  topicsOf(address: string): readonly string[] {
    const topics: string[] = [];
    for (const choir of this.#choirsOf(address)) topics.push(...choir.topics);
    return topics;
  }

  /** What a lamp says it listens to. */
  heard(address: string, groups: readonly string[]): void {
    const link = this.#linkOf(this.#directory.deviceAt(address));
    const wanted = this.#namesOf(address);
    const isAsWanted = sameNames(wanted, groups);
    // Ours are the same few names for all of them.
    this.#heard.set(address, isAsWanted ? wanted : groups);
    if (link === undefined || isAsWanted) return;
    const told = this.#told.get(address);
    if (told?.names !== wanted.join() || told.times < tellAtMost) this.#join(address, link);
  }

  send(address: string, frames: readonly Frame[]): void {
    if (this.#gathered !== undefined) gather(this.#gathered, address, { whole: () => frames });
    // Behind what still waits for this lamp: the newest must land last.
    else if (this.#waiting.has(address)) this.#wait(address, frames);
    else this.#sender.send(address, frames);
  }

  /** A part is for whoever is not alone. */
  sendPart(address: string, part: readonly Frame[], whole: () => readonly Frame[]): void {
    if (this.#gathered === undefined) this.send(address, whole());
    else gather(this.#gathered, address, { part, whole });
  }

  /** What leaves while `act` runs leaves when it is done, once for all where that can be. */
  together(act: () => void): void {
    if (this.#gathered !== undefined) {
      act();
      return;
    }
    const gathered = new Map<string, Gathered>();
    this.#gathered = gathered;
    try {
      act();
    } finally {
      this.#gathered = undefined;
      this.#leave(gathered);
    }
  }

  #leave(gathered: Map<string, Gathered>): void {
    if (gathered.size > 1) {
      for (const choir of this.#among(gathered)) this.#sing(choir, gathered);
    }
    for (const [address, { whole, isSung }] of gathered) if (isSung !== true) this.#wait(address, whole());
    if (this.#turn === undefined) this.#sendSome();
  }

  /** A part of them in each turn of the event loop: ten thousand lamps hold up nobody. */
  #sendSome(): void {
    this.#turn = undefined;
    let sent = 0;
    for (const [address, frames] of this.#waiting) {
      if (sent++ === singlesPerTurn) {
        this.#turn = this.#clock.after(Millis(0), () => this.#sendSome());
        return;
      }
      this.#waiting.delete(address);
      this.#sender.send(address, frames);
    }
  }

  #wait(address: string, frames: readonly Frame[]): void {
    const before = this.#waiting.get(address);
    this.#waiting.set(address, before === undefined ? frames : [...before, ...frames]);
  }

  #sing(choir: Choir, gathered: Map<string, Gathered>): void {
    const { members, link, name } = choir;
    const [first = ""] = members;
    const frames = this.#said(choir, gathered, "part") ?? this.#said(choir, gathered, "whole");
    if (frames === undefined) return;
    this.#sender.sendToGroup(first, groupTopic(link.address, name), frames);
    for (const address of members) markSung(gathered.get(address));
  }

  /** What all of a group are told the same; undefined where one of them is not, or does not listen. */
  #said(
    { members, name }: Choir,
    gathered: ReadonlyMap<string, Gathered>,
    how: keyof Gathered,
  ): readonly Frame[] | undefined {
    let said: readonly Frame[] | undefined;
    for (const address of members) {
      const own = gathered.get(address);
      if (own?.isSung === true) return undefined;
      const frames = how === "part" ? own?.part : own?.whole();
      if (frames === undefined || !sameFrames(frames, said ?? frames)) return undefined;
      if (this.#waiting.has(address) || !this.#heard.get(address)?.includes(name)) return undefined;
      said = frames;
    }
    return said;
  }

  /** Groups that may be among these, largest first. */
  #among(gathered: ReadonlyMap<string, unknown>): readonly Choir[] {
    this.#refresh();
    if (gathered.size >= this.#largestFirst.length) return this.#largestFirst;
    const found = new Set<Choir>();
    for (const address of gathered.keys()) for (const choir of this.#choirsOf(address)) found.add(choir);
    return largestFirst(found);
  }

  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#choirs = choirsOf(this.#directory);
    this.#largestFirst = largestFirst(new Set([...this.#choirs.values()].flat()));
  }

  #choirsOf(address: string): readonly Choir[] {
    this.#refresh();
    return this.#choirs.get(address) ?? [];
  }

  #namesOf(address: string): readonly string[] {
    return this.#choirsOf(address).map(({ name }) => name);
  }

  #linkOf(device: Device | undefined): GroupLink | undefined {
    const profile = device === undefined ? undefined : this.#directory.profile(device.profile);
    return profile?.kind === "lamp" ? groupLinkOf(profile) : undefined;
  }

  #came(device: Device): void {
    const link = this.#linkOf(device);
    if (link === undefined) return;
    this.#heard.set(device.address, nothing);
    this.#tell(device.address, link);
  }

  /** Asks a lamp that keeps its groups, tells one that does not. */
  #tell(address: string, link: GroupLink): void {
    if (link.ask !== undefined) this.#sender.send(address, link.ask);
    else if (this.#namesOf(address).length > 0) this.#join(address, link);
  }

  #join(address: string, link: GroupLink): void {
    const names = this.#namesOf(address);
    const told = this.#told.get(address);
    const isNew = told?.names !== names.join();
    this.#told.set(address, { names: names.join(), times: isNew ? 1 : told.times + 1 });
    this.#sender.send(address, link.join(names));
  }

  /** The home has changed: whoever belongs elsewhere now is told. */
  #settle(): void {
    this.#settling = undefined;
    for (const [address, heard] of this.#heard) {
      const link = this.#linkOf(this.#directory.deviceAt(address));
      if (link === undefined) this.#forget(address);
      else if (sameNames(this.#namesOf(address), heard)) continue;
      else if (heard === nothing) this.#tell(address, link);
      else this.#join(address, link);
    }
  }

  #forget(address: string): void {
    this.#heard.delete(address);
    this.#told.delete(address);
  }
}

const groupLinkOf = ({ link }: LampProfile): GroupLink | undefined =>
  link.kind === "mqtt" ? link.group : undefined;

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

const largestFirst = (choirs: ReadonlySet<Choir>): readonly Choir[] =>
  [...choirs].sort((a, b) => b.members.size - a.members.size);

/** A second message to a lamp follows the first, and both are its own. */
const gather = (gathered: Map<string, Gathered>, address: string, own: Gathered): void => {
  const before = gathered.get(address);
  const both = before === undefined ? own : { whole: () => [...before.whole(), ...own.whole()] };
  gathered.set(address, both);
};

const markSung = (own: Gathered | undefined): void => {
  if (own !== undefined) own.isSung = true;
};

const sameFrames = (a: readonly Frame[], b: readonly Frame[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((frame, at) => {
      const other = b[at];
      return (
        frame.kind === "mqtt" &&
        other?.kind === "mqtt" &&
        frame.topic === other.topic &&
        frame.payload === other.payload
      );
    }));

/** Every group, room and zone, by the lamps of one product and one broker in it; by the lamps' addresses. */
const choirsOf = (home: GroupDirectory): Map<string, Choir[]> => {
  const byAddress = new Map<string, Choir[]>();
  for (const [id, lamps] of togetherIn(home)) {
    for (const choir of choirsIn(id, lamps, home)) {
      const { link, members } = choir;
      // A lamp listens to so many groups and no more; one that cannot listen to this one spoils it for all.
      if ([...members].some((address) => (byAddress.get(address)?.length ?? 0) >= link.most)) continue;
      for (const address of members) {
        const choirs = byAddress.get(address);
        if (choirs === undefined) byAddress.set(address, [choir]);
        else choirs.push(choir);
      }
    }
  }
  return byAddress;
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

const choirsIn = (id: string, lamps: readonly Device[], home: GroupDirectory): readonly Choir[] => {
  const alike = new Map<string, Choir & { readonly members: Set<string> }>();
  for (const { profile: product, via = "hub", address } of lamps) {
    const profile = home.profile(product);
    const link = profile?.kind === "lamp" ? groupLinkOf(profile) : undefined;
    if (link === undefined) continue;
    const name = `${id}-${product.slice(product.indexOf("/") + 1)}`;
    const choir = alike.get(`${via}/${product}`) ?? {
      name,
      link,
      topics: link.subscribes.map((template) => groupTopic(template, name)),
      members: new Set(),
    };
    choir.members.add(address);
    alike.set(`${via}/${product}`, choir);
  }
  return [...alike.values()].filter(({ members }) => members.size > 1);
};
