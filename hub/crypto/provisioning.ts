import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { mostPassphraseBytes, mostSsidBytes } from "../domain/wifi.ts";
import { nonceBytes, open, seal } from "./aead.ts";
import { sameDigest, sha256 } from "./digest.ts";
import { keyBytes } from "./envelope.ts";
import { hkdf } from "./kdf.ts";
import { agreed, type KeyPair, x25519Bytes } from "./x25519.ts";

/*
 * Handing the home's network to a lamp (docs/lamp-provisioning.md): an X25519 agreement that both ends confirm with the
 * code on the lamp's label, then AES-256-GCM. Messages: version (1) | kind (1) | …
 *
 *   1 hello   hub   public key (32)
 *   2 answer  lamp  public key (32) | proof (32)
 *   3 offer   hub   proof (32) | sealed credentials
 *   4 result  lamp  sealed outcome (1)
 */
const version = 1;
const kinds = { hello: 1, answer: 2, offer: 3, result: 4 } as const;
const headBytes = 2;
const proofBytes = 32;
/** Every offer has the same length, whatever the name and the password have. */
const offerBytes = 2 + mostSsidBytes + mostPassphraseBytes + 1;
/** Each key seals one message only. */
const onlyNonce = Buffer.alloc(nonceBytes);

/** What a lamp says of its attempt, by the byte that stands for it. */
export const lampOutcomes = ["joined", "wrong-password", "not-found", "failed"] as const;
export type LampOutcome = (typeof lampOutcomes)[number];

const message = (kind: keyof typeof kinds, ...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(version, kinds[kind]), ...parts]);

const bodyOf = (kind: keyof typeof kinds, bytes: Uint8Array): Buffer | undefined =>
  bytes[0] === version && bytes[1] === kinds[kind] ? Buffer.from(bytes.subarray(headBytes)) : undefined;

export const helloOf = ({ publicKey }: KeyPair): Buffer => message("hello", publicKey);

/** A lamp that has proved to know the code on its label, and how to speak to it. */
export interface ProvenLamp {
  readonly hubProof: Buffer;
  readonly toLamp: KeyObject;
  readonly toHub: KeyObject;
}

/**
 * Whether an answer comes from who knows the code. Undefined: not, or no answer at all.
 * @param own drawn for this attempt alone
 * @param address what the lamp calls itself
 * @param code as `printedCode` makes it
 */
export const provenBy = (
  answer: Uint8Array,
  own: KeyPair,
  address: string,
  code: Uint8Array,
): ProvenLamp | undefined => {
  const body = bodyOf("answer", answer);
  if (body?.length !== x25519Bytes + proofBytes) return undefined;
  const lampKey = body.subarray(0, x25519Bytes);
  const shared = agreed(own.privateKey, lampKey);
  if (shared === undefined) return undefined;
  const transcript = transcriptOf(address, own.publicKey, lampKey);
  const keys = keysOf(shared, code, transcript);
  const key = (index: number): Buffer => keys.subarray(keyBytes * index, keyBytes * (index + 1));
  const isProven = sameDigest(body.subarray(x25519Bytes), proofOf(key(0), "lamp", transcript));
  const proven = {
    hubProof: proofOf(key(1), "hub", transcript),
    toLamp: createSecretKey(key(2)),
    toHub: createSecretKey(key(3)),
  };
  for (const secret of [shared, keys]) secret.fill(0);
  return isProven ? proven : undefined;
};

/** @param credentials as `packWifiCredentials` makes them */
export const offerOf = ({ hubProof, toLamp }: ProvenLamp, credentials: Uint8Array): Buffer => {
  const plain = Buffer.alloc(offerBytes);
  plain.set(credentials);
  const sealed = seal(toLamp, onlyNonce, plain, message("offer"));
  plain.fill(0);
  return message("offer", hubProof, sealed);
};

/** Undefined: not from that lamp. */
export const outcomeIn = (result: Uint8Array, { toHub }: ProvenLamp): LampOutcome | undefined => {
  const sealed = bodyOf("result", result);
  const plain = sealed && open(toHub, sealed, message("result"));
  return plain?.length === 1 ? lampOutcomes[plain[0] ?? -1] : undefined;
};

/** Everything said in the open, and between whom. */
const transcriptOf = (address: string, hubKey: Uint8Array, lampKey: Uint8Array): Buffer => {
  const name = Buffer.from(address);
  return Buffer.concat([
    Buffer.from("lampkeeper provisioning\0"),
    Buffer.of(name.length),
    name,
    hubKey,
    lampKey,
  ]);
};

/** Four keys: of the lamp's proof, of the hub's, and those that seal towards the lamp and towards the hub. */
const keysOf = (shared: Buffer, code: Uint8Array, transcript: Buffer): Buffer => {
  const salt = sha256(Buffer.concat([Buffer.from("lampkeeper printed code\0"), code]));
  return hkdf(shared, salt, transcript, 4 * keyBytes);
};

const proofOf = (secret: Buffer, who: "lamp" | "hub", transcript: Buffer): Buffer =>
  createHmac("sha256", secret).update(who).update(transcript).digest();
