import { base32 } from "../codec/base32.ts";
import { sameDigest, sha256 } from "../crypto/digest.ts";
import { totpDigits, totpPeriodSeconds, totpSecretBytes, totpStep, totpStepOf } from "../crypto/totp.ts";
import type { SecondFactor } from "../domain/account.ts";
import type { PersonId } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SecretShelf } from "../privacy/secret-shelf.ts";

const recoveryCodes = 8;
/** Sixteen characters of base32: 80 bits. */
const recoveryBytes = 10;

/** Codes of authenticators, and what is there instead when one is lost. The secrets are each under its person's key. */
export class SecondFactors {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #secrets: SecretShelf;

  constructor(clock: Clock, entropy: Entropy, secrets: SecretShelf) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#secrets = secrets;
  }

  /** Draws a secret, in place of one that is there. @returns what an authenticator reads as a QR code; it is shown this once */
  begin(person: PersonId, name: string): string {
    const secret = this.#entropy.bytes(totpSecretBytes);
    this.#secrets.put(person, secret);
    const label = `Lampkeeper:${encodeURIComponent(name)}`;
    const text = base32(secret);
    secret.fill(0);
    return `otpauth://totp/${label}?secret=${text}&issuer=Lampkeeper&algorithm=SHA1&digits=${totpDigits}&period=${totpPeriodSeconds}`;
  }

  /** What is left of a second factor when this code has been used; undefined: it is none, or was used before. */
  use(person: PersonId, factor: SecondFactor, code: Uint8Array): SecondFactor | undefined {
    return this.#useTotp(person, factor, code) ?? useRecovery(factor, code);
  }

  /** A second factor that is in force from this code on, with its recovery codes; undefined: it is not the code. */
  confirm(
    person: PersonId,
    code: Uint8Array,
  ): { readonly factor: SecondFactor; readonly codes: readonly string[] } | undefined {
    const codes = Array.from({ length: recoveryCodes }, () => this.#recoveryCode());
    const recovery = codes.map((each) => recoveryHash(Buffer.from(each)));
    const factor = this.#useTotp(person, { lastStep: 0, recovery }, code);
    return factor === undefined ? undefined : { factor, codes };
  }

  end(person: PersonId): void {
    this.#secrets.remove(person);
  }

  #useTotp(person: PersonId, factor: SecondFactor, code: Uint8Array): SecondFactor | undefined {
    const now = totpStep(this.#clock.now());
    const step = this.#secrets.read(person, (secret) => totpStepOf(secret, code, now));
    return step === undefined || step <= factor.lastStep ? undefined : { ...factor, lastStep: step };
  }

  /** Four groups of four, as people copy them. */
  #recoveryCode(): string {
    const text = base32(this.#entropy.bytes(recoveryBytes)).toLowerCase();
    return text.replace(/(.{4})(?=.)/g, "$1-");
  }
}

const useRecovery = (factor: SecondFactor, code: Uint8Array): SecondFactor | undefined => {
  const hash = recoveryHash(code);
  const recovery = factor.recovery.filter((each) => !sameDigest(Buffer.from(each), Buffer.from(hash)));
  return recovery.length === factor.recovery.length ? undefined : { ...factor, recovery };
};

/** However it was typed: capitals and dashes do not count. */
const recoveryHash = (code: Uint8Array): string => {
  const letters = Buffer.from(code.filter((byte) => byte !== 0x2d && byte !== 0x20).map(small));
  const hash = sha256(letters).toString("hex");
  letters.fill(0);
  return hash;
};

const small = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);
