import { canonicalJson, type Json } from "../codec/canonical-json.ts";
import { sha256 } from "../crypto/digest.ts";
import type { DeviceId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import { modelDesignation } from "../domain/model.ts";
import type { ResetIntent } from "../domain/reset.ts";
import { type ProtectorKind, protectorKinds } from "../domain/vault.ts";
import {
  certificateSchema,
  type SignedCertificate,
  type WipeCertificate,
} from "../domain/wipe-certificate.ts";
import type { Clock } from "../ports/clock.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { DeviceKey } from "../vault/device-key.ts";

export const certificateFile = "reset-certificate";

export interface Firmware {
  readonly version: string;
  /** SHA-256 of what runs, hex. */
  readonly hash: string;
}

/** The certificate of the last reset; undefined: there was none. */
export const readCertificate = (files: SmallFiles): SignedCertificate | undefined => {
  const bytes = files.read(certificateFile);
  return bytes === undefined ? undefined : JSON.parse(bytes.toString());
};

/** What held the keys of the hub that was reset; undefined: none was, or the certificate is damaged. */
export const protectorBefore = (files: SmallFiles): ProtectorKind | undefined => {
  try {
    const said = readCertificate(files)?.sanitization?.protector;
    return protectorKinds.find((kind) => kind === said);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

export const writeCertificate = (files: SmallFiles, certificate: SignedCertificate): void =>
  files.replace(certificateFile, Buffer.from(`${JSON.stringify(certificate, null, 2)}\n`));

/** The device's own key, in hex, is what a verifier is told to expect. */
export const serialNumberOf = (publicKey: Uint8Array): string =>
  sha256(publicKey).subarray(0, 16).toString("hex");

/** @param left files that a new hub would not have */
export const certificateOf = (
  intent: ResetIntent,
  key: DeviceKey,
  firmware: Firmware,
  clock: Clock,
  left: readonly string[],
): SignedCertificate => {
  const { id, level, challenge, by, at, vault, items, retained } = intent;
  const statement: WipeCertificate = {
    schema: certificateSchema,
    reset: {
      id,
      level,
      challenge,
      counter: key.count(),
      begun: isoText(at),
      ended: isoText(clock.now()),
      clock: clock.trust().level,
      person: by,
    },
    device: {
      manufacturer: "Lampkeeper",
      model: modelDesignation,
      serialNumber: serialNumberOf(key.publicKey),
      publicKey: key.publicKey.toString("hex"),
      firmware,
    },
    media: { type: "file system", source: "state and key folders of the hub" },
    sanitization: {
      standard: "NIST SP 800-88",
      description: vault.sanitization === "purge" ? "Purge" : "Clear",
      method: "cryptographic erase: every key destroyed first, then every file overwritten and removed",
      tool: `Lampkeeper ${firmware.version}`,
      protector: vault.protector,
      nvIndexRemoved: vault.protector === "tpm",
      keysDestroyed: { ...destroyedOf(intent), root: 1, epoch: 1 },
      backup: "none",
    },
    items,
    devices: devicesOf(intent),
    retainedMessages: retained,
    verification: {
      method:
        "every file in the hub's folders listed and compared with a new hub's; the keys asked for and not found",
      result: left.length === 0 ? "passed" : "failed",
      left: left.length,
    },
    confidentiality: "none",
  };
  // What is signed is what JSON can say of it: that is all a verifier has.
  const text = canonicalJson(statement as unknown as Json);
  const signature = { algorithm: "Ed25519", value: key.sign(Buffer.from(text)).toString("hex") } as const;
  return { ...statement, signature };
};

/** The key of the device links goes on to the next owner, with the links. */
const destroyedOf = ({ level, keys }: ResetIntent): ResetIntent["keys"] => {
  const { "device-link": link = 0, ...others } = keys;
  return level === "factory" ? { ...others, "device-link": link } : others;
};

/** Devices that a hand over leaves set up are nobody's business here. */
const devicesOf = ({ level, devices, outcomes }: ResetIntent): WipeCertificate["devices"] => {
  const told = level === "factory" ? devices : [];
  const those = (...wanted: readonly unknown[]): readonly DeviceId[] =>
    told.filter((id) => wanted.includes(outcomes[id]));
  return {
    confirmed: those("confirmed").length,
    unconfirmed: those("told", undefined),
    unable: those("unable"),
  };
};
