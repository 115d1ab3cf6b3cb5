import type { PowerOnBehaviour } from "../../../../hub/domain/light.ts";
import { Millis } from "../../../../hub/domain/units.ts";
import type { Timer } from "../../../../hub/ports/clock.ts";
import type { Random } from "../../../../hub/ports/random.ts";
import { glowOfEffect } from "../../behaviours/effects.ts";
import { type Fade, type FadeLoop, type Fading, glowDuring } from "../../behaviours/fade.ts";
import { type FlashLoop, type Keeping, packed, unpacked } from "../../behaviours/flash.ts";
import { OwnFlash } from "../../behaviours/nvs.ts";
import { glowAfterPowerCut } from "../../behaviours/power-on.ts";
import { type Chance, happens } from "../../faults.ts";
import { changed, type Glow, type GlowChange, type GlowLimits, sameGlow } from "../../glow.ts";
import type { DeviceWorld } from "../../sim-device.ts";
import type { Flash } from "../../transport.ts";
import type { BlePeripheral, PeripheralService } from "../peripheral.ts";
import { type BleFaults, corrupted } from "./ble-faults.ts";
import { Outlet } from "./outlet.ts";

/** What lamps of one house share. */
export interface BleLampWorld extends DeviceWorld {
  readonly fades: FadeLoop;
  readonly flashes: FlashLoop;
}

/** How a lamp speaks: an independent reading of its protocol, knowing nothing of any driver. */
export interface BleFirmware {
  readonly services: readonly PeripheralService[];
  advertisement(): ReturnType<BlePeripheral["advertisement"]>;
  linked?(): void;
  unlinked?(): void;
  /** Somebody used its own switch: it may say so. */
  touched?(): void;
  /** Somebody pressed the button by which it learns whom to obey. */
  pressed?(): void;
}

/** One product: what is soldered and flashed. */
export interface BleLampModel {
  /** That of its profile. */
  readonly id: string;
  /** Other lamps of its maker say other things in the same frames. */
  readonly family: string;
  readonly limits: GlowLimits;
  readonly fresh: Glow;
  /** How it fades, in milliseconds. */
  readonly fadeMs: number;
  /** Without mains it forgets what it showed, and comes back as bought. */
  readonly isForgetful?: boolean;
  readonly bonding: BlePeripheral["bonding"];
  readonly firmware: (lamp: BleLamp) => BleFirmware;
}

/** From mains to radio. */
const bootMs = 800;

/** A lamp on the mains that a radio reaches: it glows, fades, keeps its flash, and speaks its protocol. */
export class BleLamp implements BlePeripheral, Fading, Keeping, Chance {
  readonly address: string;
  readonly addressType = "public";
  readonly model: BleLampModel;
  readonly world: BleLampWorld;
  hasChanged = false;
  readonly #flash: Flash;
  readonly #firmware: BleFirmware;
  readonly #outlets: Outlet[] = [];
  readonly #timers = new Set<Timer>();
  #random: Random | undefined;
  #isPowered = false;
  #isBooted = false;
  #hangUp: (() => void) | undefined;
  #glow: Glow;
  #fade: Fade | undefined;
  #effectSince = 0;
  /** Strangers may pair with it: as bought, and while somebody makes it visible. */
  isPairable = true;
  #powerOn: PowerOnBehaviour = "previous";
  faults: BleFaults = {};
  /** Told whenever the light itself changes: what an eye in the room would see. */
  seen: ((glow: Glow) => void) | undefined;
  /** The other radio of a bulb that has two: told what this one was set to. */
  joined: ((glow: Glow) => void) | undefined;

  constructor(world: BleLampWorld, address: string, model: BleLampModel, flash: Flash = new OwnFlash()) {
    this.world = world;
    this.address = address;
    this.model = model;
    this.#flash = flash;
    this.#glow = model.fresh;
    this.#firmware = model.firmware(this);
  }

  // What the radio asks for

  get bonding(): BlePeripheral["bonding"] {
    return this.model.bonding;
  }

  get connectable(): boolean {
    return this.#isBooted && this.#hangUp === undefined;
  }

  get isSilent(): boolean {
    return !this.#isBooted;
  }

  get services(): readonly PeripheralService[] {
    return this.#firmware.services;
  }

  advertisement(): ReturnType<BlePeripheral["advertisement"]> {
    return this.#firmware.advertisement();
  }

  connected(hangUp: () => void): void {
    this.#hangUp = hangUp;
    this.#firmware.linked?.();
  }

  disconnected(): void {
    this.#hangUp = undefined;
    for (const outlet of this.#outlets) outlet.close();
    this.#firmware.unlinked?.();
  }

  // What people do

  /** The mains comes (back): light follows at once, the radio when it has booted. */
  plugIn(): void {
    if (this.#isPowered) return;
    this.#isPowered = true;
    const kept = this.model.isForgetful === true ? undefined : unpacked(this.#flash.load());
    this.#powerOn = kept?.powerOn ?? "previous";
    if (kept !== undefined) this.#glow = glowAfterPowerCut(this.#powerOn, kept.glow);
    this.#effectSince = this.world.clock.monotonic();
    this.seen?.(this.light);
    this.later(bootMs, () => {
      this.#isBooted = true;
    });
  }

  /** The mains goes: what is not in flash yet is lost, and so is the link. */
  unplug(): void {
    if (!this.#isPowered) return;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#isPowered = false;
    this.#isBooted = false;
    this.#fade = undefined;
    this.world.fades.remove(this);
    this.world.flashes.remove(this);
    this.#glow = this.model.fresh;
    this.seen?.(this.light);
    this.hangUp();
  }

  /** Somebody used its own switch or remote. */
  touch(change: GlowChange): void {
    if (!this.#isPowered) return;
    this.set(change, 0);
    this.#firmware.touched?.();
  }

  /** Somebody presses the button by which it learns whom to obey. */
  press(): void {
    if (this.#isPowered) this.#firmware.pressed?.();
  }

  /** As bought: it knows nobody, and shows what it first showed. */
  reset(): void {
    this.isPairable = true;
    this.#powerOn = "previous";
    this.#fade = undefined;
    this.#glow = this.model.fresh;
    this.world.flashes.add(this);
    this.seen?.(this.light);
  }

  // What the firmware works with

  /** What it is set to show: the goal of a fade. */
  get goal(): Glow {
    return this.#fade?.to ?? this.#glow;
  }

  /** What an eye would see: effects included, dark without mains. */
  get light(): Glow {
    if (!this.#isPowered) return { ...this.#glow, on: false };
    const now = this.world.clock.monotonic();
    const glow = this.#fade === undefined ? this.#glow : glowDuring(this.#fade, now);
    return glow.on && glow.effect !== "" ? glowOfEffect(glow, now - this.#effectSince) : glow;
  }

  get isFading(): boolean {
    return this.#fade !== undefined;
  }

  get powerOn(): PowerOnBehaviour {
    return this.#powerOn;
  }

  set powerOn(behaviour: PowerOnBehaviour) {
    this.#powerOn = behaviour;
    this.world.flashes.add(this);
  }

  set(change: GlowChange, fadeMs = this.model.fadeMs): void {
    const now = this.world.clock.monotonic();
    const from = this.#fade === undefined ? this.#glow : glowDuring(this.#fade, now);
    const to = changed(this.goal, change, this.model.limits);
    if (to.effect !== this.#glow.effect) this.#effectSince = now;
    this.#glow = to;
    const isSeen = (from.on || to.on) && !sameGlow(from, to);
    this.#fade = fadeMs > 0 && isSeen ? { from, to, since: now, lasts: fadeMs } : undefined;
    if (this.#fade !== undefined) this.world.fades.add(this);
    this.world.flashes.add(this);
    this.seen?.(this.light);
    this.joined?.(to);
  }

  /** It stays where it is on its way. */
  halt(): void {
    if (this.#fade === undefined) return;
    this.#glow = this.light;
    this.#fade = undefined;
  }

  step(now: number): boolean {
    if (this.#fade === undefined) return false;
    const ends = now >= this.#fade.since + this.#fade.lasts;
    if (ends) this.#fade = undefined;
    this.seen?.(this.light);
    return !ends;
  }

  keep(): void {
    this.#flash.save(packed({ glow: this.#glow, energy: 0, powerOn: this.#powerOn }));
  }

  /** Ends the link from its side. */
  hangUp(): void {
    this.#hangUp?.();
  }

  /** Calls once after so many milliseconds, unless the mains goes first. */
  later(delayMs: number, call: () => void): Timer {
    const timer = this.world.clock.after(Millis(delayMs), () => {
      this.#timers.delete(timer);
      call();
    });
    this.#timers.add(timer);
    return timer;
  }

  /** Where it notifies of a characteristic. */
  outlet(): Outlet {
    const outlet = new Outlet(this);
    this.#outlets.push(outlet);
    return outlet;
  }

  /** A value as its faults let it be read. */
  readable(bytes: readonly number[]): Uint8Array {
    return corrupted(this, this.faults, Uint8Array.from(bytes), this.model.family);
  }

  /** Its own chance: the same for the same seed, whatever the others draw. */
  draw(): number {
    this.#random ??= this.world.random.fork(this.address);
    return this.#random.next();
  }

  happens(share: number | undefined): boolean {
    return happens(this, share);
  }

  /** A number of two bytes that somebody wrote. */
  heard16(first: number, second: number, order: "little" | "big"): number {
    const isLittle = (order === "little") !== (this.faults.swaps === "heard");
    return isLittle ? second * 256 + first : first * 256 + second;
  }

  /** A number as two bytes that it tells. */
  told16(value: number, order: "little" | "big"): readonly [number, number] {
    const isLittle = (order === "little") !== (this.faults.swaps === "told");
    const [high, low] = [value >> 8, value & 0xff];
    return isLittle ? [low, high] : [high, low];
  }

  /** Channels that somebody wrote. */
  heardChannels(...channels: readonly number[]): readonly number[] {
    return this.faults.swaps === "heard" ? channels.toReversed() : channels;
  }

  /** Channels that it tells. */
  toldChannels(channels: readonly number[]): readonly number[] {
    return this.faults.swaps === "told" ? channels.toReversed() : channels;
  }
}
