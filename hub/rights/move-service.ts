import { sha256 } from "../crypto/digest.ts";
import { agreed, type KeyPair, keyPairOf, x25519Bytes } from "../crypto/x25519.ts";
import { BackupUnreadable, HomeNotEmpty, OfferRefused } from "../domain/rights.ts";
import { type Instant, later, Minutes } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import { wipePackage } from "../privacy/home-package.ts";
import type { Staging } from "./backup-service.ts";
import { assertHomeRecords } from "./home-import.ts";
import { type PackedFrom, packedForMove } from "./packed-home.ts";
import { headOf, moveHead, moveKey, openedHome, sealedHome } from "./sealed-home.ts";

const offerLives = Minutes(30);
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** That a hub without a home takes one in. */
export interface MoveOffer {
  /** X25519, 32 bytes. */
  readonly publicKey: Buffer;
  /** Read off this hub and typed at the other: it tells the key from any other that could be slipped in between. */
  readonly code: string;
  readonly expires: Instant;
}

/** Twelve letters and digits, 60 bits of the key: as many as nobody finds another key for within half an hour. */
export const moveCode = (publicKey: Uint8Array): string => {
  const digest = sha256(Buffer.concat([Buffer.from("lampkeeper move code\0"), publicKey]));
  const letters = [...digest.subarray(0, 12)].map((byte) => alphabet[byte & 31]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
};

/** Whether nothing was set up here yet. */
export const isHomeEmpty = (store: GuardedStore): boolean =>
  (["devices", "rooms", "zones", "groups", "scenes", "rules"] as const).every(
    (name) => [...store.collection(name).entries()].length === 0,
  );

/**
 * A home that moves from one hub to another, with its people and their keys: sealed for the one hub whose code was typed, and
 * for no other. The hub that was left is reset then, like any other.
 */
export class MoveService {
  readonly #clock: Clock;
  readonly #from: PackedFrom;
  readonly #stage: Staging;
  #offer: (MoveOffer & { readonly pair: KeyPair }) | undefined;

  constructor(clock: Clock, from: PackedFrom, stage: Staging) {
    this.#clock = clock;
    this.#from = from;
    this.#stage = stage;
  }

  /** Offers to take a home in; an earlier offer is over. @throws HomeNotEmpty */
  offer(): MoveOffer {
    if (!isHomeEmpty(this.#from.store))
      throw new HomeNotEmpty("a home moves into a hub that has none: reset this one first");
    const pair = keyPairOf(this.#from.entropy.bytes(x25519Bytes));
    const { publicKey } = pair;
    const expires = later(this.#clock.now(), offerLives);
    this.#offer = { pair, publicKey, code: moveCode(publicKey), expires };
    return this.#offer;
  }

  /**
   * This home, sealed for the hub of an offer.
   * @param code as that hub shows it
   * @throws OfferRefused
   */
  pack(offered: Uint8Array, code: string): Iterable<Buffer> {
    const typed = code.toLowerCase().replaceAll(/[^a-z2-7]/g, "");
    if (typed !== moveCode(offered).replaceAll("-", ""))
      throw new OfferRefused("the code is not that of this offer: read it off the other hub");
    const pair = keyPairOf(this.#from.entropy.bytes(x25519Bytes));
    const secret = agreed(pair.privateKey, offered);
    if (secret === undefined) throw new OfferRefused("this is no offer of a hub");
    const head = moveHead(pair.publicKey);
    const home = packedForMove(this.#from, this.#clock.now());
    return wipedAfter(sealedHome(home, moveKey(secret, head, offered), head), () => wipePackage(home));
  }

  /**
   * Takes the home in that was sealed for this hub, at the next start.
   * @throws HomeNotEmpty, OfferRefused: nothing is offered, or no more; BackupUnreadable, BackupRefused; StoreFailed
   */
  take(file: Buffer): { readonly devices: number; readonly people: number } {
    const offer = this.#offer;
    if (offer === undefined || this.#clock.now() >= offer.expires)
      throw new OfferRefused("this hub offers nothing, or no more: ask it again");
    if (!isHomeEmpty(this.#from.store)) throw new HomeNotEmpty("there is a home in this hub by now");
    const head = headOf(file, "move");
    const secret = agreed(offer.pair.privateKey, head.subarray(-x25519Bytes));
    if (secret === undefined) throw new BackupUnreadable("this was not sealed for this hub");
    const home = openedHome(file, moveKey(secret, head, offer.publicKey), head);
    try {
      assertHomeRecords(home.records);
      this.#stage.stage(home);
      this.#offer = undefined;
      return { devices: home.records["devices"]?.length ?? 0, people: home.people.length };
    } finally {
      wipePackage(home);
    }
  }
}

function* wipedAfter(file: Iterable<Buffer>, wipe: () => void): Generator<Buffer, void> {
  try {
    yield* file;
  } finally {
    wipe();
  }
}
