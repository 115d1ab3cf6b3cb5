import type { Timer } from "../../../../hub/ports/clock.ts";
import { completeName, flags, packet } from "../advertising.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";

/*
 * Govee: frames of twenty bytes, the last of which is the exclusive or of the others. Nothing is answered, and whoever is
 * silent for long is hung up on.
 */
interface Build {
  readonly model: string;
  readonly prefix: string;
  /** What comes behind `33 05` before the channels. */
  readonly paint: readonly number[];
  readonly dimmest: number;
  readonly full: number;
  readonly hasScenes?: true;
  /** Two bars with segments, spoken to in another way. */
  readonly isPair?: true;
}

/** An app sends a frame every two seconds. */
const patienceMs = 5_000;

const scenes = new Map([
  [0x00, "sunrise"],
  [0x01, "sunset"],
  [0x04, "movie"],
  [0x05, "dating"],
  [0x07, "romantic"],
  [0x08, "blinking"],
  [0x09, "candle"],
  [0x0f, "snowflake"],
]);

class Govee implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #build: Build;
  #patience: Timer | undefined;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp, build: Build) {
    this.#lamp = lamp;
    this.#build = build;
    const write = (bytes: Uint8Array) => {
      if (bytes.length === 20 && bytes.reduce((all, byte) => all ^ byte) === 0) this.#hear(Array.from(bytes));
      return 0;
    };
    this.services = [
      {
        uuid: "000102030405060708090a0b0c0d1910",
        characteristics: [
          {
            uuid: "000102030405060708090a0b0c0d2b11",
            properties: ["read", "write", "write-command"],
            read: () => new Uint8Array(20),
            write,
          },
        ],
      },
    ];
  }

  advertisement() {
    const tail = this.#lamp.address.replaceAll(":", "").slice(-4).toUpperCase();
    return { data: packet(flags, completeName(`${this.#build.prefix}_${this.#build.model}_${tail}`)) };
  }

  linked(): void {
    this.#wait();
  }

  unlinked(): void {
    this.#patience?.cancel();
  }

  #wait(): void {
    this.#patience?.cancel();
    this.#patience = this.#lamp.later(patienceMs, () => this.#lamp.hangUp());
  }

  #hear(bytes: readonly number[]): void {
    this.#wait();
    const [first, about, a = 0] = bytes;
    if (first !== 0x33) return;
    if (about === (this.#build.isPair ? 0x33 : 0x01)) this.#lamp.set({ on: a !== 0 });
    else if (about === 0x04) this.#dim(a);
    else if (about === 0x05) this.#shade(bytes);
  }

  /** Kept as a share of 0..100 of what this model can show. */
  #dim(written: number): void {
    const { dimmest, full } = this.#build;
    const share = 1 + ((written - dimmest) / (full - dimmest)) * 99;
    this.#lamp.set({ level: Math.min(100, Math.max(0, share)) });
  }

  #shade(bytes: readonly number[]): void {
    const { paint, hasScenes, isPair } = this.#build;
    const [, , kind, a = 0, b = 0] = bytes;
    const at = 2 + paint.length;
    if (hasScenes && kind === 0x04) {
      const scene = scenes.get(this.#lamp.heard16(a, b, "little"));
      if (scene !== undefined) this.#lamp.set({ effect: scene });
    } else if (isPair && kind === 0x15 && a === 0x02) {
      if (bytes[5] === 0xff && bytes[6] === 0x0f) this.#dim(b);
    } else if (paint.every((byte, index) => bytes[2 + index] === byte)) {
      if (isPair && (bytes[12] !== 0xff || bytes[13] !== 0x0f)) return;
      this.#lamp.set({ color: this.#lamp.heardChannels(...bytes.slice(at, at + 3)), effect: "" });
    }
  }
}

const govee = (build: Build): BleLampModel => ({
  id: `govee/${build.model.toLowerCase()}`,
  family: "govee",
  limits: { full: 100, dims: true, colors: true, effects: build.hasScenes ? [...scenes.values()] : [] },
  fresh: { on: false, level: 100, mode: "color", temperature: 0, color: [255, 255, 255], effect: "" },
  fadeMs: 0,
  bonding: "none",
  firmware: (lamp) => new Govee(lamp, build),
});

export const goveeLights = [
  govee({ model: "H6127", prefix: "ihoment", paint: [0x02], dimmest: 0x14, full: 0xfe, hasScenes: true }),
  govee({ model: "H6113", prefix: "ihoment", paint: [0x02], dimmest: 0x14, full: 0xfe }),
  govee({ model: "H6117", prefix: "Govee", paint: [0x0b], dimmest: 2.55, full: 0xff }),
  govee({ model: "H6053", prefix: "Govee", paint: [0x15, 0x01], dimmest: 1, full: 100, isPair: true }),
];
