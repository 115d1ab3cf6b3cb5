import { createPublicKey, verify } from "node:crypto";

/**
 * Checks what a Lampkeeper hub certifies of a reset: of nothing but the certificate, the key that the device is known
 * by, and what its buyer drew or noted. Needs Node and no package.
 */
export interface Expected {
  /** The device's public key as it was known before the reset: Ed25519, 32 bytes. */
  readonly deviceKey: Uint8Array;
  /** Least value of the device's counter. */
  readonly counter?: number | undefined;
  /** What was asked to stand in it, hex. */
  readonly challenge?: string | undefined;
}

/**
 * Why a certificate is refused. `malformed`: it is none. `other-device`: of a device with another key. `forged`: not as
 * that device signed it, by whoever wrote or edited it. `replayed`: of another reset than this one. `incomplete`: the
 * device itself says that something is left.
 */
export type Refusal = "malformed" | "other-device" | "forged" | "replayed" | "incomplete";

export type Verdict =
  | { readonly isGood: true; readonly certificate: Certificate }
  | { readonly isGood: false; readonly refusal: Refusal; readonly detail: string };

/** The parts that are looked at here. Everything in it is signed. */
export interface Certificate {
  readonly schema: string;
  readonly reset: {
    readonly id: string;
    readonly level: string;
    readonly counter: number;
    readonly challenge: string;
    readonly ended: string;
  };
  readonly device: { readonly publicKey: string };
  readonly sanitization: { readonly description: string };
  readonly devices: { readonly unconfirmed: readonly string[]; readonly unable: readonly string[] };
  readonly verification: { readonly result: string; readonly left: number };
  readonly signature: { readonly algorithm: string; readonly value: string };
}

const schema = "lampkeeper.wipe-certificate/1";

/** @param text of the file, as it was handed over */
export const checkCertificate = (text: string, { deviceKey, counter, challenge }: Expected): Verdict => {
  const certificate = certificateIn(text);
  if (certificate === undefined) return refused("malformed", "this is no certificate of a Lampkeeper hub");
  const { reset, device, verification } = certificate;
  if (device.publicKey !== hexOf(deviceKey))
    return refused("other-device", "the certificate is of a device with another key");
  if (!isSigned(certificate, deviceKey))
    return refused(
      "forged",
      "the signature is not of this device: the certificate was written or edited by somebody else",
    );
  if (counter !== undefined && reset.counter < counter)
    return refused(
      "replayed",
      `the certificate is of an earlier reset: its counter is ${reset.counter}, not ${counter} or more`,
    );
  if (challenge !== undefined && reset.challenge !== challenge)
    return refused("replayed", "the certificate is of another reset: it does not hold the challenge");
  if (verification.result !== "passed")
    return refused("incomplete", `the device says that ${verification.left} files or keys are left`);
  return { isGood: true, certificate };
};

const refused = (refusal: Refusal, detail: string): Verdict => ({ isGood: false, refusal, detail });

const certificateIn = (text: string): Certificate | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isCertificate(value) ? value : undefined;
};

/** What is looked at has the shape it is taken for; the rest only has to be signed. */
const isCertificate = (value: unknown): value is Certificate => {
  const at = (...path: readonly string[]): unknown =>
    path.reduce<unknown>((each, name) => (isRecord(each) ? each[name] : undefined), value);
  const texts = [
    at("reset", "id"),
    at("reset", "level"),
    at("reset", "challenge"),
    at("reset", "ended"),
    at("device", "publicKey"),
    at("sanitization", "description"),
    at("verification", "result"),
    at("signature", "value"),
  ];
  return (
    at("schema") === schema &&
    at("signature", "algorithm") === "Ed25519" &&
    texts.every((each) => typeof each === "string") &&
    [at("reset", "counter"), at("verification", "left")].every(Number.isSafeInteger) &&
    [at("devices", "unconfirmed"), at("devices", "unable")].every(Array.isArray)
  );
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** SubjectPublicKeyInfo of an Ed25519 key without its 32 bytes [RFC 8410, 4]. */
const head = Buffer.from("302a300506032b6570032100", "hex");

const isSigned = (certificate: Certificate, deviceKey: Uint8Array): boolean => {
  const { signature, ...statement } = certificate;
  const value = Buffer.from(signature.value, "hex");
  if (deviceKey.length !== 32 || value.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([head, deviceKey]), format: "der", type: "spki" });
  return verify(null, Buffer.from(canonical(statement)), key, value);
};

/** One text for one value: names sorted, no white space. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
