import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import type { Entropy } from "../../../hub/ports/entropy.ts";

/** What is soldered into and printed onto one lamp. */
export interface LampLabel {
  readonly address: string;
  /** 20 symbols, as both ends use it. */
  readonly code: Uint8Array;
}

/** The lamp's own radio. */
export interface LampRadio {
  join(network: { readonly ssid: Uint8Array; readonly password: Uint8Array }): Promise<string>;
}

/** Where its firmware keeps what it was told, by name. What it is given, and what it gives, is wiped by the firmware. */
export interface NamedFlash {
  put(name: string, bytes: Uint8Array): void;
  get(name: string): Uint8Array | undefined;
}

/** What stands before the 32 bytes of an X25519 key in a OneAsymmetricKey [RFC 8410, 7]. */
const oneAsymmetricKey = Buffer.from("302e020100300506032b656e04220420", "hex");
/** Its words for what came of an attempt to join. */
const outcomes = ["joined", "wrong-password", "not-found", "failed"];
/** Offers by somebody who does not know the code, after which it is silent until its mains is gone for a moment. */
const patience = 5;

/** What it has in mind between the first message and the third; for one offer only. */
interface Round {
  readonly proofOfHub: Buffer;
  readonly fromHub: Buffer;
  readonly toHub: Buffer;
}

/**
 * The lamp's half of docs/lamp-provisioning.md, written from that page alone. It tries a network before it keeps it, and
 * a network that it cannot join it does not keep.
 */
export class ProvisioningLamp {
  readonly #entropy: Entropy;
  readonly #label: LampLabel;
  readonly #radio: LampRadio;
  readonly #flash: NamedFlash;
  #round: Round | undefined;
  #disappointments = 0;

  constructor(entropy: Entropy, label: LampLabel, radio: LampRadio, flash: NamedFlash) {
    this.#entropy = entropy;
    this.#label = label;
    this.#radio = radio;
    this.#flash = flash;
  }

  /** Its mains was gone: it goes back into the network that it was told. */
  restart(): void {
    this.#round = undefined;
    this.#disappointments = 0;
    void this.#rejoin();
  }

  async #rejoin(): Promise<void> {
    const kept = this.#flash.get("wifi");
    const network = kept && networkIn(kept);
    if (network !== undefined) await this.#radio.join(network);
    kept?.fill(0);
  }

  /** What it says; undefined: nothing. */
  async hear(message: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#disappointments >= patience || message[0] !== 1) return undefined;
    const rest = message.subarray(2);
    if (message[1] === 1 && rest.length === 32) return this.#greeted(rest);
    if (message[1] === 3 && rest.length > 32) return await this.#offered(rest);
    return undefined;
  }

  #greeted(hubKey: Uint8Array): Uint8Array | undefined {
    const own = createPrivateKey({
      key: Buffer.concat([oneAsymmetricKey, this.#entropy.bytes(32)]),
      format: "der",
      type: "pkcs8",
    });
    const lampKey = publicBytes(own);
    const shared = sharedSecret(own, hubKey);
    if (shared === undefined) return undefined;
    const { address, code } = this.#label;
    const transcript = Buffer.concat([
      Buffer.from("lampkeeper provisioning\0"),
      Buffer.from([address.length]),
      Buffer.from(address),
      hubKey,
      lampKey,
    ]);
    const salt = createHash("sha256").update("lampkeeper printed code\0").update(code).digest();
    const keys = Buffer.from(hkdfSync("sha256", shared, salt, transcript, 128));
    this.#round = {
      proofOfHub: createHmac("sha256", keys.subarray(32, 64)).update("hub").update(transcript).digest(),
      fromHub: keys.subarray(64, 96),
      toHub: keys.subarray(96, 128),
    };
    const proof = createHmac("sha256", keys.subarray(0, 32)).update("lamp").update(transcript).digest();
    return Buffer.concat([Buffer.from([1, 2]), lampKey, proof]);
  }

  async #offered(rest: Uint8Array): Promise<Uint8Array | undefined> {
    const round = this.#round;
    this.#round = undefined;
    if (round === undefined) return undefined;
    const isHub = timingSafeEqual(rest.subarray(0, 32), round.proofOfHub);
    const plain = isHub ? opened(round.fromHub, rest.subarray(32)) : undefined;
    if (plain === undefined) {
      this.#disappointments++;
      return undefined;
    }
    const outcome = await this.#tried(plain);
    plain.fill(0);
    const at = outcomes.indexOf(outcome);
    const word = Buffer.from([at < 0 ? outcomes.indexOf("failed") : at]);
    return Buffer.concat([Buffer.from([1, 4]), sealed(round.toHub, word)]);
  }

  async #tried(plain: Uint8Array): Promise<string> {
    const network = networkIn(plain);
    if (network === undefined) return "failed";
    const outcome = await this.#radio.join(network);
    if (outcome === "joined") this.#flash.put("wifi", plain);
    return outcome;
  }
}

/** Length (1), name, length (1), password, and what fills it up; undefined: it is not that. */
const networkIn = (bytes: Uint8Array) => {
  const ssidEnd = 1 + (bytes[0] ?? 0);
  const end = ssidEnd + 1 + (bytes[ssidEnd] ?? 0);
  if (end > bytes.length) return undefined;
  return { ssid: bytes.subarray(1, ssidEnd), password: bytes.subarray(ssidEnd + 1, end) };
};

const publicBytes = (key: KeyObject): Buffer =>
  Buffer.from(createPublicKey(key).export({ format: "jwk" }).x ?? "", "base64url");

const sharedSecret = (own: KeyObject, other: Uint8Array): Buffer | undefined => {
  const x = Buffer.from(other).toString("base64url");
  try {
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
    return diffieHellman({ privateKey: own, publicKey });
  } catch {
    // A key of small order: with it anybody would share the same secret.
    return undefined;
  }
};

/** AES-256-GCM: algorithm (1) | nonce (12) | ciphertext | tag (16), bound to the head of its message. */
const opened = (key: Buffer, bytes: Uint8Array): Buffer | undefined => {
  if (bytes[0] !== 1 || bytes.length < 29) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, 13));
  decipher.setAAD(Buffer.from([1, 3])).setAuthTag(bytes.subarray(-16));
  const plain = decipher.update(bytes.subarray(13, -16));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
};

const sealed = (key: Buffer, plain: Buffer): Buffer => {
  const nonce = Buffer.alloc(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from([1, 4]));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), nonce, text, cipher.getAuthTag()]);
};
