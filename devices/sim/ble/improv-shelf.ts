import type { Entropy } from "../../../hub/ports/entropy.ts";
import type { Random } from "../../../hub/ports/random.ts";
import { ChipKey } from "../provisioning/chip-key.ts";
import { codeOnLabel, printedLabel } from "../provisioning/lamp-air.ts";
import { type LampRadio, ProvisioningLamp } from "../provisioning/provisioning-lamp.ts";
import { SimImprovLamp } from "./improv-lamp.ts";

/** Knows docs/lamp-provisioning.md. */
const sealing = "a4:c1:38:1f:00:01";
/** Knows no more than Improv. */
const plain = "a4:c1:38:1f:00:02";

/** A new lamp as somebody sees it who unpacks it. */
export interface ShelvedLamp {
  /** As printed. */
  readonly address: string;
  /** The code printed on it; absent: there is none. */
  readonly label?: string;
}

/** New lamps of a simulated home, that wait to be told a network by Improv. */
export class ImprovShelf {
  readonly lamps: readonly SimImprovLamp[];
  readonly #label: string;

  /**
   * @param labels what is printed on the labels: the same lamp has the same label in every run
   * @param radio soldered into one lamp
   */
  constructor(entropy: Entropy, labels: Random, radio: () => LampRadio) {
    this.#label = printedLabel(labels.fork(sealing));
    const label = { address: sealing, code: codeOnLabel(this.#label) };
    const wifi = radio();
    const firmware = new ProvisioningLamp(entropy, label, wifi, flashOf(labels.fork(`${sealing} fuses`)));
    this.lamps = [
      new SimImprovLamp({ address: sealing, radio: wifi, hasButton: false, sealed: firmware }),
      new SimImprovLamp({ address: plain, radio: radio(), hasButton: false }),
    ];
  }

  list(): readonly ShelvedLamp[] {
    return [{ address: sealing, label: this.#label }, { address: plain }];
  }
}

const flashOf = (fuses: Random) => {
  const chip = new ChipKey(fuses);
  const cells = new Map<string, Uint8Array>();
  return {
    put: (name: string, bytes: Uint8Array) => void cells.set(name, chip.sealed(name, bytes)),
    get: (name: string) => {
      const kept = cells.get(name);
      return kept && chip.opened(name, kept);
    },
  };
};
