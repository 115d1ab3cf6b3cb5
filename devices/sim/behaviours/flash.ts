import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import { Millis } from "../../../hub/domain/units.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";
import type { Glow, GlowMode } from "../glow.ts";

/** What a lamp keeps through a power cut. */
export interface Kept {
  readonly glow: Glow;
  /** Kilowatt hours counted so far; 0 without a meter. */
  readonly energy: number;
  readonly powerOn: PowerOnBehaviour;
}

const modes: readonly GlowMode[] = ["level", "white", "color"];
const powerOns: readonly PowerOnBehaviour[] = ["previous", "on", "off", "toggle"];
const version = 1;

/** [version, on + 2 * power-on behaviour, mode, colours] as bytes, then level, temperature, energy, colour as doubles, then the effect. */
export const packed = ({ glow, energy, powerOn }: Kept): Uint8Array => {
  const numbers = [glow.level, glow.temperature, energy, ...glow.color];
  // A slice of what all share: memory of its own for each of ten thousand, once a second, takes longer than all the rest.
  const bytes = Buffer.allocUnsafe(4 + 8 * numbers.length + Buffer.byteLength(glow.effect));
  bytes[0] = version;
  bytes[1] = Number(glow.on) + 2 * powerOns.indexOf(powerOn);
  bytes[2] = modes.indexOf(glow.mode);
  bytes[3] = glow.color.length;
  let at = 4;
  for (const number of numbers) at = bytes.writeDoubleBE(number, at);
  bytes.write(glow.effect, at);
  return bytes;
};

/** What the bytes hold; undefined for a blank, foreign or torn flash. */
export const unpacked = (bytes: Uint8Array | undefined): Kept | undefined => {
  if (bytes === undefined) return undefined;
  const [v, lit = 0, modeAt, colors] = bytes;
  const powerOn = powerOns[lit >> 1];
  const mode = modes[modeAt ?? -1];
  if (v !== version || mode === undefined || powerOn === undefined || colors === undefined) return undefined;
  const end = 4 + 8 * (3 + colors);
  if (bytes.length < end) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const numbers = Array.from({ length: 3 + colors }, (_, at) => view.getFloat64(4 + 8 * at));
  if (!numbers.every(Number.isFinite)) return undefined;
  const [level = 0, temperature = 0, energy = 0] = numbers;
  const color = numbers.slice(3);
  const effect = new TextDecoder().decode(bytes.subarray(end));
  return { glow: { on: lit % 2 === 1, level, mode, temperature, color, effect }, energy, powerOn };
};

/** Something with a flash that has changed since it was last written. */
export interface Keeping {
  /** Knows that by itself: a set of ten thousand would be looked through for each change. */
  hasChanged: boolean;
  keep(): void;
}

/**
 * Writes changed flashes a moment after the change, all with one timer: flash wears out, so firmwares wait, and what
 * changed in that moment is lost with the mains.
 */
export class FlashLoop {
  readonly #clock: Clock;
  readonly #delayMs: number;
  #changed: Keeping[] = [];
  /** Of those listed, for some do not wait any more. */
  #waiting = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs = 1_000) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  add(lamp: Keeping): void {
    if (lamp.hasChanged) return;
    lamp.hasChanged = true;
    this.#waiting++;
    this.#changed.push(lamp);
    this.#timer ??= this.#clock.after(Millis(this.#delayMs), () => this.#write());
  }

  /** @returns whether it had changed since it was last written */
  remove(lamp: Keeping): boolean {
    const hadChanged = lamp.hasChanged;
    if (hadChanged) this.#waiting--;
    lamp.hasChanged = false;
    if (this.#waiting === 0) {
      this.#changed = [];
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    return hadChanged;
  }

  #write(): void {
    this.#timer = undefined;
    const changed = this.#changed;
    this.#changed = [];
    this.#waiting = 0;
    for (const lamp of changed) {
      if (!lamp.hasChanged) continue;
      lamp.hasChanged = false;
      lamp.keep();
    }
  }
}
