import { TpmFailed, TpmMissing } from "../../hub/domain/protector-errors.ts";
import { SimPowerCut } from "../../hub/platform/sim/sim-disk.ts";
import type { KeyChip } from "../../hub/ports/key-chip.ts";

export interface KeyChipFaults {
  /** The power goes before this operation, counted from here. */
  readonly powerCutAt?: number;
  /** Bytes of lasting memory; what does not fit is refused. */
  readonly capacityBytes?: number;
  /** Taken out, or nobody may speak to it. */
  readonly isMissing?: boolean;
}

interface Place {
  readonly word: Buffer;
  readonly secret: Buffer;
}

/** What a real chip spends on the description of a place. */
const placeBytes = 64;

/** A TPM as the hub sees it. Every operation happens whole or not at all; what it kept survives any power cut. */
export class SimKeyChip implements KeyChip {
  readonly #secrets = new Map<number, Place>();
  readonly #counters = new Map<number, number>();
  /** The most that any counter ever had: a new one goes on from there (TPM 2.0 Library, part 3, 31.3). */
  #highest = 0;
  #faults: KeyChipFaults = {};
  #operations = 0;

  /** Another chip that holds the same. */
  copy(): SimKeyChip {
    const other = new SimKeyChip();
    for (const [place, { word, secret }] of this.#secrets)
      other.#secrets.set(place, { word, secret: Buffer.from(secret) });
    for (const [place, value] of this.#counters) other.#counters.set(place, value);
    other.#highest = this.#highest;
    return other;
  }

  /** Sets what goes wrong from here on; operations are counted anew. */
  setFaults(faults: KeyChipFaults): void {
    this.#faults = faults;
    this.#operations = 0;
  }

  places(): readonly number[] {
    this.#operate();
    return [...this.#secrets.keys(), ...this.#counters.keys()];
  }

  keep(place: number, word: Uint8Array, secret: Uint8Array): void {
    this.#take(place, secret.length);
    this.#secrets.set(place, { word: Buffer.from(word), secret: Buffer.from(secret) });
  }

  read(place: number, word: Uint8Array): Buffer | undefined {
    this.#operate();
    const found = this.#secrets.get(place);
    return found?.word.equals(word) ? Buffer.from(found.secret) : undefined;
  }

  destroy(place: number): void {
    this.#operate();
    this.#secrets.get(place)?.secret.fill(0);
    this.#secrets.delete(place);
    this.#counters.delete(place);
  }

  addCounter(place: number): void {
    this.#take(place, 8);
    this.#counters.set(place, ++this.#highest);
  }

  counter(place: number): number | undefined {
    this.#operate();
    return this.#counters.get(place);
  }

  count(place: number): number {
    this.#operate();
    const value = this.#counters.get(place);
    if (value === undefined) throw new TpmFailed("there is no counter here", { system: "18b" });
    this.#counters.set(place, value + 1);
    this.#highest = Math.max(this.#highest, value + 1);
    return value + 1;
  }

  #take(place: number, bytes: number): void {
    this.#operate();
    if (this.#secrets.has(place) || this.#counters.has(place))
      throw new TpmFailed("this place is taken", { system: "14c" });
    const used = (this.#secrets.size + this.#counters.size) * placeBytes;
    if (used + placeBytes + bytes > (this.#faults.capacityBytes ?? Number.POSITIVE_INFINITY))
      throw new TpmFailed("the chip is full", { system: "14b" });
  }

  #operate(): void {
    if (this.#faults.isMissing === true) throw new TpmMissing("there is no chip", { reason: "device" });
    this.#operations++;
    if (this.#operations >= (this.#faults.powerCutAt ?? Number.POSITIVE_INFINITY))
      throw new SimPowerCut("the power went", { operation: this.#operations });
  }
}
