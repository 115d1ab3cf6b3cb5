import type { BlePeripheral, PeripheralService } from "../../devices/sim/ble/peripheral.ts";

export const lampService = "fff0";
/** Read, written either way, notified of each write. */
export const control = { service: lampService, characteristic: "fff3" };
/** 400 bytes. */
export const long = { service: lampService, characteristic: "fff4" };
/** Refuses whatever is asked. */
export const refusing = { service: lampService, characteristic: "fff5" };
/** Over an encrypted link only. */
export const locked = { service: lampService, characteristic: "fff6" };
/** A UUID of a maker, with indications. */
export const indicating = {
  service: lampService,
  characteristic: "932c32bd00000000aaaa0123456789ab",
};

/** An error of the application, which no stack knows a use for. */
export const refusal = 0x80;
/** Its name, "AIR". */
const name = Buffer.from("0409414952", "hex");

/** A lamp that exists for what can go wrong between it and a central. */
export class AirLamp implements BlePeripheral {
  readonly address: string;
  readonly addressType: "public" | "random";
  readonly bonding = "just-works";
  isPairable = true;
  connectable = true;
  value: Buffer = Buffer.from([0]);
  readonly written: Buffer[] = [];
  connections = 0;
  hangUp: () => void = () => {};
  readonly #notified = new Set<(value: Uint8Array) => void>();
  readonly #indicated = new Set<(value: Uint8Array) => void>();

  constructor(address = "c4:c1:38:02:83:f4", addressType: "public" | "random" = "random") {
    this.address = address;
    this.addressType = addressType;
  }

  advertisement(): { readonly data: Uint8Array; readonly scanResponse: Uint8Array } {
    return { data: Buffer.from("0201060302f0ff", "hex"), scanResponse: name };
  }

  get services(): readonly PeripheralService[] {
    return [
      {
        uuid: lampService,
        characteristics: [
          {
            uuid: control.characteristic,
            properties: ["read", "write", "write-command", "notify"],
            read: () => this.value,
            write: (value) => {
              this.#keep(value);
              return 0;
            },
            subscribe: (notify) => {
              this.#notified.add(notify);
              return () => this.#notified.delete(notify);
            },
          },
          { uuid: long.characteristic, properties: ["read"], read: () => Buffer.alloc(400, 0x5a) },
          {
            uuid: refusing.characteristic,
            properties: ["read", "write"],
            read: () => refusal,
            write: () => refusal,
          },
          {
            uuid: locked.characteristic,
            properties: ["read", "write"],
            encrypted: true,
            read: () => Buffer.from("secret"),
            write: () => 0,
          },
          {
            uuid: indicating.characteristic,
            properties: ["indicate"],
            subscribe: (notify) => {
              this.#indicated.add(notify);
              return () => this.#indicated.delete(notify);
            },
          },
        ],
      },
    ];
  }

  get isWatched(): boolean {
    return this.#notified.size > 0;
  }

  connected(hangUp: () => void): void {
    this.connections += 1;
    this.hangUp = hangUp;
  }

  indicate(value: Uint8Array): void {
    for (const tell of this.#indicated) tell(value);
  }

  #keep(value: Uint8Array): void {
    this.value = Buffer.from(value);
    this.written.push(this.value);
    for (const tell of this.#notified) tell(this.value);
  }
}
