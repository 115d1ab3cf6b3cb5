import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { idPrefixes, type PersonId, type PhoneId } from "../../hub/domain/ids.ts";
import { type PhoneWord, phoneWords } from "../../hub/domain/presence-token.ts";
import { type Duration, type Instant, toSeconds } from "../../hub/domain/units.ts";

/** What the hub calls a phone and its owner: told at the enrolment. */
export interface PhoneIdentity {
  readonly person: PersonId;
  readonly phone: PhoneId;
}

/** What is said with one token. */
export interface Said {
  readonly word: PhoneWord;
  readonly counter: number;
  readonly issuedAt: Instant;
  readonly eta?: Duration;
  /** Of `agreed`: of what its owner was shown. */
  readonly version?: number;
}

const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");
const purpose = Buffer.from("lampkeeper presence token\0");
const head = 40;

/** The half of a key pair that never leaves the phone. */
export class PhoneKey {
  readonly #key: KeyObject;

  /** @param seed 32 bytes: the private key of RFC 8032 */
  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
  }

  /** As it is enrolled: base64url. */
  get publicKey(): string {
    const spki = createPublicKey(this.#key).export({ format: "der", type: "spki" });
    return spki.subarray(-32).toString("base64url");
  }

  /** A token as docs/presence-token.md writes it down: read from there, not from the hub's code. */
  sign(
    { person, phone }: PhoneIdentity,
    { word, counter, issuedAt, eta, version = 0 }: Said,
  ): Uint8Array<ArrayBuffer> {
    const body = Buffer.alloc(head);
    body.writeUInt8(1, 0);
    body.writeUInt8(phoneWords.indexOf(word) + 1, 1);
    body.write(person.slice(idPrefixes.person.length), 2, "latin1");
    body.write(phone.slice(idPrefixes.phone.length), 14, "latin1");
    body.writeUIntBE(counter, 26, 6);
    body.writeUIntBE(issuedAt, 32, 6);
    body.writeUInt16BE(eta === undefined ? version : Math.min(65_535, Math.round(toSeconds(eta))), 38);
    const signature = sign(null, Buffer.concat([purpose, body]), this.#key);
    return new Uint8Array([...body, ...signature]);
  }
}
