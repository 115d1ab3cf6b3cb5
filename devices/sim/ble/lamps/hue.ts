import type { PowerOnBehaviour } from "../../../../hub/domain/light.ts";
import { flags, lists, packet, serviceData } from "../advertising.ts";
import { attErrors, type PeripheralCharacteristic } from "../peripheral.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";
import type { Outlet } from "./outlet.ts";

/*
 * Philips Hue with Bluetooth: a characteristic for each part of the light, and one (0007) for all of it as records of
 * type, length and value. Whites are mireds, colours x and y in 0..65535, the low byte first. Everything asks for a
 * paired link, and a paired lamp pairs with nobody else until it is made visible or reset.
 */
const light = (number: string): string => `932c32bd${number}47a2835aa8d455b859dd`;
const config = (number: string): string => `97fe6561${number}4f6286e9b71ee2da3d22`;

const unset = 0xffff;
const effects = new Map([
  [0x01, "candle"],
  [0x02, "fire"],
  [0x03, "prism"],
  [0x0a, "sparkle"],
  [0x0b, "opal"],
  [0x0c, "glisten"],
  [0x0e, "underwater"],
  [0x0f, "cosmos"],
  [0x10, "sunbeam"],
  [0x11, "enchant"],
]);

type Part = readonly [type: number, value: Uint8Array];

/** undefined: a record runs over the end. */
const partsOf = (bytes: Uint8Array): readonly Part[] | undefined => {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + (bytes[at + 1] ?? Number.POSITIVE_INFINITY);
    if (end > bytes.length) return undefined;
    parts.push([bytes[at] ?? 0, bytes.subarray(at + 2, end)]);
    at = end;
  }
  return parts;
};

const lengths: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 2, 6: 1, 8: 1 };

class Hue implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #power: Outlet;
  readonly #level: Outlet;
  readonly #mireds: Outlet;
  readonly #xy: Outlet;
  readonly #whole: Outlet;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp) {
    this.#lamp = lamp;
    this.#power = lamp.outlet();
    this.#level = lamp.outlet();
    this.#mireds = lamp.outlet();
    this.#xy = lamp.outlet();
    this.#whole = lamp.outlet();
    const { temperature, colors } = lamp.model.limits;
    this.services = [
      { uuid: "fe0f", characteristics: [this.#write(config("0004"), () => lamp.reset())] },
      {
        uuid: light("0000"),
        characteristics: [
          this.#part("0002", 1, this.#power, () => [Number(lamp.goal.on)]),
          this.#part("0003", 2, this.#level, () => [lamp.goal.level]),
          ...(temperature ? [this.#part("0004", 3, this.#mireds, () => this.#miredsTold())] : []),
          ...(colors ? [this.#part("0005", 4, this.#xy, () => this.#xyTold())] : []),
          ...(temperature
            ? [
                this.#characteristic(
                  "0007",
                  this.#whole,
                  () => this.#told(),
                  (bytes) => this.#hear(partsOf(bytes)),
                ),
                this.#write(light("1005"), (bytes) => this.#mainsBack(partsOf(bytes) ?? [])),
              ]
            : []),
        ],
      },
    ];
  }

  advertisement() {
    return { data: packet(flags, lists(0xfe0f), serviceData(0xfe0f, [0x02, 0x10, 0x0e, 0xbe, 0x02])) };
  }

  touched(): void {
    this.#tell();
  }

  #characteristic(
    number: string,
    outlet: Outlet,
    read: () => readonly number[],
    hear: (bytes: Uint8Array) => number,
  ): PeripheralCharacteristic {
    const lamp = this.#lamp;
    return {
      uuid: light(number),
      properties: ["read", "write", "notify"],
      encrypted: true,
      read: () => lamp.readable(read()),
      write: (bytes) => {
        lamp.isPairable = false;
        return hear(bytes);
      },
      subscribe: outlet.subscribe,
    };
  }

  #part(
    number: string,
    type: number,
    outlet: Outlet,
    read: () => readonly number[],
  ): PeripheralCharacteristic {
    return this.#characteristic(number, outlet, read, (bytes) => this.#hear([[type, bytes]]));
  }

  #write(uuid: string, hear: (bytes: Uint8Array) => void): PeripheralCharacteristic {
    const write = (bytes: Uint8Array) => {
      hear(bytes);
      return 0;
    };
    return { uuid, properties: ["read", "write"], encrypted: true, read: () => new Uint8Array(0), write };
  }

  /** Applied as a whole, or not at all. */
  #hear(parts: readonly Part[] | undefined): number {
    const isWhole = parts?.every(([type, value]) => lengths[type] === value.length) ?? false;
    if (parts === undefined || !isWhole) return attErrors.invalidLength;
    const value = new Map(parts);
    const [on] = value.get(1) ?? [];
    const [level] = value.get(2) ?? [];
    const [low = 0, high = 0] = value.get(3) ?? [];
    const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = value.get(4) ?? [];
    const [effect = 0] = value.get(6) ?? [];
    const isShaded = value.has(3) || value.has(4);
    const lamp = this.#lamp;
    lamp.set({
      on: on === undefined ? undefined : on !== 0,
      level: level === undefined ? undefined : Math.max(1, level),
      temperature: value.has(3) ? lamp.heard16(low, high, "little") : undefined,
      color: value.has(4) ? [lamp.heard16(x0, x1, "little"), lamp.heard16(y0, y1, "little")] : undefined,
      effect: value.has(6) || isShaded ? (effects.get(effect) ?? "") : undefined,
    });
    this.#tell();
    return 0;
  }

  #mainsBack(parts: readonly Part[]): void {
    const [on] = new Map(parts).get(1) ?? [];
    const behaviours: Readonly<Record<number, PowerOnBehaviour>> = { 1: "on", 255: "previous" };
    this.#lamp.powerOn = behaviours[on ?? 0xff] ?? this.#lamp.powerOn;
  }

  #miredsTold(): readonly number[] {
    const { mode, temperature } = this.#lamp.goal;
    return this.#lamp.told16(mode === "color" ? unset : Math.round(temperature), "little");
  }

  #xyTold(): readonly number[] {
    const { mode, color } = this.#lamp.goal;
    const [x = unset, y = unset] = mode === "color" ? color : [];
    return [...this.#lamp.told16(x, "little"), ...this.#lamp.told16(y, "little")];
  }

  /** 10 bytes in white, 12 in colour, 6 more while an effect plays. */
  #told(): readonly number[] {
    const { on, level, mode, effect } = this.#lamp.goal;
    const shade = mode === "color" ? [4, 4, ...this.#xyTold()] : [3, 2, ...this.#miredsTold()];
    const [number] = [...effects].find(([, name]) => name === effect) ?? [];
    return [
      ...[1, 1, Number(on), 2, 1, level],
      ...shade,
      ...(number === undefined ? [] : [6, 1, number, 8, 1, 117]),
    ];
  }

  #tell(): void {
    const { on, level } = this.#lamp.goal;
    this.#power.tell([Number(on)]);
    this.#level.tell([level]);
    this.#mireds.tell(this.#miredsTold());
    this.#xy.tell(this.#xyTold());
    this.#whole.tell(this.#told());
  }
}

const hue = (id: string, build: { readonly white?: true; readonly color?: true }): BleLampModel => ({
  id: `philips-hue/${id}`,
  family: "hue",
  limits: {
    full: 254,
    dims: true,
    ...(build.white ? { temperature: [153, 500] } : {}),
    colors: build.color === true,
    effects: build.color ? [...effects.values()] : [],
  },
  // Out of the box a bulb is lit as soon as it is screwed in.
  fresh: {
    on: true,
    level: 254,
    mode: build.white ? "white" : "level",
    temperature: 366,
    color: build.color ? [29_983, 26_870] : [],
    effect: "",
  },
  fadeMs: 400,
  bonding: "just-works",
  firmware: (lamp) => new Hue(lamp),
});

export const hueBulbs = [
  hue("color", { white: true, color: true }),
  hue("white-ambiance", { white: true }),
  hue("white", {}),
];
