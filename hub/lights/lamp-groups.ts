import type { EventBus } from "../domain/event.ts";
import { groupTopic } from "../domain/frame.ts";
import type { Device } from "../domain/home.ts";
import { isId } from "../domain/ids.ts";
import type { Frame, GroupLink } from "../domain/profile.ts";
import { Trail } from "../domain/trail.ts";
import { Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import {
  type GroupDirectory,
  type GroupMember,
  groupLinkOf,
  type LampGroup,
  lampGroupsOf,
  Memberships,
  newMember,
} from "./lamp-group.ts";
import type { Outgoing } from "./lamp-message.ts";
import type { FrameSender } from "./lamp-writer.ts";

/** A sender that can also reach all who listen under a group's name at once. */
export interface GroupFrameSender extends FrameSender {
  /** @param member any of them: by whichever way it is reached, all are */
  sendToGroup(member: string, group: string, frames: readonly Frame[]): void;
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
  /** By address. */
  readonly #members = new Map<string, GroupMember>();
  readonly #spokenTo = new Trail((address) => this.#members.get(address));
  #largestFirst: readonly LampGroup[] = [];
  #isStale = true;
  #edition = 0;
  #settling: Timer | undefined;
  /** For whom something is to leave that is looked through first. */
  #gathered: GroupMember[] | undefined;
  /** In the order in which it leaves. */
  readonly #waiting = new Set<GroupMember>();
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
      else this.#went(known);
    });
    // A lamp that is spoken to over Bluetooth hears no name of a group.
    this.#bus.subscribe("device.link-changed", ({ device, link }) => {
      const known = this.#directory.device(device);
      if (known === undefined) return;
      if (link === "mqtt") this.#came(known);
      else this.#went(known);
    });
  }

  close(): void {
    this.#settling?.cancel();
    this.#turn?.cancel();
    this.#waiting.clear();
  }

  /** Another one whenever some lamp may hear other topics than before. */
  get edition(): number {
    this.#refresh();
    return this.#edition;
  }

  /** Topics of groups that the device at this address may hear now: those it belongs to, and no other. */
  of(address: string): readonly string[] {
    this.#refresh();
    return this.#members.get(address)?.memberships.topics ?? nothing;
  }

  /** What a lamp says it listens to. */
  heard(address: string, groups: readonly string[]): void {
    this.#refresh();
    const member = this.#memberAt(address);
    const wanted = member.memberships.names;
    const isAsWanted = sameNames(wanted, groups);
    // Ours are the same few names for all of them.
    member.joined = isAsWanted ? wanted : groups;
    const link = isAsWanted ? undefined : this.#linkOf(this.#directory.deviceAt(address));
    if (link === undefined) return;
    if (!wasTold(member, wanted) || member.timesTold < tellAtMost) this.#join(member, link);
  }

  send(address: string, frames: readonly Frame[]): void {
    if (this.#gathered !== undefined) {
      this.#gather(this.#gathered, address, { whole: () => frames });
      return;
    }
    const member = this.#members.get(address);
    // Behind what still waits for this lamp: the newest must land last.
    if (member?.waiting !== undefined) this.#wait(member, frames);
    else this.#sender.send(address, frames);
  }

  /** A part is for whoever is not alone. */
  sendMessage(address: string, message: Outgoing): void {
    if (this.#gathered === undefined) this.send(address, message.whole());
    else this.#gather(this.#gathered, address, message);
  }

  /** What leaves while `act` runs leaves when it is done, once for all where that can be. */
  together(act: () => void): void {
    if (this.#gathered !== undefined) {
      act();
      return;
    }
    const gathered: GroupMember[] = [];
    this.#gathered = gathered;
    try {
      act();
    } finally {
      this.#gathered = undefined;
      this.#leave(gathered);
    }
  }

  /** A second message to a lamp follows the first, and both are its own. */
  #gather(gathered: GroupMember[], address: string, own: Outgoing): void {
    const member = this.#spokenTo.at(address) ?? this.#memberAt(address);
    const before = member.outgoing;
    if (before === undefined) gathered.push(member);
    member.outgoing = before === undefined ? own : { whole: () => [...before.whole(), ...own.whole()] };
  }

  #leave(gathered: readonly GroupMember[]): void {
    const [only] = gathered;
    if (only === undefined) return;
    // Nearly every command is to one lamp for which nothing waits.
    if (gathered.length === 1 && only.waiting === undefined) {
      this.#sendAlone(only);
      return;
    }
    for (const group of this.#among(gathered)) this.#sendToAll(group);
    for (const member of gathered) {
      const own = member.outgoing;
      member.outgoing = undefined;
      if (own !== undefined && own.isSent !== true) this.#wait(member, own.whole());
    }
    if (this.#turn === undefined) this.#sendSome();
  }

  #sendAlone(member: GroupMember): void {
    const own = member.outgoing;
    member.outgoing = undefined;
    if (own !== undefined) this.#sender.send(member.address, own.whole());
  }

  /** A part of them in each turn of the event loop: ten thousand lamps hold up nobody. */
  #sendSome(): void {
    this.#turn = undefined;
    let sent = 0;
    for (const member of this.#waiting) {
      if (sent++ === singlesPerTurn) {
        this.#turn = this.#clock.after(Millis(0), () => this.#sendSome());
        return;
      }
      const frames = member.waiting ?? [];
      this.#waiting.delete(member);
      member.waiting = undefined;
      this.#sender.send(member.address, frames);
    }
  }

  #wait(member: GroupMember, frames: readonly Frame[]): void {
    member.waiting = member.waiting === undefined ? frames : [...member.waiting, ...frames];
    this.#waiting.add(member);
  }

  #sendToAll(group: LampGroup): void {
    const { members, link, name } = group;
    const [first] = members;
    const frames = sameForAll(group, partOf) ?? sameForAll(group, wholeOf);
    if (frames === undefined || first === undefined) return;
    this.#sender.sendToGroup(first.address, groupTopic(link.address, name), frames);
    for (const { outgoing } of members) if (outgoing !== undefined) outgoing.isSent = true;
  }

  /** Groups that may be among these, largest first. */
  #among(gathered: readonly GroupMember[]): readonly LampGroup[] {
    this.#refresh();
    if (gathered.length >= this.#largestFirst.length) return this.#largestFirst;
    return largestFirst(new Set(gathered.flatMap(({ memberships }) => memberships.groups)));
  }

  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#edition++;
    const none = new Memberships();
    for (const member of this.#members.values()) member.memberships = none;
    this.#largestFirst = largestFirst(lampGroupsOf(this.#directory, (address) => this.#memberAt(address)));
  }

  #memberAt(address: string): GroupMember {
    let member = this.#members.get(address);
    if (member === undefined) {
      member = newMember(address);
      this.#members.set(address, member);
    }
    return member;
  }

  #linkOf(device: Device | undefined): GroupLink | undefined {
    const profile = device === undefined ? undefined : this.#directory.profile(device.profile);
    return profile?.kind === "lamp" ? groupLinkOf(profile) : undefined;
  }

  #came(device: Device): void {
    const link = this.#linkOf(device);
    if (link === undefined) return;
    this.#refresh();
    const member = this.#memberAt(device.address);
    member.joined = nothing;
    this.#tell(member, link);
  }

  #went({ address }: Device): void {
    const member = this.#members.get(address);
    if (member !== undefined) member.joined = undefined;
  }

  /** Asks a lamp that keeps its groups, tells one that does not. */
  #tell(member: GroupMember, link: GroupLink): void {
    if (link.ask !== undefined) this.#sender.send(member.address, link.ask);
    else if (member.memberships.names.length > 0) this.#join(member, link);
  }

  #join(member: GroupMember, link: GroupLink): void {
    const { names } = member.memberships;
    member.timesTold = wasTold(member, names) ? member.timesTold + 1 : 1;
    member.toldToJoin = names;
    this.#sender.send(member.address, link.join(names));
  }

  /** The home has changed: whoever belongs elsewhere now is told. */
  #settle(): void {
    this.#settling = undefined;
    this.#refresh();
    for (const member of this.#members.values()) {
      const device = this.#directory.deviceAt(member.address);
      if (device === undefined) this.#forget(member);
      else if (member.joined !== undefined) this.#retell(member, member.joined, this.#linkOf(device));
    }
  }

  #forget(member: GroupMember): void {
    this.#members.delete(member.address);
    member.address = "";
  }

  #retell(member: GroupMember, joined: readonly string[], link: GroupLink | undefined): void {
    if (link === undefined) {
      member.joined = undefined;
      member.toldToJoin = undefined;
    } else if (sameNames(member.memberships.names, joined)) return;
    else if (joined === nothing) this.#tell(member, link);
    else this.#join(member, link);
  }
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

const wasTold = ({ toldToJoin }: GroupMember, names: readonly string[]): boolean =>
  toldToJoin !== undefined && sameNames(toldToJoin, names);

/** What all of a group are told the same; undefined where one of them is not, or does not listen. */
const sameForAll = (
  { members, name }: LampGroup,
  framesFor: (own: Outgoing) => readonly Frame[] | undefined,
): readonly Frame[] | undefined => {
  let said: readonly Frame[] | undefined;
  for (const { outgoing, waiting, joined } of members) {
    if (outgoing === undefined || outgoing.isSent === true) return undefined;
    const frames = framesFor(outgoing);
    if (frames === undefined || !sameFrames(frames, said ?? frames)) return undefined;
    if (waiting !== undefined || !joined?.includes(name)) return undefined;
    said = frames;
  }
  return said;
};

const partOf = (own: Outgoing): readonly Frame[] | undefined => own.part?.();
const wholeOf = (own: Outgoing): readonly Frame[] => own.whole();

const largestFirst = (groups: Iterable<LampGroup>): readonly LampGroup[] =>
  [...groups].sort((a, b) => b.members.length - a.members.length);

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
