import type { PowerOnBehaviour } from "../../hub/domain/light.ts";
import type { Duration } from "../../hub/domain/units.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import { type BootRange, bootTime } from "./behaviours/boot.ts";
import { glowOfEffect } from "./behaviours/effects.ts";
import { type Fade, type FadeLoop, type Fading, glowDuring } from "./behaviours/fade.ts";
import type { FirmwareWords, LampFirmwares, Updatable } from "./behaviours/firmware.ts";
import { type FlashLoop, type Keeping, packed, unpacked } from "./behaviours/flash.ts";
import { kilowattHours, type Load, wattsOf } from "./behaviours/metering.ts";
import { Nvs, OwnFlash } from "./behaviours/nvs.ts";
import { glowAfterPowerCut } from "./behaviours/power-on.ts";
import type { DeviceFaults } from "./faults.ts";
import { changed, type Glow, type GlowChange, type GlowLimits, sameGlow, sharedGlow } from "./glow.ts";
import type { ProvisioningLamp } from "./provisioning/provisioning-lamp.ts";
import { type DeviceWorld, SimDevice } from "./sim-device.ts";
import type { DeviceTransport, LampFlash } from "./transport.ts";

/** Why a lamp tells its state. */
export type Telling = "answer" | "interim" | "settled" | "touch" | "period" | "greeting";

/** How a firmware speaks: an independent reading of its protocol, knowing nothing of any driver. */
export interface LampDialect {
  /** Level of full light in this firmware's steps. */
  readonly full: number;
  /** A fading lamp tells where it is this often; absent: it tells the goal at once. */
  readonly interimMs?: number;
  will(address: string): { readonly topic: string; readonly payload: string };
  publishes(address: string): readonly string[];
  subscribes(address: string): readonly string[];
  /** Topics on which it hears a group it is in. */
  hearsGroup?(group: string): readonly string[];
  /** A message came; anything that is not of this protocol changes nothing. */
  hear(lamp: SimLamp, topic: string, payload: string): void;
  /** Says that it is there. */
  greet(lamp: SimLamp): void;
  tell(lamp: SimLamp, why: Telling): void;
  /** Tells which firmware runs and what became of an update; only called for lamps that were asked to take one. */
  tellFirmware?(lamp: SimLamp): void;
  /** Tells power and energy; only called for lamps that measure. */
  meter?(lamp: SimLamp): void;
}

/** One product: what is soldered and flashed. */
export interface LampModel {
  readonly id: string;
  readonly dialect: LampDialect;
  readonly limits: GlowLimits;
  readonly fresh: Glow;
  readonly boot: BootRange;
  /** How it fades when a command does not say, in milliseconds. */
  readonly fadeMs: number;
  readonly load?: Load;
}

/** What a lamp was told when it was taken into a home, and keeps in its flash. */
export interface Commissioning {
  readonly name: string;
  /** Of its login at the broker, where it needs one. */
  readonly username?: string | undefined;
  readonly password?: Uint8Array | undefined;
}

/** What lamps of one house share. */
export interface LampWorld extends DeviceWorld {
  readonly fades: FadeLoop;
  readonly flashes: FlashLoop;
  readonly firmwares: LampFirmwares;
}

/** What a lamp that measures has counted, kilowatt hours, and up to when. */
interface Meter {
  energy: number;
  at: number;
}

/** Longer ones are cut. */
const longestNameBytes = 32;
/** An access point in the next room, dBm. */
const usualSignal = -55;

const noGroups: readonly string[] = [];
const decoder = new TextDecoder();
let lastHeard: { readonly payload: Uint8Array; readonly text: string } | undefined;

/** Lamps of a group hear the very same bytes, one after the other. */
const textOf = (payload: string | Uint8Array): string => {
  if (typeof payload === "string") return payload;
  if (lastHeard?.payload !== payload) lastHeard = { payload, text: decoder.decode(payload) };
  return lastHeard.text;
};

/** A lamp: it glows, fades, plays effects, measures, keeps its flash, and speaks its dialect. */
export class SimLamp extends SimDevice<LampWorld> implements Fading, Keeping, Updatable {
  readonly model: LampModel;
  hasChanged = false;
  readonly #flash: LampFlash;
  #commissioning: Commissioning | undefined;
  #glow: Glow;
  #fade: (Fade & { toldAt: number }) | undefined;
  /** When the effect began that it plays. */
  #effectSince: number | undefined;
  #meter: Meter | undefined;
  #powerOn: PowerOnBehaviour = "previous";
  #knowsItsHome = false;
  #groups: readonly string[] = noGroups;
  /** Id of the command it follows now, where the dialect carries one. */
  following: string | undefined;
  /** Small settings of its firmware, by the firmware's own names; absent until one is set. */
  settings: Map<string, number> | undefined;
  /** The part of its firmware that can be told a network; absent until somebody speaks to it. */
  provisioning: ProvisioningLamp | undefined;
  /** Told whenever the light itself changes: what an eye in the room would see. */
  seen: ((glow: Glow) => void) | undefined;
  /** The other radio of a bulb that has two: told what this one was set to. */
  joined: ((glow: Glow) => void) | undefined;

  constructor(
    world: LampWorld,
    address: string,
    model: LampModel,
    transport: DeviceTransport,
    flash: LampFlash = new OwnFlash(),
    commissioning?: Commissioning,
  ) {
    super(world, address, transport);
    this.model = model;
    this.#flash = flash;
    this.#commissioning = commissioning;
    this.#glow = model.fresh;
  }

  get will() {
    return this.model.dialect.will(this.address);
  }

  get publishes(): readonly string[] {
    return this.model.dialect.publishes(this.address);
  }

  get subscribes(): readonly string[] {
    const { dialect } = this.model;
    const own = dialect.subscribes(this.address);
    if (this.#groups.length === 0) return own;
    return [...own, ...this.#groups.flatMap((group) => dialect.hearsGroup?.(group) ?? [])];
  }

  /** Names of groups it is in, by its own firmware's word. */
  get groups(): readonly string[] {
    return this.#groups;
  }

  /** It is in these groups now, and in no other. */
  join(groups: readonly string[]): void {
    const before = this.subscribes;
    this.#groups = groups;
    this.relisten(before);
  }

  /** What the firmware is set to show: the goal of a fade. */
  get goal(): Glow {
    return this.#fade?.to ?? this.#glow;
  }

  /** Where it is on its way there. */
  get glow(): Glow {
    return this.#fade === undefined ? this.#glow : glowDuring(this.#fade, this.world.clock.monotonic());
  }

  /** What an eye would see: effects included, dark without mains. */
  get light(): Glow {
    if (!this.isPowered) return { ...this.#glow, on: false };
    const glow = this.glow;
    return glow.on && glow.effect !== ""
      ? glowOfEffect(glow, this.world.clock.monotonic() - (this.#effectSince ?? 0))
      : glow;
  }

  /** What it does when its mains comes back; kept in its flash. */
  get powerOn(): PowerOnBehaviour {
    return this.#powerOn;
  }

  set powerOn(behaviour: PowerOnBehaviour) {
    if (behaviour === this.#powerOn) return;
    this.#powerOn = behaviour;
    this.world.flashes.add(this);
  }

  get isFading(): boolean {
    return this.#fade !== undefined;
  }

  /** Watts now; 0 without a meter. */
  get power(): number {
    const { load, limits } = this.model;
    return load === undefined || !this.isPowered ? 0 : wattsOf(load, this.glow, limits.full);
  }

  /** Kilowatt hours since it left the factory. */
  get energy(): number {
    const meter = this.#meter;
    if (meter === undefined) return 0;
    return meter.energy + kilowattHours(this.power, this.world.clock.monotonic() - meter.at);
  }

  /** How it hears its access point, dBm; only bulbs with two radios say so. */
  get signal(): number | undefined {
    return this.joined === undefined ? undefined : (this.faults.signal ?? usualSignal);
  }

  /** Whether it says the opposite of what is. */
  get lies(): boolean {
    return this.faults.wrongState === true;
  }

  /** The time it lives by. */
  get clock(): Clock {
    return this.world.clock;
  }

  override misbehave(faults: DeviceFaults): void {
    const before = this.signal;
    super.misbehave(faults);
    if (this.isPowered && this.signal !== before) this.model.dialect.tell(this, "period");
  }

  /** Follows a command of its dialect and answers it. */
  follow(change: GlowChange, fadeMs = this.model.fadeMs, command?: string): void {
    this.following = command;
    this.set(change, fadeMs);
    this.model.dialect.tell(this, "answer");
  }

  /** Somebody used its own switch or remote. */
  touch(change: GlowChange): void {
    if (!this.isPowered) return;
    this.following = undefined;
    this.set(change, 0);
    this.model.dialect.tell(this, "touch");
  }

  /** Changes what it shows, without a word. */
  set(change: GlowChange, fadeMs: number): void {
    const now = this.world.clock.monotonic();
    const from = this.glow;
    const to = changed(this.goal, change, this.model.limits);
    this.#count(now);
    if (to.effect !== this.#glow.effect) this.#effectSince = to.effect === "" ? undefined : now;
    // Told what it shows already it spares its flash.
    if (!sameGlow(to, this.#glow)) this.world.flashes.add(this);
    this.#glow = to;
    this.#fade =
      fadeMs > 0 && (from.on || to.on) && !sameGlow(from, to)
        ? { from, to, since: now, lasts: fadeMs, toldAt: now }
        : undefined;
    if (this.#fade !== undefined) this.world.fades.add(this);
    this.seen?.(this.glow);
    this.joined?.(to);
  }

  step(now: number): boolean {
    const fade = this.#fade;
    if (fade === undefined || !this.isPowered) return false;
    this.#count(now);
    const { dialect } = this.model;
    const ends = now >= fade.since + fade.lasts;
    if (ends) this.#fade = undefined;
    this.seen?.(this.glow);
    if (ends) dialect.tell(this, "settled");
    else if (dialect.interimMs !== undefined && now - fade.toldAt >= dialect.interimMs) {
      fade.toldAt = now;
      dialect.tell(this, "interim");
    }
    return !ends;
  }

  /** Publishes, for its dialect. */
  publish(topic: string, payload: string, retain = false): void {
    this.say(topic, payload, retain);
  }

  /** Somebody hands it a new firmware, as its dialect carries it. */
  takeFirmware(image: string): void {
    this.world.firmwares.take(this, image);
  }

  /** Of a lamp that was asked to take another; undefined: it is as it was bought. */
  get firmware(): FirmwareWords | undefined {
    return this.world.firmwares.words(this.address);
  }

  tellFirmware(): void {
    this.model.dialect.tellFirmware?.(this);
  }

  /** Tells power and energy, if it measures. */
  tellMeter(): void {
    if (!this.isPowered || this.model.load === undefined) return;
    this.world.flashes.add(this);
    this.model.dialect.meter?.(this);
  }

  keep(): void {
    const bytes = packed({ glow: this.#glow, energy: this.energy, powerOn: this.#powerOn });
    this.#flash.cell.save(bytes);
    if (!this.#knowsItsHome) this.storage.put(this.#told());
    this.#settleIn();
  }

  /** What it was told lies in its flash now, and nowhere else. */
  #settleIn(): void {
    this.#knowsItsHome = true;
    this.#commissioning = undefined;
  }

  /** Everything it keeps through a power cut, by name. */
  get storage(): Nvs {
    return new Nvs(this.#flash);
  }

  /**
   * As bought: it forgets all it was ever told and lets go of its home. A shallow one only marks its entries.
   * @returns SHA-256 of the nonce and what its flash reads afterwards
   */
  wipe(nonce: Uint8Array): Buffer {
    const { storage } = this;
    if (this.faults.wipesShallowly === true) storage.drop();
    else storage.wipe();
    this.#commissioning = undefined;
    this.#powerOn = "previous";
    if (this.#meter !== undefined) this.#meter.energy = 0;
    this.#fade = undefined;
    this.#glow = this.model.fresh;
    this.world.flashes.remove(this);
    this.seen?.(this.light);
    return storage.digest(nonce);
  }

  /** Ends its link for good: it has no home any more. */
  leave(): void {
    this.retire();
  }

  #told(): Readonly<Record<string, Uint8Array>> {
    const { name, username, password } = this.#commissioning ?? {};
    return {
      ...(name === undefined || name === "" ? {} : { name: Buffer.from(name).subarray(0, longestNameBytes) }),
      ...(username === undefined || password === undefined
        ? {}
        : { link: Buffer.concat([Buffer.from(`${username}\0`), password]) }),
    };
  }

  protected override get bootTime(): Duration {
    return bootTime(this.model.boot, this);
  }

  protected override greet(): void {
    this.model.dialect.greet(this);
  }

  protected override hear(topic: string, payload: string | Uint8Array): void {
    this.model.dialect.hear(this, topic, textOf(payload));
  }

  protected override wake(afterPowerCut: boolean): void {
    if (afterPowerCut) this.provisioning?.restart();
    const cell = this.#flash.cell.load();
    const kept = unpacked(cell);
    this.#knowsItsHome = false;
    if (cell !== undefined && cell.length > 0) this.#settleIn();
    // One that has just been taken in writes down by whom.
    else if (this.#commissioning !== undefined) this.world.flashes.add(this);
    const colors = this.model.fresh.color.length;
    // A flash of another firmware holds other numbers: as fresh from the box.
    const fits = kept !== undefined && kept.glow.color.length === colors;
    const before = fits ? sharedGlow(kept.glow, this.model.limits) : this.model.fresh;
    this.#powerOn = kept?.powerOn ?? "previous";
    this.#glow = afterPowerCut ? glowAfterPowerCut(this.#powerOn, before) : before;
    const now = this.world.clock.monotonic();
    this.#effectSince = this.#glow.effect === "" ? undefined : now;
    if (this.model.load !== undefined)
      this.#meter = { energy: fits ? kept.energy : (this.#meter?.energy ?? 0), at: now };
    this.world.firmwares.woke(this);
    this.seen?.(this.#glow);
  }

  protected override lose(powerCut: boolean): void {
    this.world.firmwares.lost(this);
    this.#fade = undefined;
    this.following = undefined;
    this.world.fades.remove(this);
    const hadChanged = this.world.flashes.remove(this);
    if (hadChanged && !powerCut) this.keep();
    this.seen?.(this.light);
  }

  #count(now: number): void {
    const meter = this.#meter;
    if (meter === undefined) return;
    meter.energy += kilowattHours(this.power, now - meter.at);
    meter.at = now;
  }
}
