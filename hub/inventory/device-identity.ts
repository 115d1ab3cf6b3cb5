import { timingSafeEqual } from "node:crypto";
import type { Device } from "../domain/home.ts";

/** Derives secrets from the device-link key; filled from the vault. */
export interface LinkKey {
  /** 32 bytes, the same for the same label as long as the key lives. */
  derive(label: string): Buffer;
}

/** What a device signs in with. `password` is printable; the caller wipes it. */
export interface DeviceCredentials {
  readonly username: string;
  readonly password: Buffer;
}

/** What of a device its identity hangs on. */
export type Identified = Pick<Device, "id" | "address" | "via">;

/** Who holds which address. */
export interface AddressBook<Known extends Identified> {
  deviceAt(address: string): Known | undefined;
}

/**
 * Each device has an identity of its own: its address, and a password derived from the hub's device-link key and the
 * device's random id. The hub stores no password, and one device's says nothing about another's. A device that is
 * removed and added again has a new id, so its old password is dead.
 */
export class DeviceIdentities<Known extends Identified = Device> {
  readonly #key: LinkKey;
  readonly #book: AddressBook<Known>;

  constructor(key: LinkKey, book: AddressBook<Known>) {
    this.#key = key;
    this.#book = book;
  }

  /** Undefined for a device that is not on our broker: nobody is let in under its address. */
  credentialsOf(device: Identified): DeviceCredentials | undefined {
    if (device.via !== undefined && device.via !== "hub") return undefined;
    const secret = this.#key.derive(`${device.id}/${device.address}`);
    const password = Buffer.from(secret.toString("base64url"));
    secret.fill(0);
    return { username: device.address, password };
  }

  /** The device whose credentials these are. */
  authenticate(username: string, password: Uint8Array): Known | undefined {
    const device = this.#book.deviceAt(username);
    // By the name of its radio nobody signs in.
    const expected = device?.address === username ? this.credentialsOf(device)?.password : undefined;
    if (expected === undefined) return undefined;
    const matches = password.length === expected.length && timingSafeEqual(password, expected);
    expected.fill(0);
    return matches ? device : undefined;
  }
}
