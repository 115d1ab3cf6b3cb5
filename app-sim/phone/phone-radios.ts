import { type HardwareAddress, parseHardwareAddress } from "../../hub/domain/person.ts";
import type { BlePeer } from "../../hub/ports/ble.ts";
import type { PeripheralRole } from "../../hub/ports/ble-peripheral.ts";
import type { Chance } from "./movement.ts";
import type { SimPhone } from "./sim-phone.ts";

/** What a phone's radios send into. */
export interface PhoneAir {
  readonly neighbours: { visit(address: HardwareAddress, isHere: () => boolean): void };
  readonly ether: {
    place(device: PeripheralRole & BlePeer & { readonly isSilent: boolean }): void;
    take(address: string): void;
  };
}

/** Flags; then Apple's company number, "a beacon" and its length (as published for iBeacon). */
const beaconHead = [0x02, 0x01, 0x06, 0x1a, 0xff, 0x4c, 0x00, 0x02, 0x15];
/** Its strength one metre off, dBm in two's complement: -59. */
const beaconPower = 0xc5;

/**
 * Wi-Fi and Bluetooth of a phone. Whoever was not told its hardware address or its beacon notices nobody by them; its
 * owner gives them to the hub, or does not.
 */
export class PhoneRadios {
  readonly address: HardwareAddress;
  /** UUID, major and minor, hexadecimal. */
  readonly beacon: string;
  readonly #peer: BlePeer;
  readonly #phone: Pick<SimPhone, "isOnWifi" | "isBeaconing">;

  constructor(chance: Chance, phone: Pick<SimPhone, "isOnWifi" | "isBeaconing">) {
    // Locally administered (IEEE 802, 8.2.1), as phones make one up for each network.
    this.address = parseHardwareAddress(addressText([0x02, ...bytes(chance, 5)]));
    this.beacon = Buffer.from(bytes(chance, 20)).toString("hex");
    // Static random: its two highest bits are set (Core Specification, Vol 6 Part B, 1.3.2.1).
    this.#peer = { address: addressText([0xc0, ...bytes(chance, 5)]), addressType: "random" };
    this.#phone = phone;
  }

  enter({ neighbours, ether }: PhoneAir): void {
    const phone = this.#phone;
    neighbours.visit(this.address, () => phone.isOnWifi);
    const data = Uint8Array.from([...beaconHead, ...Buffer.from(this.beacon, "hex"), beaconPower]);
    ether.place({
      ...this.#peer,
      bonding: "none",
      isPairable: false,
      connectable: false,
      services: [],
      advertisement: () => ({ data }),
      get isSilent() {
        return !phone.isBeaconing;
      },
    });
  }

  leave({ neighbours, ether }: PhoneAir): void {
    neighbours.visit(this.address, () => false);
    ether.take(this.#peer.address);
  }
}

const bytes = (chance: Chance, count: number): readonly number[] =>
  Array.from({ length: count }, () => Math.floor(256 * chance.next()));

const addressText = (parts: readonly number[]): string =>
  parts.map((part) => part.toString(16).padStart(2, "0")).join(":");
