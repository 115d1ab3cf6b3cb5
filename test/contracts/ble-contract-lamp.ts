import { attErrors, type BlePeripheral } from "../../devices/sim/ble/peripheral.ts";
import type { BlePeer } from "../../hub/ports/ble.ts";

export const service = "fff0";
/** Keeps what is written, is read, and tells what was written. */
export const kept = { service, characteristic: "fff1" };
/** Refuses to be read and to be written. */
export const refusing = { service, characteristic: "fff2" };
/** A value of 400 bytes. */
export const long = { service, characteristic: "fff3" };
export const longValue = Uint8Array.from({ length: 400 }, (_, at) => at % 251);

export const contractPeer: BlePeer = { address: "a4:c1:38:02:83:f4", addressType: "public" };

/** Flags, and the name "Contract". */
export const advertised = Uint8Array.from([2, 1, 6, 9, 9, ...Buffer.from("Contract")]);

/** The device that every radio has to get on with. */
export class ContractLamp implements BlePeripheral {
  readonly address = contractPeer.address;
  readonly addressType = contractPeer.addressType;
  readonly bonding = "none";
  readonly isPairable = false;
  readonly connectable = true;
  value: Uint8Array = Uint8Array.of(1);
  readonly written: string[] = [];
  hangUp: () => void = () => {};
  readonly #told = new Set<(value: Uint8Array) => void>();
  readonly services = [
    {
      uuid: service,
      characteristics: [
        {
          uuid: kept.characteristic,
          properties: ["read", "write", "write-command", "notify"] as const,
          read: () => this.value,
          write: (value: Uint8Array) => this.#keep(value),
          subscribe: (notify: (value: Uint8Array) => void) => {
            this.#told.add(notify);
            return () => this.#told.delete(notify);
          },
        },
        {
          uuid: refusing.characteristic,
          properties: ["read", "write"] as const,
          read: () => attErrors.unlikely,
          write: () => attErrors.unlikely,
        },
        { uuid: long.characteristic, properties: ["read"] as const, read: () => longValue },
      ],
    },
  ];

  advertisement() {
    return { data: advertised };
  }

  connected(hangUp: () => void): void {
    this.hangUp = hangUp;
  }

  #keep(value: Uint8Array): number {
    this.value = Uint8Array.from(value);
    this.written.push(Buffer.from(value).toString("hex"));
    for (const tell of this.#told) tell(this.value);
    return 0;
  }
}
