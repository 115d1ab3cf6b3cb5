import { readAdStructures } from "../codec/ble/ad-structures.ts";
import { improvService, improvServiceData } from "../codec/ble/improv.ts";
import { signStrength } from "../domain/ble-sign.ts";
import type { BleFrame, Profile } from "../domain/profile.ts";
import { type Monotonic, Seconds } from "../domain/units.ts";
import type { Advertisement, BlePeer } from "../ports/ble.ts";
import { readBroadcast } from "./broadcast-dialects.ts";

/** Somebody in range who may be wanted in the home. */
export interface Candidate {
  readonly peer: BlePeer;
  /** What it calls itself: anybody's text, without control characters. */
  readonly name?: string;
  /** dBm, smoothed; absent: the radio does not say. */
  readonly rssi?: number;
  /** Heard, and likely too far away to be connected. */
  readonly isWeak: boolean;
  readonly isConnectable: boolean;
  /** Drivers that may fit, the likeliest first. */
  readonly profiles: readonly Profile[];
  /** The first of them is no likelier than the second. */
  readonly isAmbiguous: boolean;
  /** It waits to be told a Wi-Fi network. */
  readonly wantsWifi: boolean;
  /** It seals what it says: its key has to be given. */
  readonly isSealed: boolean;
}

interface Heard {
  readonly peer: BlePeer;
  rssi: number | undefined;
  at: Monotonic;
  isConnectable: boolean;
  /** Both packets of an advertiser say a part of what it is. */
  advertised: Uint8Array;
  answered: Uint8Array;
}

/** Advertisers in reach of one radio in a block of flats; of more the weakest are left out. */
const most = 256;
/** Who has not been heard for so long has gone. */
const staysFor = Seconds(60);
/** How much a new measurement counts: packets of one advertiser differ by 10 dB and more. */
const weight = 0.25;
/** Below this, connections are made rarely and lost soon. */
const weakDbm = -88;
/** Of an advertisement with what belongs to it (Core Specification, Vol 4 Part E, 7.7.65.13). */
const mostPacketBytes = 1650;

/** Who is heard while something is looked for: in memory alone, a bounded number of them, until it is dropped. */
export class Candidates {
  readonly #profiles: readonly Profile[];
  readonly #heard = new Map<string, Heard>();
  #kept: string | undefined;

  constructor(profiles: readonly Profile[]) {
    this.#profiles = profiles.filter(({ link }) => link.kind === "ble");
  }

  hear({ address, addressType, rssi, connectable, isScanResponse, data, at, cached }: Advertisement): void {
    if (cached) return;
    const known = this.#heard.get(address) ?? this.#taken({ address, addressType }, rssi);
    if (known === undefined) return;
    known.rssi = smoothed(known.rssi, rssi);
    known.at = at;
    const packet = Uint8Array.from(data.subarray(0, mostPacketBytes));
    if (isScanResponse) known.answered = packet;
    else {
      known.advertised = packet;
      known.isConnectable = connectable;
    }
  }

  /** It stays while it is connected, and says nothing more on the air. */
  keep(address: string): void {
    this.#kept = address;
  }

  /** The strongest first. @param all also those that no driver is known for */
  list(now: Monotonic, all: boolean): readonly Candidate[] {
    const present = [...this.#heard.values()].filter(
      ({ peer, at }) => now - at < staysFor || peer.address === this.#kept,
    );
    return present
      .map((heard) => this.#candidate(heard))
      .filter(({ profiles, wantsWifi }) => all || wantsWifi || profiles.length > 0)
      .sort((a, b) => (b.rssi ?? -Infinity) - (a.rssi ?? -Infinity));
  }

  get({ address, addressType }: BlePeer): Candidate | undefined {
    const heard = this.#heard.get(address);
    return heard?.peer.addressType === addressType ? this.#candidate(heard) : undefined;
  }

  #taken(peer: BlePeer, rssi: number | undefined): Heard | undefined {
    if (this.#heard.size >= most && !this.#madeRoom(rssi ?? -Infinity)) return undefined;
    const heard: Heard = {
      peer,
      rssi: undefined,
      at: 0 as Monotonic,
      isConnectable: false,
      advertised: Uint8Array.of(),
      answered: Uint8Array.of(),
    };
    this.#heard.set(peer.address, heard);
    return heard;
  }

  #madeRoom(rssi: number): boolean {
    let weakest: Heard | undefined;
    for (const heard of this.#heard.values())
      if (heard.peer.address !== this.#kept && levelOf(heard) < levelOf(weakest)) weakest = heard;
    if (weakest === undefined || levelOf(weakest) >= rssi) return false;
    return this.#heard.delete(weakest.peer.address);
  }

  #candidate({ peer, rssi, isConnectable, advertised, answered }: Heard): Candidate {
    const [first, second] = [advertised, answered].map(readAdStructures);
    const name = first?.name ?? second?.name;
    const serviceData = [...(first?.serviceData ?? []), ...(second?.serviceData ?? [])];
    const listed = [...(first?.services ?? []), ...(second?.services ?? [])];
    const signs = {
      ...(name === undefined ? {} : { name }),
      services: [...listed, ...serviceData.map(({ service }) => service)],
      manufacturer: [...(first?.manufacturerData ?? []), ...(second?.manufacturerData ?? [])],
    };
    const frames = serviceData.map(
      ({ service, data }): BleFrame => ({ kind: "ble", service, characteristic: "", bytes: data }),
    );
    const ranked = this.#profiles
      .flatMap((profile) => {
        const strength = profile.link.kind === "ble" ? signStrength(profile.link, signs) : 0;
        return strength === 0 ? [] : [{ profile, strength: strength + readableIn(profile, frames) }];
      })
      .sort((a, b) => b.strength - a.strength);
    return {
      peer,
      ...(name === undefined || name === "" ? {} : { name }),
      ...(rssi === undefined ? {} : { rssi: Math.round(rssi) }),
      isWeak: rssi !== undefined && rssi < weakDbm,
      isConnectable,
      profiles: ranked.map(({ profile }) => profile),
      isAmbiguous: ranked[0] !== undefined && ranked[0].strength === ranked[1]?.strength,
      wantsWifi: signs.services.some((service) => service === improvService || service === improvServiceData),
      isSealed: frames.some((frame) => readBroadcast(frame)?.sealed === true),
    };
  }
}

const levelOf = (heard: Heard | undefined): number =>
  heard === undefined ? Infinity : (heard.rssi ?? -Infinity);

const smoothed = (before: number | undefined, now: number | undefined): number | undefined =>
  before === undefined || now === undefined ? (now ?? before) : before + weight * (now - before);

/** Sensors of one protocol look alike; what one says that a driver can read speaks for it. */
const readableIn = (profile: Profile, frames: readonly BleFrame[]): number =>
  profile.kind === "sensor"
    ? frames.reduce(
        (sum, frame) =>
          sum + Object.keys(profile.decode(frame)?.reading ?? {}).filter((key) => key !== "battery").length,
        0,
      )
    : 0;
