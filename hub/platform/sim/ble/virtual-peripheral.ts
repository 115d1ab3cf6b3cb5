import { BleError } from "../../../domain/ble-errors.ts";
import type { BleCentral, BlePeer, BleSubscription } from "../../../ports/ble.ts";
import type { BlePeripheralRadio, PeripheralRole } from "../../../ports/ble-peripheral.ts";
import type { Ether, EtherDevice } from "./ether.ts";

/** The other half of a radio in the ether: while the radio is on, it is a device there, under its own address. */
export class VirtualPeripheral implements BlePeripheralRadio {
  readonly #ether: Ether;
  readonly #radio: Pick<BleCentral, "state" | "onState">;
  readonly #own: BlePeer;

  constructor(ether: Ether, radio: Pick<BleCentral, "state" | "onState">, own: BlePeer) {
    this.#ether = ether;
    this.#radio = radio;
    this.#own = own;
  }

  offer(role: PeripheralRole, failed: (error: BleError) => void): BleSubscription {
    if (this.#radio.state() !== "on") throw noRadio();
    let hangUp = (): void => {};
    this.#ether.place(
      deviceOf(this.#own, role, (end) => {
        hangUp = end;
      }),
    );
    const cancel = (): void => {
      state.cancel();
      hangUp();
      this.#ether.take(this.#own.address);
    };
    const state = this.#radio.onState(() => {
      cancel();
      failed(noRadio());
    });
    return { cancel };
  }
}

const deviceOf = (
  { address, addressType }: BlePeer,
  role: PeripheralRole,
  connected: (hangUp: () => void) => void,
): EtherDevice => ({
  address,
  addressType,
  bonding: role.bonding,
  isPairable: role.isPairable,
  connectable: role.connectable,
  services: role.services,
  advertisement: () => role.advertisement(),
  connected: (hangUp) => {
    connected(hangUp);
    role.connected?.(hangUp);
  },
  disconnected: () => role.disconnected?.(),
});

const noRadio = (): BleError => new BleError("the radio cannot be used", { reason: "no-radio" });
