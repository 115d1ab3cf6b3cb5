import type { KeyObject } from "node:crypto";
import { keyBytes } from "../crypto/envelope.ts";
import { hkdf, type ScryptCost, scrypt } from "../crypto/kdf.ts";
import { openedChunks, sealedChunks } from "../crypto/sealed-stream.ts";
import { secretKey } from "../crypto/secret-key.ts";
import { x25519Bytes } from "../crypto/x25519.ts";
import { BackupRefused, BackupUnreadable } from "../domain/rights.ts";
import { decodePackage, encodePackage, type HomePackage } from "../privacy/home-package.ts";

/**
 * The file of a backup or of a move.
 *
 * magic (8) | version u8 | kind u8 | what its key hangs on | chunks (`crypto/sealed-stream`)
 *
 * Backup: log2 N u8 | r u8 | p u8 | 0 | salt (16). Move: public key of who sent it (32).
 */
const magic = Buffer.from("LKHOME\0\u0001", "latin1");
const version = 1;
const kinds = { backup: 1, move: 2 } as const;
const prefixBytes = magic.length + 2;
const saltBytes = 16;
const headBytes = { 1: prefixBytes + 4 + saltBytes, 2: prefixBytes + x25519Bytes } as const;

/** What OWASP's Password Storage Cheat Sheet asks for at least: 128 MiB, and some 0.3 s. */
export const backupCost: ScryptCost = { logN: 17, r: 8, p: 1 };
/** A file that asks for more would only keep the hub busy. */
const ceiling: ScryptCost = { logN: 20, r: 16, p: 4 };

const prefix = (kind: keyof typeof kinds): Buffer => Buffer.concat([magic, Buffer.of(version, kinds[kind])]);

export const backupHead = ({ logN, r, p }: ScryptCost, salt: Uint8Array): Buffer =>
  Buffer.concat([prefix("backup"), Buffer.of(logN, r, p, 0), salt]);

export const moveHead = (publicKey: Uint8Array): Buffer => Buffer.concat([prefix("move"), publicKey]);

/** @param passphrase stays the caller's. @param floor less work than this is refused. @throws BackupRefused */
export const backupKey = (passphrase: Uint8Array, head: Buffer, floor: ScryptCost): KeyObject => {
  const [logN = 0, r = 0, p = 0] = head.subarray(prefixBytes);
  const isWeak = logN < floor.logN || r < floor.r || p < floor.p;
  if (isWeak || logN > ceiling.logN || r > ceiling.r || p > ceiling.p)
    throw new BackupRefused("its passphrase is turned into a key in a way this hub does not accept", {
      reason: "cost",
    });
  const stretched = scrypt(passphrase, head.subarray(prefixBytes + 4), { logN, r, p }, keyBytes);
  try {
    return secretKey(hkdf(stretched, head, "lampkeeper backup", keyBytes));
  } finally {
    stretched.fill(0);
  }
};

/** @param agreed what both ends computed, 32 bytes; wiped. @param receiver public key of who it is for */
export const moveKey = (agreed: Buffer, head: Buffer, receiver: Uint8Array): KeyObject => {
  try {
    return secretKey(hkdf(agreed, Buffer.concat([head, receiver]), "lampkeeper move", keyBytes));
  } finally {
    agreed.fill(0);
  }
};

/** @param home its secrets are copied and stay the caller's */
export function* sealedHome(home: HomePackage, key: KeyObject, head: Buffer): Generator<Buffer, void> {
  const plain = encodePackage(home);
  try {
    yield head;
    yield* sealedChunks(key, head, plain);
  } finally {
    plain.fill(0);
  }
}

/** A file whose head was read and no more. @throws BackupUnreadable, BackupRefused */
export const headOf = (file: Buffer, kind: keyof typeof kinds): Buffer => {
  const [found, kindFound] = file.subarray(magic.length, prefixBytes);
  if (!file.subarray(0, magic.length).equals(magic)) throw unreadable();
  if (found !== version)
    throw new BackupRefused("it is of a later version; update this hub first", { reason: "version" });
  if (kindFound !== kinds[kind]) throw unreadable();
  const head = file.subarray(0, headBytes[kinds[kind]]);
  if (head.length < headBytes[kinds[kind]]) throw unreadable();
  return head;
};

/** @throws BackupUnreadable */
export const openedHome = (file: Buffer, key: KeyObject, head: Buffer): HomePackage => {
  const plain = openedChunks(key, head, file.subarray(head.length));
  const home = plain && decodePackage(plain);
  plain?.fill(0);
  if (home === undefined) throw unreadable();
  return home;
};

/** A wrong key and a changed byte look alike, and so they shall. */
const unreadable = (): BackupUnreadable =>
  new BackupUnreadable(
    "this does not open: another passphrase or code, cut off, changed on its way, or not of a hub",
  );
