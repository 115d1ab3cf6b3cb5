import type { KeyObject } from "node:crypto";
import { readAdStructures } from "../codec/ble/ad-structures.ts";
import { addressBytes } from "../codec/ble/address.ts";
import { eddystoneService, readEddystone } from "../codec/ble/eddystone.ts";
import { ibeaconCompany, readIbeacon } from "../codec/ble/ibeacon.ts";
import { sha256 } from "../crypto/digest.ts";
import { isResolvable, resolves, resolvingKeys } from "../crypto/private-address.ts";
import type { BeaconId, BeaconKind } from "../domain/beacon.ts";
import type { Advertisement } from "../ports/ble.ts";

/** Addresses of which it is known whether they resolve. A phone keeps one for about a quarter of an hour. */
const mostAddresses = 512;

/**
 * Knows registered beacons among everything that is heard. What is a stranger's does not leave it: the answer is a beacon's id or
 * nothing. Of strangers it remembers their newest addresses, in memory and few, so as not to try every key again on each packet.
 */
export class BeaconMatcher {
  /** By the digest of kind and identity. */
  readonly #known = new Map<string, BeaconId>();
  readonly #phones = new Map<BeaconId, readonly KeyObject[]>();
  readonly #resolved = new Map<string, BeaconId | undefined>();

  /** How many addresses it remembers. */
  get remembered(): number {
    return this.#resolved.size;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** Whether a beacon of this identity is known already. */
  has(kind: BeaconKind, identity: Uint8Array): boolean {
    return this.#known.has(digestOf(kind, identity));
  }

  /** @param identity stays the caller's, who wipes it */
  add(id: BeaconId, kind: BeaconKind, identity: Uint8Array): void {
    this.#known.set(digestOf(kind, identity), id);
    if (kind !== "phone") return;
    this.#phones.set(id, resolvingKeys(identity));
    this.#resolved.clear();
  }

  remove(id: BeaconId): void {
    for (const [digest, known] of this.#known) if (known === id) this.#known.delete(digest);
    this.#phones.delete(id);
    this.#resolved.clear();
  }

  /** Undefined: a stranger's. */
  match(advertisement: Advertisement): BeaconId | undefined {
    return this.#byAddress(advertisement) ?? this.#byWord(advertisement.data);
  }

  #byWord(data: Uint8Array): BeaconId | undefined {
    const { manufacturerData, serviceData } = readAdStructures(data);
    for (const maker of manufacturerData) {
      const ibeacon = maker.company === ibeaconCompany ? readIbeacon(maker.data) : undefined;
      const id = ibeacon && this.#known.get(digestOf("ibeacon", ibeacon.identity));
      if (id !== undefined) return id;
    }
    for (const said of serviceData) {
      const eddystone = said.service === eddystoneService ? readEddystone(said.data) : undefined;
      const id =
        eddystone?.kind === "uid" ? this.#known.get(digestOf("eddystone", eddystone.identity)) : undefined;
      if (id !== undefined) return id;
    }
    return undefined;
  }

  #byAddress({ address, addressType }: Advertisement): BeaconId | undefined {
    if (this.#phones.size === 0 || addressType !== "random") return undefined;
    if (this.#resolved.has(address)) return this.#resolved.get(address);
    const bytes = addressBytes(address);
    if (bytes === undefined || !isResolvable(bytes)) return undefined;
    const found = [...this.#phones].find(([, keys]) => keys.some((key) => resolves(key, bytes)))?.[0];
    const [oldest] = this.#resolved.size < mostAddresses ? [] : this.#resolved.keys();
    if (oldest !== undefined) this.#resolved.delete(oldest);
    this.#resolved.set(address, found);
    return found;
  }
}

/** Held instead of what it is made of. */
const digestOf = (kind: BeaconKind, identity: Uint8Array): string => {
  const bytes = Buffer.concat([Buffer.from(`${kind}\0`), identity]);
  try {
    return sha256(bytes).toString("base64");
  } finally {
    bytes.fill(0);
  }
};
