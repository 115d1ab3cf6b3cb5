import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

/** The half of a program's key pair that stays with the program; what it signs is in docs/developer-access.md. */
export class DeveloperKey {
  readonly #key: KeyObject;

  /** @param seed 32 bytes: the private key of RFC 8032 */
  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: "der", type: "pkcs8" });
  }

  /** As it is made known: base64url. */
  get publicKey(): string {
    const spki = createPublicKey(this.#key).export({ format: "der", type: "spki" });
    return spki.subarray(-32).toString("base64url");
  }

  /** Shows that the key is its maker's. */
  signApplication(label: string): string {
    return this.#signed(`lampkeeper developer apply\n${this.publicKey}\n${label}`);
  }

  /** Answers a challenge of the hub. */
  signProof(id: string, challenge: string): string {
    return this.#signed(`lampkeeper developer token\n${id}\n${challenge}`);
  }

  #signed(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString("base64url");
  }
}
