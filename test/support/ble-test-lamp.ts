import type { BlePeripheral } from "../../devices/sim/ble/peripheral.ts";
import type { BleFrame, Frame, LampProfile, LampReport } from "../../hub/domain/profile.ts";
import { Percent } from "../../hub/domain/units.ts";

const service = "fff0";
/** Takes and gives two bytes: on or off, level in percent. */
const place = { service, characteristic: "fff1" };

const frameOf = (on: boolean, level: number): BleFrame => ({
  kind: "ble",
  ...place,
  bytes: Uint8Array.of(on ? 1 : 0, level),
});

const decode = (frame: Frame): LampReport | undefined => {
  if (frame.kind !== "ble" || frame.bytes.length !== 2) return undefined;
  const [on, level = 0] = frame.bytes;
  if ((on !== 0 && on !== 1) || level > 100) return undefined;
  return { state: { on: on === 1, brightness: Percent(level) } };
};

const lamp = (model: string, readsBack: boolean, bonded = false, isRead = readsBack): LampProfile => ({
  id: `test/${model}`,
  vendor: "Test",
  model,
  description: "Lamp for tests",
  source: "test/support/ble-test-lamp.ts",
  kind: "lamp",
  link: {
    kind: "ble",
    signs: [{ names: ["Test"] }],
    over: "gatt",
    notifies: readsBack ? [place] : [],
    reads: isRead ? [place] : [],
    bonded,
    readsBack,
  },
  capabilities: { brightness: { min: Percent(1) } },
  encode: ({ on, brightness }) => [frameOf(on, Math.round(brightness))],
  decode,
  query: [],
  examples: [],
});

/** Says what it shows; never says it; says it to whom it is paired with; only when it changes. */
export const bleTestProfiles = {
  open: lamp("open", true),
  mute: lamp("mute", false),
  bonded: lamp("bonded", true, true),
  telling: lamp("telling", true, false, false),
};

/** The lamp of those profiles. */
export class BleTestLamp implements BlePeripheral {
  readonly address: string;
  readonly addressType = "public";
  readonly bonding: "none" | "just-works";
  isPairable = true;
  readonly connectable = true;
  on = false;
  level = 100;
  /** States it was told, in order. */
  readonly told: string[] = [];
  readonly #listeners = new Set<(value: Uint8Array) => void>();
  readonly #readsBack: boolean;

  constructor(address: string, kind: keyof typeof bleTestProfiles) {
    this.address = address;
    this.bonding = kind === "bonded" ? "just-works" : "none";
    this.#readsBack = kind !== "mute";
  }

  get services() {
    const encrypted = this.bonding === "just-works";
    const write = (value: Uint8Array) => this.#write(value);
    const open = {
      read: () => this.#value,
      subscribe: (notify: (value: Uint8Array) => void) => {
        this.#listeners.add(notify);
        return () => this.#listeners.delete(notify);
      },
    };
    return [
      {
        uuid: service,
        characteristics: [
          this.#readsBack
            ? {
                uuid: place.characteristic,
                properties: ["read", "write", "notify"] as const,
                encrypted,
                write,
                ...open,
              }
            : { uuid: place.characteristic, properties: ["write-command"] as const, write },
        ],
      },
    ];
  }

  advertisement() {
    return { data: Uint8Array.from([2, 1, 6, 5, 9, ...Buffer.from("Test")]) };
  }

  /** Somebody at its own switch. */
  touch(on: boolean): void {
    this.on = on;
    this.#tell();
  }

  get #value(): Uint8Array {
    return Uint8Array.of(this.on ? 1 : 0, this.level);
  }

  #write([on = 0, level = 0]: Uint8Array): number {
    this.on = on === 1;
    this.level = level;
    this.told.push(`${this.on ? "on" : "off"} ${level}`);
    this.#tell();
    return 0;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#value);
  }
}
