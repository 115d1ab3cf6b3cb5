import { completeName, flags, lists, packet } from "../advertising.ts";
import { attErrors, type PeripheralCharacteristic } from "../peripheral.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";

/*
 * MiPow Playbulb: white, red, green and blue are read and written as they shine, all dark is off, and a colour ends what
 * plays. Where its characteristics stand differs from model to model.
 */
interface Build {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly hasCandle?: true;
  readonly isForgetful?: true;
}

const halted = 0xff;
const effects = ["blink", "breathe", "color-jump", "rainbow", "candle"];

class Playbulb implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #build: Build;
  /** Of the effect: its own colour, and its delay. */
  #played: readonly number[] = [0, 0, 0, 0];
  #delay = 0;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp, build: Build) {
    this.#lamp = lamp;
    this.#build = build;
    const reset = () => {
      lamp.reset();
      return 0;
    };
    this.services = [
      {
        uuid: build.service,
        characteristics: [
          this.#place(
            "fffb",
            () => this.#motion(),
            (bytes) => this.#play(bytes),
          ),
          this.#place(
            "fffc",
            () => this.#shade(),
            (bytes) => this.#paint(bytes),
          ),
          { uuid: "fffd", properties: ["read", "write"], read: () => new Uint8Array(1), write: reset },
        ],
      },
    ];
  }

  advertisement() {
    return { data: packet(flags, lists(0xff0f), completeName(this.#build.name)) };
  }

  #place(
    uuid: string,
    read: () => readonly number[],
    write: (bytes: Uint8Array) => number,
  ): PeripheralCharacteristic {
    return { uuid, properties: ["read", "write-command"], read: () => this.#lamp.readable(read()), write };
  }

  #paint(bytes: Uint8Array): number {
    if (bytes.length !== 4) return attErrors.invalidLength;
    const color = this.#lamp.heardChannels(...bytes);
    this.#lamp.set({ on: color.some((channel) => channel > 0), color, effect: "" });
    return 0;
  }

  #play(bytes: Uint8Array): number {
    if (bytes.length !== 8) return attErrors.invalidLength;
    const [white = 0, red = 0, green = 0, blue = 0, number = halted, , delay = 0] = bytes;
    this.#played = this.#lamp.heardChannels(white, red, green, blue);
    this.#delay = delay;
    const effect = effects[number] ?? "";
    if (number === halted) this.#lamp.set({ effect: "" });
    else if (this.#lamp.model.limits.effects.includes(effect)) {
      this.#lamp.set({ on: true, color: this.#played, effect });
    }
    return 0;
  }

  #shade(): readonly number[] {
    const { on, color } = this.#lamp.goal;
    return this.#lamp.toldChannels(on ? color : [0, 0, 0, 0]);
  }

  #motion(): readonly number[] {
    const { effect } = this.#lamp.goal;
    const number = effect === "" ? halted : effects.indexOf(effect);
    return [...this.#lamp.toldChannels(this.#played), number, 0, number === halted ? 0 : this.#delay, 0];
  }
}

const playbulb = (build: Build): BleLampModel => ({
  id: `mipow/${build.id}`,
  family: "playbulb",
  limits: { full: 255, dims: false, colors: true, effects: effects.slice(0, build.hasCandle ? 5 : 4) },
  fresh: { on: true, level: 255, mode: "color", temperature: 0, color: [255, 0, 0, 0], effect: "" },
  fadeMs: 0,
  isForgetful: build.isForgetful ?? false,
  bonding: "none",
  firmware: (lamp) => new Playbulb(lamp, build),
});

export const playbulbs = [
  playbulb({ id: "playbulb", name: "MIPOW SMART BULB", service: "ff02", isForgetful: true }),
  playbulb({ id: "playbulb-candle", name: "PLAYBULB CANDLE", service: "ff0f", hasCandle: true }),
];
