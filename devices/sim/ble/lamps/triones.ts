import { completeName, flags, lists, packet } from "../advertising.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";
import type { Outlet } from "./outlet.ts";

/*
 * Bulbs of Triones and Zengge: one characteristic is written, another notifies, of the state and only when it is asked.
 * Colours are channels, which are all the brightness there is; a white LED stands beside them.
 */
interface Build {
  readonly id: string;
  readonly name: string;
  readonly advertises: number;
  readonly hears: readonly [service: string, characteristic: string];
  readonly tells: readonly [service: string, characteristic: string];
  /** Two bytes nobody knows the meaning of. */
  readonly mark: readonly [type: number, version: number];
}

const modes = Array.from({ length: 0x38 - 0x25 + 1 }, (_, at) => (0x25 + at).toString(16));

class Triones implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #build: Build;
  readonly #outlet: Outlet;
  #speed = 0;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp, build: Build) {
    this.#lamp = lamp;
    this.#build = build;
    this.#outlet = lamp.outlet();
    const write = (bytes: Uint8Array) => {
      this.#hear(Array.from(bytes));
      return 0;
    };
    this.services = [
      {
        uuid: build.hears[0],
        characteristics: [{ uuid: build.hears[1], properties: ["write", "write-command"], write }],
      },
      {
        uuid: build.tells[0],
        characteristics: [
          { uuid: build.tells[1], properties: ["notify"], subscribe: this.#outlet.subscribe },
        ],
      },
    ];
  }

  advertisement() {
    const { name, advertises } = this.#build;
    return { data: packet(flags, lists(advertises), completeName(name)) };
  }

  #hear(bytes: readonly number[]): void {
    const [first, a = 0, b = 0, c = 0, d = 0, kind, last] = bytes;
    const lamp = this.#lamp;
    if (first === 0xcc && b === 0x33 && bytes.length === 3) {
      if (a === 0x23 || a === 0x24) lamp.set({ on: a === 0x23 });
    } else if (first === 0x56 && last === 0xaa && bytes.length === 7) {
      if (kind === 0xf0) lamp.set({ color: [...lamp.heardChannels(a, b, c), 0], effect: "" });
      else if (kind === 0x0f) lamp.set({ color: [0, 0, 0, d], effect: "" });
    } else if (first === 0xbb && c === 0x44 && bytes.length === 4) {
      this.#speed = b;
      if (modes.includes(a.toString(16))) lamp.set({ effect: a.toString(16) });
    } else if (first === 0xef && a === 0x01 && b === 0x77 && bytes.length === 3) this.#tell();
  }

  #tell(): void {
    const { on, color, effect } = this.#lamp.goal;
    const [type, version] = this.#build.mark;
    const mode = effect === "" ? 0x41 : Number.parseInt(effect, 16);
    const [red = 0, green = 0, blue = 0, white = 0] = color;
    const rgb = this.#lamp.toldChannels([red, green, blue]);
    const head = [0x66, type, on ? 0x23 : 0x24, mode, 0x20, effect === "" ? 0 : this.#speed];
    this.#outlet.tell([...head, ...rgb, white, version, 0x99]);
  }
}

const triones = (build: Build): BleLampModel => ({
  id: `triones/${build.id}`,
  family: "triones",
  limits: { full: 255, dims: false, colors: true, effects: modes },
  fresh: { on: true, level: 255, mode: "color", temperature: 0, color: [0, 0, 0, 255], effect: "" },
  fadeMs: 0,
  bonding: "none",
  firmware: (lamp) => new Triones(lamp, build),
});

export const trionesBulbs = [
  triones({
    id: "triones",
    name: "Triones-0A1B2C",
    advertises: 0xffd5,
    hears: ["ffd5", "ffd9"],
    tells: ["ffd0", "ffd4"],
    mark: [0x15, 0x06],
  }),
  triones({
    id: "magicblue",
    name: "LEDBLE-0A1B2C",
    advertises: 0xfff0,
    hears: ["ffe5", "ffe9"],
    tells: ["ffe0", "ffe4"],
    mark: [0x14, 0x03],
  }),
];
