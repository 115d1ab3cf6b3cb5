import { createPublicKey, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InvalidInput } from "../../domain/errors.ts";
import type { TlsIdentity } from "../../ports/network.ts";

/** The content of a file that an option names; `-` is standard input. @throws InvalidInput naming the option, never the file */
export const givenFile = (option: string, file: string): Buffer => {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch {
    throw new InvalidInput(`the file of --${option} cannot be read`, { path: option });
  }
};

/**
 * Certificate and key, looked at together.
 * @param options `--tls-cert` and `--tls-key`, or the same of another beginning
 * @throws InvalidInput when they are not PEM or not of each other
 */
export const givenIdentity = (
  options: "tls" | "broker",
  { certificateFile, keyFile }: { readonly certificateFile: string; readonly keyFile: string },
): TlsIdentity => {
  const certificate = givenFile(`${options}-cert`, certificateFile).toString();
  const key = givenFile(`${options}-key`, keyFile);
  try {
    // Most starts have none to look at, and loading this takes some of their time.
    process.getBuiltinModule("node:tls").createSecureContext({ cert: certificate, key });
  } catch {
    throw new InvalidInput(
      `the files of --${options}-cert and --${options}-key are not a certificate and its private key (PEM, without passphrase)`,
      { path: `${options}-cert` },
    );
  }
  return { certificate, key };
};

/** A secret in a file, without the end of line that editors add. @throws as `givenFile` */
export const givenSecret = (option: string, file: string): Buffer => {
  const content = givenFile(option, file);
  const end = content.findLastIndex((byte) => byte !== 0x0a && byte !== 0x0d);
  return content.subarray(0, end + 1);
};

/**
 * Keys to check signatures with: one or more Ed25519 public keys (PEM). Undefined: none.
 * @throws InvalidInput when the file holds anything else
 */
export const givenSignatureKeys = (option: string, file: string | undefined): readonly KeyObject[] => {
  if (file === undefined) return [];
  const blocks =
    givenFile(option, file)
      .toString()
      .match(/-----BEGIN [\s\S]*?-----END [^\n]*-----/g) ?? [];
  const keys = blocks.map(publicKey);
  if (keys.length > 0 && keys.every((key) => key?.asymmetricKeyType === "ed25519"))
    return keys as KeyObject[];
  throw new InvalidInput(`the file of --${option} holds no Ed25519 public key (PEM)`, { path: option });
};

/** A private key would give its public half as well; but it has no business on a hub. */
const publicKey = (pem: string): KeyObject | undefined => {
  if (!pem.startsWith("-----BEGIN PUBLIC KEY-----")) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
};

/** The built app: beside the bundle, or in `dist` of a checkout; undefined when it was not built. */
export const appFolder = (): string | undefined => {
  const here = dirname(fileURLToPath(import.meta.url));
  return ["app", "../app", "../../../dist/app"]
    .map((place) => join(here, place))
    .find((place) => existsSync(join(place, "index.html")));
};
