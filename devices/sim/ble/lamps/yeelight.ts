import { completeName, flags, packet } from "../advertising.ts";
import type { BleFirmware, BleLamp, BleLampModel } from "./ble-lamp.ts";
import type { Outlet } from "./outlet.ts";

/*
 * Yeelight over Bluetooth: frames that begin with 43 and are filled up to 18 bytes. Whom the lamp does not know yet it
 * asks to press its button. What is off takes no colour; a colour is faded to, and a command on the way stops it there.
 */
interface Build {
  readonly id: string;
  readonly name: string;
  /** One white only. */
  readonly isCandela: boolean;
}

/** From being switched on to taking a colour. */
const wakeMs = 500;

class Yeelight implements BleFirmware {
  readonly #lamp: BleLamp;
  readonly #build: Build;
  readonly #outlet: Outlet;
  #isKnown = false;
  #isAsking = false;
  #litAt = Number.NEGATIVE_INFINITY;
  readonly services: BleFirmware["services"];

  constructor(lamp: BleLamp, build: Build) {
    this.#lamp = lamp;
    this.#build = build;
    this.#outlet = lamp.outlet();
    const write = (bytes: Uint8Array) => {
      if (bytes[0] === 0x43 && bytes.length <= 18) this.#hear(Array.from(bytes));
      return 0;
    };
    this.services = [
      {
        uuid: "8e2f0cbd1a664b53ace6b494e25f87bd",
        characteristics: [
          { uuid: "aa7d3f342d4f41e0807f52fbf8cf7443", properties: ["write", "write-command"], write },
          {
            uuid: "8f65073d9f574aaaafea397d19d5bbeb",
            properties: ["notify"],
            subscribe: this.#outlet.subscribe,
          },
        ],
      },
    ];
  }

  advertisement() {
    return { data: packet(flags, completeName(this.#build.name)) };
  }

  unlinked(): void {
    this.#isAsking = false;
  }

  pressed(): void {
    if (!this.#isAsking) return;
    this.#isAsking = false;
    this.#isKnown = true;
    this.#say(0x63, 0x02);
  }

  touched(): void {
    this.#tell();
  }

  #say(...bytes: readonly number[]): void {
    const frame = [0x43, ...bytes];
    this.#outlet.tell([...frame, ...Array<number>(18 - frame.length).fill(0)]);
  }

  #hear([, what, a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[]): void {
    if (what === 0x67) {
      this.#isAsking = !this.#isKnown;
      this.#say(0x63, this.#isKnown ? 0x02 : 0x01);
      return;
    }
    if (!this.#isKnown) return;
    this.#lamp.halt();
    if (what === 0x40) this.#switch(a);
    else if (what === 0x42) this.#dim(a);
    else if (what === 0x44 && a === 0x02) this.#tell();
    else if (this.#isReady && !this.#build.isCandela) this.#shade(what, [a, b, c, d, e]);
  }

  get #isReady(): boolean {
    return this.#lamp.goal.on && this.#lamp.world.clock.monotonic() - this.#litAt >= wakeMs;
  }

  #switch(how: number): void {
    if (how !== 0x01 && how !== 0x02) return;
    const on = how === 0x01;
    if (on && !this.#lamp.goal.on) this.#litAt = this.#lamp.world.clock.monotonic();
    this.#lamp.set({ on }, 0);
    this.#tell();
  }

  #dim(level: number): void {
    if (!this.#isReady || level < 1 || level > 100) return;
    this.#lamp.set({ level });
    this.#tell();
  }

  /** Of a white and of a colour it does not tell. A brightness of 0 leaves it as it is. */
  #shade(what: number | undefined, [a = 0, b = 0, c = 0, , e = 0]: readonly number[]): void {
    const lamp = this.#lamp;
    const level = (asked: number) => (asked >= 1 && asked <= 100 ? asked : undefined);
    if (what === 0x41) lamp.set({ color: lamp.heardChannels(a, b, c), level: level(e) });
    else if (what === 0x43) lamp.set({ temperature: lamp.heard16(a, b, "big"), level: level(c) });
  }

  #tell(): void {
    const { on, level, mode, color, temperature } = this.#lamp.goal;
    const power = on ? 0x01 : 0x02;
    if (this.#build.isCandela) {
      this.#say(0x45, power, level, 0x01);
      return;
    }
    const rgb = this.#lamp.toldChannels(color);
    const kelvin = this.#lamp.told16(Math.round(temperature), "big");
    this.#say(0x45, power, mode === "color" ? 0x01 : 0x02, ...rgb, 0x00, Math.round(level), ...kelvin);
  }
}

const yeelight = (build: Build): BleLampModel => ({
  id: `yeelight/${build.id}`,
  family: "yeelight",
  limits: {
    full: 100,
    dims: true,
    ...(build.isCandela ? {} : { temperature: [1_700, 6_500] }),
    colors: !build.isCandela,
    effects: [],
  },
  fresh: {
    on: false,
    level: 100,
    mode: build.isCandela ? "level" : "white",
    temperature: build.isCandela ? 0 : 4_000,
    color: build.isCandela ? [] : [255, 255, 255],
    effect: "",
  },
  fadeMs: 500,
  bonding: "none",
  firmware: (lamp) => new Yeelight(lamp, build),
});

export const yeelights = [
  yeelight({ id: "bedside", name: "XMCTD_2F3A", isCandela: false }),
  yeelight({ id: "candela", name: "yeelight_ms", isCandela: true }),
];
