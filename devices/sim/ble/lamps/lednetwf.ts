import { completeName, flags, manufacturerData, packet } from "../advertising.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";
import type { Outlet } from "./outlet.ts";

/*
 * Controllers of the Zengge and Magic Home apps. Each command travels in an envelope of eight bytes, and none is heard by
 * a lamp that nobody listens to. Old ones take channels; newer ones hue, saturation and value, packed as the product likes.
 */
type Speech = "channels" | "halved hue" | "packed hue";

interface Build {
  readonly id: string;
  readonly speech: Speech;
  readonly version: number;
  readonly product: number;
  readonly status: number;
  /** It looks at the sum of a command. */
  readonly isCareful: boolean;
  /** It answers with a text. */
  readonly isWordy: boolean;
}

const sum = (bytes: readonly number[]): number => bytes.reduce((all, byte) => all + byte, 0) % 256;

/** Hue in degrees, saturation and value in percent, as channels of 0..255. */
const channelsOf = (hue: number, saturation: number, value: number): readonly number[] => {
  const most = (value / 100) * 255;
  const channel = (offset: number): number => {
    const turn = (offset + hue / 60) % 6;
    return Math.max(0, most - (most * saturation * Math.max(0, Math.min(turn, 4 - turn, 1))) / 100);
  };
  return [channel(5), channel(3), channel(1)];
};

class LedNetWf implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #build: Build;
  readonly #outlet: Outlet;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp, build: Build) {
    this.#lamp = lamp;
    this.#build = build;
    this.#outlet = lamp.outlet();
    const write = (bytes: Uint8Array) => {
      this.#unwrap(Array.from(bytes));
      return 0;
    };
    this.services = [
      {
        uuid: "ffff",
        characteristics: [
          { uuid: "ff01", properties: ["write", "write-command"], write },
          { uuid: "ff02", properties: ["notify"], subscribe: this.#outlet.subscribe },
        ],
      },
    ];
  }

  advertisement() {
    const { status, version, product } = this.#build;
    const mac = this.#mac;
    const state = this.#status().slice(2, 12);
    const data = [status, version, ...mac, 0x00, product, 0x0f, 0x02, 0x01, 0x01, ...state, 0x1c, 0x00, 0x00];
    const name = `LEDnetWF0200${Buffer.from(mac.slice(3)).toString("hex").toUpperCase()}`;
    return {
      data: packet(flags, completeName(name)),
      scanResponse: packet(manufacturerData(0x5a02, data)),
    };
  }

  touched(): void {
    this.#tell();
  }

  get #mac(): readonly number[] {
    return this.#lamp.address.split(":").map((part) => Number.parseInt(part, 16));
  }

  /** `00 number 80 00 length length (length + 1) kind` and the command. */
  #unwrap(bytes: readonly number[]): void {
    const [head, , last, part, high = 0, low = 0, rest, kind] = bytes;
    const command = bytes.slice(8);
    const isWhole = high * 256 + low === command.length && rest === command.length + 1;
    if (head !== 0x00 || last !== 0x80 || part !== 0x00 || !isWhole || !this.#outlet.isHeard) return;
    if (command[0] === 0x81) {
      if (kind === 0x0a && command[1] === 0x8a && command[2] === 0x8b) this.#tell();
      return;
    }
    const isSummed = sum(command.slice(0, -1)) === command.at(-1);
    if ((isSummed || !this.#build.isCareful) && this.#obey(command)) this.#tell();
  }

  /** @returns whether it was a command of this product */
  #obey(command: readonly number[]): boolean {
    const [first, second = 0] = command;
    if (this.#build.speech === "channels") {
      if (first === 0x71) return this.#switch(second);
      return first === 0x31 && command.length === 9 && this.#paint(command);
    }
    if (first !== 0x3b || command.length !== 13) return false;
    return second === 0xa1 ? this.#shade(command) : this.#switch(second);
  }

  #switch(how: number): boolean {
    if (how !== 0x23 && how !== 0x24) return false;
    this.#lamp.set({ on: how === 0x23 });
    return true;
  }

  #paint([, red = 0, green = 0, blue = 0]: readonly number[]): boolean {
    this.#lamp.set({ color: this.#lamp.heardChannels(red, green, blue) });
    return true;
  }

  #shade([, , a = 0, b = 0, c = 0]: readonly number[]): boolean {
    const word = this.#lamp.heard16(a, b, "big");
    const [high, low] = [word >> 8, word % 256];
    const [hue, saturation] =
      this.#build.speech === "halved hue" ? [high * 2, low] : [Math.floor(word / 128), word % 128];
    if (hue > 360 || saturation > 100 || c > 100) return false;
    this.#lamp.set({ color: channelsOf(hue, saturation, c) });
    return true;
  }

  #status(): readonly number[] {
    const { on, color } = this.#lamp.goal;
    const rgb = this.#lamp.toldChannels(color.map(Math.round));
    const told = [0x81, 0x1d, on ? 0x23 : 0x24, 0x61, 0xf0, 0x00, ...rgb, 0x00, 0x02, 0x00, 0x30];
    return [...told, sum(told)];
  }

  #tell(): void {
    const status = this.#status();
    const text = `{"code":0,"payload":"${Buffer.from(status).toString("hex").toUpperCase()}"}`;
    const content = this.#build.isWordy ? [...Buffer.from(text)] : status;
    this.#outlet.tell([0x04, 0x01, 0x80, 0x00, 0x00, content.length, content.length + 1, 0x0a, ...content]);
  }
}

const lednetwf = (build: Build): BleLampModel => ({
  id: `magic-home/${build.id}`,
  family: "lednetwf",
  limits: { full: 255, dims: false, colors: true, effects: [] },
  fresh: { on: true, level: 255, mode: "color", temperature: 0, color: [255, 255, 255], effect: "" },
  fadeMs: 0,
  bonding: "none",
  firmware: (lamp) => new LedNetWf(lamp, build),
});

export const lednetwfLights = [
  lednetwf({
    id: "legacy",
    speech: "channels",
    version: 3,
    product: 0x25,
    status: 0x00,
    isCareful: true,
    isWordy: false,
  }),
  lednetwf({
    id: "ring-light",
    speech: "halved hue",
    version: 5,
    product: 0x1d,
    status: 0x53,
    isCareful: false,
    isWordy: true,
  }),
  lednetwf({
    id: "symphony",
    speech: "packed hue",
    version: 5,
    product: 0xa3,
    status: 0x56,
    isCareful: true,
    isWordy: false,
  }),
];
