import type { DeviceId } from "./ids.ts";
import type { ModelDesignation } from "./model.ts";
import type { ResetBy, ResetId, RetainedOutcome } from "./reset.ts";
import type { VaultStatus } from "./vault.ts";

export const certificateSchema = "lampkeeper.wipe-certificate/1";

/**
 * What a reset did, after the certificate of sanitization of NIST SP 800-88 (Rev. 1, 4.8), with nothing in it that is
 * about anybody. Instants are ISO 8601, UTC; bytes are hex.
 */
export interface WipeCertificate {
  readonly schema: typeof certificateSchema;
  readonly reset: {
    readonly id: ResetId;
    readonly level: "hand-over" | "factory";
    /** As who asked for it drew it; empty where nobody did. */
    readonly challenge: string;
    /** Of the device: grows with every reset. */
    readonly counter: number;
    readonly begun: string;
    readonly ended: string;
    /** How far the device's clock could be believed when it ended. */
    readonly clock: "unknown" | "restored" | "trusted";
    /** Whom the standard wants named, as a role. */
    readonly person: ResetBy;
  };
  readonly device: {
    readonly manufacturer: "Lampkeeper";
    readonly model: ModelDesignation;
    /** First 16 bytes of SHA-256 of the public key. */
    readonly serialNumber: string;
    /** Ed25519, 32 bytes. */
    readonly publicKey: string;
    readonly firmware: { readonly version: string; readonly hash: string };
  };
  readonly media: { readonly type: string; readonly source: string };
  readonly sanitization: {
    readonly standard: "NIST SP 800-88";
    readonly description: "Clear" | "Purge";
    readonly method: string;
    readonly tool: string;
    readonly protector: VaultStatus["protector"];
    /** The chip has forgotten the root key: nothing on any medium opens what hung on it. */
    readonly nvIndexRemoved: boolean;
    /** By purpose, how many of each. */
    readonly keysDestroyed: Readonly<Record<string, number>>;
    readonly backup: "none";
  };
  /** Records there were, by category of the data map. */
  readonly items: Readonly<Record<string, number>>;
  readonly devices: {
    /** Proved that their storage is erased. */
    readonly confirmed: number;
    /** Were told, or could not be reached. */
    readonly unconfirmed: readonly DeviceId[];
    /** Cannot be told: erase them by hand. */
    readonly unable: readonly DeviceId[];
  };
  /** What the owner's own broker had retained of this home. */
  readonly retainedMessages: RetainedOutcome;
  readonly verification: {
    readonly method: string;
    readonly result: "passed" | "failed";
    /** Files in the hub's folders that are none of what a new hub has; they were not the hub's, or could not be removed. */
    readonly left: number;
  };
  readonly confidentiality: "none";
}

/** @see WipeCertificate. The signature is Ed25519 over the rest as canonical JSON. */
export interface SignedCertificate extends WipeCertificate {
  readonly signature: { readonly algorithm: "Ed25519"; readonly value: string };
}
