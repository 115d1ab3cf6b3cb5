import type { Entropy } from "../../../hub/ports/entropy.ts";
import type { Random } from "../../../hub/ports/random.ts";
import { native } from "../dialects/native.ts";
import type { SimLamp } from "../sim-lamp.ts";
import { ChipKey } from "./chip-key.ts";
import { type LampRadio, ProvisioningLamp } from "./provisioning-lamp.ts";

/** RFC 4648 base32: what a printed code is made of. */
const symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const codeLength = 20;

/** The code printed on a label, in groups of four. @param chance of this one label */
export const printedLabel = (chance: Random): string => {
  const code = Array.from({ length: codeLength }, () => symbols[chance.below(symbols.length)]).join("");
  return code.replace(/.{4}(?!$)/g, "$&-");
};

/** As a lamp knows its own. */
export const codeOnLabel = (label: string): Uint8Array => Buffer.from(label.replaceAll("-", ""));

/**
 * The short way between a hub and lamps that are not in the network yet. Our own lamps can be told a network this way;
 * those of other makes have ways of their own.
 */
export class LampAir {
  readonly #entropy: Entropy;
  readonly #labels: Random;
  readonly #radio: () => LampRadio;
  readonly #lamps = new Map<string, SimLamp>();

  /**
   * @param labels what is printed on the labels: the same lamp has the same label in every run
   * @param radio soldered into one lamp
   */
  constructor(entropy: Entropy, labels: Random, radio: () => LampRadio) {
    this.#entropy = entropy;
    this.#labels = labels;
    this.#radio = radio;
  }

  add(lamp: SimLamp): void {
    if (lamp.model.dialect === native) this.#lamps.set(lamp.address, lamp);
  }

  /** What stands on the lamp's label, in groups of four; undefined: no lamp of ours. */
  labelOf(address: string): string | undefined {
    if (!this.#lamps.has(address)) return undefined;
    return printedLabel(this.#labels.fork(address));
  }

  async exchange(address: string, message: Uint8Array): Promise<Uint8Array | undefined> {
    const lamp = this.#lamps.get(address);
    if (!lamp?.isPowered) return undefined;
    lamp.provisioning ??= this.#firmwareOf(lamp);
    return await lamp.provisioning.hear(message);
  }

  #firmwareOf({ address, storage }: SimLamp): ProvisioningLamp {
    const code = codeOnLabel(this.labelOf(address) ?? "");
    const chip = new ChipKey(this.#labels.fork(`${address} fuses`));
    return new ProvisioningLamp(this.#entropy, { address, code }, this.#radio(), {
      put: (name, bytes) => storage.put({ [name]: chip.sealed(name, bytes) }),
      get: (name) => {
        const kept = storage.get(name);
        return kept && chip.opened(name, kept);
      },
    });
  }
}
