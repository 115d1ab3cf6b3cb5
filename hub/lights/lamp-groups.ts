import type { EventBus } from "../domain/event.ts";
import { groupTopic } from "../domain/frame.ts";
import type { Device } from "../domain/home.ts";
import { isId } from "../domain/ids.ts";
import type { Frame, GroupLink } from "../domain/profile.ts";
import { Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import {
  type Choir,
  choirsOf,
  type Gathered,
  type GroupDirectory,
  groupLinkOf,
  Repertoire,
  type Voice,
  voiceOf,
} from "./choir.ts";
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
  readonly #voices = new Map<string, Voice>();
  #largestFirst: readonly Choir[] = [];
  #isStale = true;
  #settling: Timer | undefined;
  /** For whom something is to leave that is looked through first. */
  #gathered: Voice[] | undefined;
  /** In the order in which it leaves. */
  readonly #waiting = new Set<Voice>();
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

  /** Topics of groups that the device at this address may hear now: those it belongs to, and no other. */
  topicsOf(address: string): readonly string[] {
    this.#refresh();
    return this.#voices.get(address)?.sings.topics ?? nothing;
  }

  /** What a lamp says it listens to. */
  heard(address: string, groups: readonly string[]): void {
    this.#refresh();
    const voice = this.#voiceAt(address);
    const wanted = voice.sings.names;
    const isAsWanted = sameNames(wanted, groups);
    // Ours are the same few names for all of them.
    voice.heard = isAsWanted ? wanted : groups;
    const link = isAsWanted ? undefined : this.#linkOf(this.#directory.deviceAt(address));
    if (link === undefined) return;
    if (!wasTold(voice, wanted) || voice.times < tellAtMost) this.#join(voice, link);
  }

  send(address: string, frames: readonly Frame[]): void {
    if (this.#gathered !== undefined) {
      this.#gather(this.#gathered, address, { whole: () => frames });
      return;
    }
    const voice = this.#voices.get(address);
    // Behind what still waits for this lamp: the newest must land last.
    if (voice?.waiting !== undefined) this.#wait(voice, frames);
    else this.#sender.send(address, frames);
  }

  /** A part is for whoever is not alone. */
  sendPart(address: string, part: readonly Frame[], whole: () => readonly Frame[]): void {
    if (this.#gathered === undefined) this.send(address, whole());
    else this.#gather(this.#gathered, address, { part, whole });
  }

  /** What leaves while `act` runs leaves when it is done, once for all where that can be. */
  together(act: () => void): void {
    if (this.#gathered !== undefined) {
      act();
      return;
    }
    const gathered: Voice[] = [];
    this.#gathered = gathered;
    try {
      act();
    } finally {
      this.#gathered = undefined;
      this.#leave(gathered);
    }
  }

  /** A second message to a lamp follows the first, and both are its own. */
  #gather(gathered: Voice[], address: string, own: Gathered): void {
    const voice = this.#voiceAt(address);
    const before = voice.gathered;
    if (before === undefined) gathered.push(voice);
    voice.gathered = before === undefined ? own : { whole: () => [...before.whole(), ...own.whole()] };
  }

  #leave(gathered: readonly Voice[]): void {
    if (gathered.length > 1) for (const choir of this.#among(gathered)) this.#sing(choir);
    for (const voice of gathered) {
      const own = voice.gathered;
      voice.gathered = undefined;
      if (own !== undefined && own.isSung !== true) this.#wait(voice, own.whole());
    }
    if (this.#turn === undefined) this.#sendSome();
  }

  /** A part of them in each turn of the event loop: ten thousand lamps hold up nobody. */
  #sendSome(): void {
    this.#turn = undefined;
    let sent = 0;
    for (const voice of this.#waiting) {
      if (sent++ === singlesPerTurn) {
        this.#turn = this.#clock.after(Millis(0), () => this.#sendSome());
        return;
      }
      const frames = voice.waiting ?? [];
      this.#waiting.delete(voice);
      voice.waiting = undefined;
      this.#sender.send(voice.address, frames);
    }
  }

  #wait(voice: Voice, frames: readonly Frame[]): void {
    voice.waiting = voice.waiting === undefined ? frames : [...voice.waiting, ...frames];
    this.#waiting.add(voice);
  }

  #sing(choir: Choir): void {
    const { members, link, name } = choir;
    const [first] = members;
    const frames = saidToAll(choir, partOf) ?? saidToAll(choir, wholeOf);
    if (frames === undefined || first === undefined) return;
    this.#sender.sendToGroup(first.address, groupTopic(link.address, name), frames);
    for (const { gathered } of members) if (gathered !== undefined) gathered.isSung = true;
  }

  /** Groups that may be among these, largest first. */
  #among(gathered: readonly Voice[]): readonly Choir[] {
    this.#refresh();
    if (gathered.length >= this.#largestFirst.length) return this.#largestFirst;
    return largestFirst(new Set(gathered.flatMap(({ sings }) => sings.choirs)));
  }

  #refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const none = new Repertoire();
    for (const voice of this.#voices.values()) voice.sings = none;
    this.#largestFirst = largestFirst(choirsOf(this.#directory, (address) => this.#voiceAt(address)));
  }

  #voiceAt(address: string): Voice {
    let voice = this.#voices.get(address);
    if (voice === undefined) {
      voice = voiceOf(address);
      this.#voices.set(address, voice);
    }
    return voice;
  }

  #linkOf(device: Device | undefined): GroupLink | undefined {
    const profile = device === undefined ? undefined : this.#directory.profile(device.profile);
    return profile?.kind === "lamp" ? groupLinkOf(profile) : undefined;
  }

  #came(device: Device): void {
    const link = this.#linkOf(device);
    if (link === undefined) return;
    this.#refresh();
    const voice = this.#voiceAt(device.address);
    voice.heard = nothing;
    this.#tell(voice, link);
  }

  #went({ address }: Device): void {
    const voice = this.#voices.get(address);
    if (voice !== undefined) voice.heard = undefined;
  }

  /** Asks a lamp that keeps its groups, tells one that does not. */
  #tell(voice: Voice, link: GroupLink): void {
    if (link.ask !== undefined) this.#sender.send(voice.address, link.ask);
    else if (voice.sings.names.length > 0) this.#join(voice, link);
  }

  #join(voice: Voice, link: GroupLink): void {
    const { names } = voice.sings;
    voice.times = wasTold(voice, names) ? voice.times + 1 : 1;
    voice.told = names;
    this.#sender.send(voice.address, link.join(names));
  }

  /** The home has changed: whoever belongs elsewhere now is told. */
  #settle(): void {
    this.#settling = undefined;
    this.#refresh();
    for (const voice of this.#voices.values()) {
      const device = this.#directory.deviceAt(voice.address);
      if (device === undefined) this.#voices.delete(voice.address);
      else if (voice.heard !== undefined) this.#retell(voice, voice.heard, this.#linkOf(device));
    }
  }

  #retell(voice: Voice, heard: readonly string[], link: GroupLink | undefined): void {
    if (link === undefined) {
      voice.heard = undefined;
      voice.told = undefined;
    } else if (sameNames(voice.sings.names, heard)) return;
    else if (heard === nothing) this.#tell(voice, link);
    else this.#join(voice, link);
  }
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

const wasTold = ({ told }: Voice, names: readonly string[]): boolean =>
  told !== undefined && sameNames(told, names);

/** What all of a group are told the same; undefined where one of them is not, or does not listen. */
const saidToAll = (
  { members, name }: Choir,
  framesFor: (own: Gathered) => readonly Frame[] | undefined,
): readonly Frame[] | undefined => {
  let said: readonly Frame[] | undefined;
  for (const { gathered, waiting, heard } of members) {
    if (gathered === undefined || gathered.isSung === true) return undefined;
    const frames = framesFor(gathered);
    if (frames === undefined || !sameFrames(frames, said ?? frames)) return undefined;
    if (waiting !== undefined || !heard?.includes(name)) return undefined;
    said = frames;
  }
  return said;
};

const partOf = ({ part }: Gathered): readonly Frame[] | undefined => part;
const wholeOf = ({ whole }: Gathered): readonly Frame[] => whole();

const largestFirst = (choirs: Iterable<Choir>): readonly Choir[] =>
  [...choirs].sort((a, b) => b.members.length - a.members.length);

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
