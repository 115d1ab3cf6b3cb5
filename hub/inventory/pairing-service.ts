import { bleDeviceAddress, blePeerOf } from "../domain/ble-address.ts";
import { Conflict, InvalidInput, NotCapable, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { BluetoothWay, Device, Room } from "../domain/home.ts";
import {
  type DeviceId,
  idEntropyBytes,
  idFrom,
  type LampId,
  type PairingId,
  type RoomId,
  type TokenId,
} from "../domain/ids.ts";
import { parseName } from "../domain/name.ts";
import { type PairingCode, PairingFailed, type PairingStep } from "../domain/pairing.ts";
import type { BleFrame, BleLink, Profile } from "../domain/profile.ts";
import { type Instant, later, Minutes, type Monotonic, Seconds } from "../domain/units.ts";
import type { BleCentral, BlePeer, BleSubscription } from "../ports/ble.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import { type Candidate, Candidates } from "./candidates.ts";
import type { NewDevice } from "./inventory.ts";
import { LampContact, type LampConversation } from "./lamp-contact.ts";
import { pairingCodeOf } from "./pairing-code.ts";

/** The radio, and devices on it that are none of the home's yet; filled by the roof. */
export interface PairingRadio extends Pick<BleCentral, "state" | "capabilities" | "scan" | "forget"> {
  converse(peer: BlePeer, link: BleLink, hear: (frame: BleFrame) => void): LampConversation;
}

/** The home that a lamp is added to. */
export interface PairingHome {
  deviceAt(address: string): Device | undefined;
  room(id: RoomId): Room | undefined;
  addDevice(wanted: NewDevice): Device;
  addBluetooth(id: DeviceId, wanted: BluetoothWay): Device;
}

/** One who is heard, and the device of the home that it is, if it is one. */
export interface FoundCandidate extends Candidate {
  /** As a device's address is written: `a4:c1:38:02:83:f4`, with `-random` behind it where that is its kind. */
  readonly address: string;
  readonly device?: DeviceId;
}

/** A pairing as it is now. */
export interface PairingView {
  readonly id: PairingId;
  readonly step: PairingStep;
  readonly until: Instant;
  /** The strongest first, and behind them those that are devices of the home already. */
  readonly candidates: readonly FoundCandidate[];
  /** Why there is nobody to choose. */
  readonly trouble?: PairingCode;
  /** What was added. */
  readonly device?: DeviceId;
}

export interface PairingWish {
  /** Of a candidate. */
  readonly address: string;
  /** Absent: the likeliest. */
  readonly profile?: string | undefined;
}

export interface AddingWish extends PairingWish {
  /** Of a new device. */
  readonly name?: string | undefined;
  readonly room?: RoomId | null;
  /** The lamp of the home that this one is: it has a second link from now on. */
  readonly link?: LampId | undefined;
}

interface Conversation {
  readonly peer: BlePeer;
  readonly profile: Profile;
  readonly contact: LampContact;
}

interface Pairing {
  readonly id: PairingId;
  readonly by: TokenId;
  readonly all: boolean;
  readonly candidates: Candidates;
  readonly since: Monotonic;
  readonly until: Instant;
  readonly scan: BleSubscription;
  readonly timers: readonly Timer[];
  step: PairingStep;
  /** Addresses that were last told of. */
  told: string;
  talk: Conversation | undefined;
  /** Peers that may have been paired with, and are none of the home's. */
  readonly bonded: Map<string, BlePeer>;
  device: DeviceId | undefined;
  isOver: boolean;
}

const longest = Minutes(10);
/** Many people at once are none. */
const mostAtOnce = 4;
const looksEvery = Seconds(2);
/** Lamps advertise several times a second, and some radios listen for a tenth of the time. */
const foundWithin = Seconds(10);

/**
 * Adds lamps and sensors of the air to the home, step by step: find, identify, add. One pairing for each caller, for ten minutes at the
 * most. A device is added whole or not at all: nothing is stored before it has been spoken to, and then in one write. What is
 * heard of strangers is in memory until the pairing ends, and in no log.
 */
export class PairingService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #home: PairingHome;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #radio: PairingRadio;
  readonly #pairings = new Map<PairingId, Pairing>();

  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    home: PairingHome,
    profiles: ReadonlyMap<string, Profile>,
    radio: PairingRadio,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#home = home;
    this.#profiles = profiles;
    this.#radio = radio;
  }

  start(): void {
    this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what !== "token" || change !== "removed") return;
      for (const pairing of this.#pairings.values()) if (pairing.by === id) this.#end(pairing);
    });
  }

  close(): void {
    for (const pairing of [...this.#pairings.values()]) this.#end(pairing);
  }

  /**
   * Begins to listen; the caller's pairing before this one ends.
   * @param all also candidates that no driver is known for
   * @throws PairingFailed: there is no radio to listen with; Conflict: too many others pair
   */
  begin(by: TokenId, all: boolean): PairingView {
    const trouble = this.#radioTrouble();
    if (trouble !== undefined) throw new PairingFailed(trouble);
    for (const pairing of this.#pairings.values()) if (pairing.by === by) this.#end(pairing);
    if (this.#pairings.size >= mostAtOnce)
      throw new Conflict("others are pairing; try again in a few minutes");
    const candidates = new Candidates([...this.#profiles.values()]);
    const pairing: Pairing = {
      id: idFrom("pairing", this.#entropy.bytes(idEntropyBytes)),
      by,
      all,
      candidates,
      since: this.#clock.monotonic(),
      until: later(this.#clock.now(), longest),
      scan: this.#radio.scan((advertisement) => candidates.hear(advertisement), { active: true }),
      timers: [
        this.#clock.after(longest, () => this.#end(pairing)),
        this.#clock.every(looksEvery, () => this.#look(pairing)),
      ],
      step: "finding",
      told: "",
      talk: undefined,
      bonded: new Map(),
      device: undefined,
      isOver: false,
    };
    this.#pairings.set(pairing.id, pairing);
    return this.#viewOf(pairing);
  }

  /** @throws NotFound: it is over, or somebody else's */
  view(id: PairingId, by: TokenId): PairingView {
    return this.#viewOf(this.#need(id, by));
  }

  /** Everything that was heard is dropped, and what was only tried is let go. @throws NotFound */
  end(id: PairingId, by: TokenId): void {
    this.#end(this.#need(id, by));
  }

  /** A lamp blinks, and is as it was. @throws NotFound, Conflict, InvalidInput, NotCapable, PairingFailed */
  async identify(id: PairingId, by: TokenId, wish: PairingWish): Promise<PairingView> {
    const pairing = this.#need(id, by);
    const { candidate, profile } = this.#chosen(pairing, wish);
    if (profile.kind === "sensor") throw new NotCapable("a sensor cannot blink: look at what it says");
    await this.#during(pairing, "identifying", candidate, profile, (contact) => contact?.identify());
    assertGoesOn(pairing);
    return this.#viewOf(pairing);
  }

  /**
   * A lamp that was spoken to, or a sensor that is heard, becomes a device of the home, or the second link of one.
   * @throws as `identify` and `Inventory.addBluetooth`
   */
  async add(id: PairingId, by: TokenId, wish: AddingWish): Promise<PairingView> {
    const pairing = this.#need(id, by);
    const name = wish.link === undefined ? parseName(wish.name ?? "") : "";
    const room = wish.room ?? null;
    if (room !== null && this.#home.room(room) === undefined) throw new NotFound("no such room");
    const { candidate, profile } = this.#chosen(pairing, wish);
    if (profile.kind === "sensor" && wish.profile === undefined && candidate.isAmbiguous)
      throw new InvalidInput("more than one driver fits: say which", { path: "profile" });
    await this.#during(pairing, "adding", candidate, profile, (contact) => contact?.make());
    assertGoesOn(pairing);
    const { peer } = candidate;
    const way: BluetoothWay = { profile: profile.id, address: bleDeviceAddress(peer) };
    const device =
      wish.link === undefined
        ? this.#home.addDevice({ ...way, name, room })
        : this.#home.addBluetooth(wish.link, way);
    pairing.bonded.delete(peer.address);
    pairing.device = device.id;
    this.#become(pairing, "done");
    return this.#viewOf(pairing);
  }

  /** @throws NotFound */
  #need(id: PairingId, by: TokenId): Pairing {
    const pairing = this.#pairings.get(id);
    if (pairing?.by !== by) throw new NotFound("there is no such pairing, or it is over");
    return pairing;
  }

  #chosen(pairing: Pairing, { address, profile: wanted }: PairingWish) {
    if (pairing.step !== "finding") throw new Conflict(`this pairing is ${pairing.step}`);
    const trouble = this.#radioTrouble();
    if (trouble !== undefined) throw new PairingFailed(trouble);
    const peer = blePeerOf(address);
    if (peer === undefined)
      throw new InvalidInput("not an address such as a4:c1:38:02:83:f4", { path: "address" });
    if (this.#home.deviceAt(bleDeviceAddress(peer)) !== undefined) throw new PairingFailed("pairing_known");
    const candidate = pairing.candidates.get(peer);
    if (candidate === undefined) throw new NotFound("nobody of this address is heard");
    const profile = wanted === undefined ? candidate.profiles[0] : this.#profiles.get(wanted);
    if (profile === undefined && wanted === undefined && candidate.wantsWifi)
      throw new PairingFailed("pairing_wifi_first");
    if (profile?.link.kind !== "ble")
      throw new InvalidInput("say which driver: one that speaks Bluetooth", { path: "profile" });
    if (profile.kind === "lamp" && !candidate.isConnectable && pairing.talk?.peer.address !== peer.address)
      throw new PairingFailed("pairing_held_elsewhere");
    return { candidate, profile };
  }

  /** @param act with the lamp; of a sensor there is nobody to speak to */
  async #during(
    pairing: Pairing,
    step: "identifying" | "adding",
    candidate: Candidate,
    profile: Profile,
    act: (contact: LampContact | undefined) => Promise<void> | undefined,
  ): Promise<void> {
    this.#become(pairing, step);
    pairing.candidates.keep(candidate.peer.address);
    try {
      await act(await this.#contact(pairing, candidate.peer, profile));
      // The device that is to be has the one link there can be.
      if (step === "adding") await this.#letGo(pairing);
    } catch (error) {
      assertGoesOn(pairing);
      const code = pairingCodeOf(error, {
        isWeak: candidate.isWeak,
        isBonded: profile.link.kind === "ble" && profile.link.bonded,
        keepsBonds: this.#radio.capabilities.bonding,
        noRadio: this.#radioTrouble(),
      });
      if (code === "pairing_bond_forgotten") await this.#forget(candidate.peer);
      if (code !== "pairing_button") await this.#letGo(pairing);
      throw code === undefined ? error : new PairingFailed(code, { cause: error });
    } finally {
      if (!pairing.isOver) this.#become(pairing, "finding");
    }
  }

  /** The conversation of before goes on where it is with the same lamp, by the same driver. */
  async #contact(pairing: Pairing, peer: BlePeer, profile: Profile): Promise<LampContact | undefined> {
    const { talk } = pairing;
    if (talk?.peer.address === peer.address && talk.profile === profile) return talk.contact;
    await this.#letGo(pairing);
    const { link } = profile;
    if (pairing.isOver || profile.kind === "sensor" || link.kind !== "ble") return undefined;
    const contact = new LampContact(this.#clock, profile, (hear) => this.#radio.converse(peer, link, hear));
    pairing.talk = { peer, profile, contact };
    if (link.bonded) pairing.bonded.set(peer.address, peer);
    return contact;
  }

  async #letGo(pairing: Pairing): Promise<void> {
    const { talk } = pairing;
    pairing.talk = undefined;
    await talk?.contact.close();
  }

  /** What the radio could not forget its guard has logged. */
  async #forget(peer: BlePeer): Promise<void> {
    await this.#radio.forget(peer).catch(() => {});
  }

  #end(pairing: Pairing): void {
    pairing.isOver = true;
    this.#pairings.delete(pairing.id);
    pairing.scan.cancel();
    for (const timer of pairing.timers) timer.cancel();
    void this.#letGo(pairing).then(() => this.#forgetStrangers(pairing));
  }

  /** Of who was paired with, and then not added, no keys are kept. */
  async #forgetStrangers({ bonded }: Pairing): Promise<void> {
    for (const peer of bonded.values())
      if (this.#home.deviceAt(bleDeviceAddress(peer)) === undefined) await this.#forget(peer);
  }

  #become(pairing: Pairing, step: PairingStep): void {
    pairing.step = step;
    this.#tell(pairing);
  }

  /** Says so where there are others to choose from than before. */
  #look(pairing: Pairing): void {
    const { candidates, trouble } = this.#viewOf(pairing);
    const told = [trouble ?? "", ...candidates.map(({ address }) => address).sort()].join();
    if (told === pairing.told) return;
    pairing.told = told;
    this.#tell(pairing);
  }

  #tell({ id, step }: Pairing): void {
    this.#bus.publish({ kind: "pairing.changed", pairing: id, step, at: this.#clock.now() });
  }

  #radioTrouble(): "pairing_no_adapter" | "pairing_adapter_denied" | undefined {
    const state = this.#radio.state();
    if (state === "on") return undefined;
    return state === "absent" ? "pairing_no_adapter" : "pairing_adapter_denied";
  }

  #viewOf(pairing: Pairing): PairingView {
    const now = this.#clock.monotonic();
    const { id, step, until, all, device } = pairing;
    const candidates = pairing.candidates
      .list(now, all)
      .map((candidate) => this.#found(candidate))
      .sort((a, b) => Number(a.device !== undefined) - Number(b.device !== undefined));
    const isNobody = candidates.length === 0 && now - pairing.since >= foundWithin;
    const trouble = this.#radioTrouble() ?? (isNobody ? "pairing_nothing_found" : undefined);
    return {
      id,
      step,
      until,
      candidates,
      ...(trouble === undefined ? {} : { trouble }),
      ...(device === undefined ? {} : { device }),
    };
  }

  #found(candidate: Candidate): FoundCandidate {
    const { address, addressType } = candidate.peer;
    const device = this.#home.deviceAt(bleDeviceAddress(candidate.peer))?.id;
    return {
      ...candidate,
      address: addressType === "random" ? `${address}-random` : address,
      ...(device === undefined ? {} : { device }),
    };
  }
}

/** It may have ended while somebody was spoken to. @throws NotFound */
const assertGoesOn = ({ isOver }: Pairing): void => {
  if (isOver) throw new NotFound("this pairing is over: nothing was added");
};
