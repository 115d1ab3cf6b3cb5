import { completeName, flags, lists, packet } from "../advertising.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";

/*
 * Strips and bulbs of the duoCo and Lotus Lantern apps: nine bytes between 7e and ef, without a checksum and without an
 * answer. The third byte says what it is about; the second and the eighth nobody looks at.
 */
interface Build {
  readonly id: string;
  readonly name: string;
  readonly hears?: "ffe1";
  readonly ends?: readonly [first: number, last: number];
  /** Green and blue stand the other way round. */
  readonly isRbg?: true;
  readonly hasWhites?: true;
  readonly isStill?: true;
}

/** 80 to 9c; the first seven are one colour each. */
const presets = Array.from({ length: 29 }, (_, at) => (0x80 + at).toString(16));

class Elk implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #build: Build;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp, build: Build) {
    this.#lamp = lamp;
    this.#build = build;
    const hears = {
      uuid: build.hears ?? "fff3",
      properties: ["read", "write", "write-command"] as const,
      write: (bytes: Uint8Array) => this.#hear(bytes),
    };
    this.services = [{ uuid: build.hears === undefined ? "fff0" : "ffe0", characteristics: [hears] }];
  }

  advertisement() {
    return {
      data: packet(
        flags,
        lists(this.#build.hears === undefined ? 0xfff0 : 0xffe0),
        completeName(this.#build.name),
      ),
    };
  }

  /** It takes anything, and does nothing about what it does not know. */
  #hear(bytes: Uint8Array): number {
    const [first, last] = this.#build.ends ?? [0x7e, 0xef];
    if (bytes.length === 9 && bytes[0] === first && bytes[8] === last) this.#obey(bytes);
    return 0;
  }

  #obey([, , about, a = 0, b = 0, c = 0, d = 0]: Uint8Array): void {
    const lamp = this.#lamp;
    switch (about) {
      case 0x01:
        lamp.set({ level: Math.min(a, 100) });
        break;
      case 0x03:
        if (b === 0x03) lamp.set({ effect: a.toString(16) });
        break;
      case 0x04:
        lamp.set({ on: a !== 0 });
        break;
      case 0x05:
        if (a === 0x03) lamp.set({ color: this.#rgb(b, c, d), effect: "" });
        else if (a === 0x02 && b + c === 100) lamp.set({ temperature: c, effect: "" });
        break;
    }
  }

  #rgb(...written: readonly number[]): readonly number[] {
    const [first = 0, second = 0, third = 0] = this.#lamp.heardChannels(...written);
    return this.#build.isRbg ? [first, third, second] : [first, second, third];
  }
}

const elk = (build: Build): BleLampModel => ({
  id: `elk/${build.id}`,
  family: "elk",
  limits: {
    full: 100,
    dims: true,
    // Share of the cool LEDs in percent.
    ...(build.hasWhites ? { temperature: [0, 100] } : {}),
    colors: true,
    effects: build.isStill ? [] : presets,
  },
  fresh: { on: false, level: 100, mode: "color", temperature: 50, color: [255, 0, 0], effect: "" },
  fadeMs: 0,
  bonding: "none",
  firmware: (lamp) => new Elk(lamp, build),
});

const builds: readonly Build[] = [
  { id: "duoco-strip", name: "ELK-A90B" },
  { id: "bledw", name: "ELK-BLEDW", hasWhites: true },
  { id: "bledom", name: "ELK-BLEDOM" },
  { id: "bledom-other-handle", name: "ELK-BLEDOM" },
  { id: "ble", name: "ELK-BLE" },
  { id: "btc", name: "ELK-BTC" },
  { id: "bledob", name: "ELK-BLEDOB" },
  { id: "melk-og10", name: "MELK-OG10", isStill: true },
  { id: "bleddm", name: "ELK-BLEDDM" },
  { id: "bulb", name: "ELK-BULB" },
  { id: "ledble", name: "LEDBLE", hears: "ffe1" },
  { id: "melk", name: "MELK", isStill: true },
  { id: "melk-o", name: "MELK-OA10", isStill: true },
  { id: "jackyled", name: "JACKYLED", hears: "ffe1", isRbg: true },
  { id: "xrocker", name: "XROCKER", hears: "ffe1", ends: [0x7b, 0xbf] },
];

export const elkLights = builds.map(elk);
