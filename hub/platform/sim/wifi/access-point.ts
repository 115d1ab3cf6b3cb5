import { pskOf } from "../../../crypto/wpa-psk.ts";
import { assertWifiCredentials, type WifiCredentials } from "../../../domain/wifi.ts";
import type { Entropy } from "../../../ports/entropy.ts";
import { Authenticator } from "./authenticator.ts";

/** CCMP for all frames, a pre-shared key to come in: WPA2-Personal as an RSN element [IEEE 802.11-2020, 9.4.2.24]. */
const wpa2Personal = Buffer.from("30140100000fac040100000fac040100000fac020000", "hex");

/** What it says in its beacons. */
export interface Beacon {
  /** BSSID, 6 bytes. */
  readonly address: Uint8Array;
  readonly security: Uint8Array;
}

/**
 * The simulated home's access point: it lets in who proves in the four-way handshake that it knows the password. Of the
 * password it keeps the key that is made from it.
 */
export class AccessPoint {
  readonly #entropy: Entropy;
  readonly #address: Buffer;
  readonly #stations = new Map<string, Authenticator>();
  #network: Network;
  #isOn = true;

  /** @param network as it was bought, its password printed below: the key is made when somebody first comes */
  constructor(entropy: Entropy, network: WifiCredentials) {
    this.#entropy = entropy;
    this.#address = stationAddress(entropy);
    this.#network = asBought(network);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** How many are in. */
  get stations(): number {
    return [...this.#stations.values()].filter(({ isOpen }) => isOpen).length;
  }

  /** Another name or password; whoever was in is out. @throws InvalidSsid, InvalidWifiPassword */
  configure(network: WifiCredentials): void {
    assertWifiCredentials(network);
    this.#network.psk.fill(0);
    this.#network = kept(network);
    this.#dropAll();
  }

  unplug(): void {
    this.#isOn = false;
    this.#dropAll();
  }

  plugIn(): void {
    this.#isOn = true;
  }

  /** The beacon of a network of this name; undefined: there is none in the air. */
  find(ssid: Uint8Array): Beacon | undefined {
    if (!this.#isOn || !this.#network.ssid.equals(ssid)) return undefined;
    return { address: this.#address, security: wpa2Personal };
  }

  /** A station that has found the network wants in; nothing of it passes before the handshake is done. */
  associate(station: Uint8Array): Authenticator {
    const authenticator = new Authenticator(this.#entropy, {
      own: this.#address,
      station: Buffer.from(station),
      psk: this.#network.psk,
      security: wpa2Personal,
    });
    this.#stations.set(Buffer.from(station).toString("hex"), authenticator);
    return authenticator;
  }

  leave(station: Uint8Array): void {
    const id = Buffer.from(station).toString("hex");
    this.#stations.get(id)?.drop();
    this.#stations.delete(id);
  }

  #dropAll(): void {
    for (const station of this.#stations.values()) station.drop();
    this.#stations.clear();
  }
}

interface Network {
  readonly ssid: Buffer;
  readonly psk: Buffer;
}

const kept = (network: WifiCredentials): Network => ({
  ssid: Buffer.from(network.ssid),
  psk: pskOf(network),
});

const asBought = (network: WifiCredentials): Network => {
  let psk: Buffer | undefined;
  return {
    ssid: Buffer.from(network.ssid),
    get psk() {
      psk ??= pskOf(network);
      return psk;
    },
  };
};

/** Drawn, and marked as given locally to one station [IEEE 802-2014, 8.2]. */
export const stationAddress = (entropy: Entropy): Buffer => {
  const address = entropy.bytes(6);
  address[0] = ((address[0] ?? 0) & 0xfc) | 0x02;
  return address;
};
