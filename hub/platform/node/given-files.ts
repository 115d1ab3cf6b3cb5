import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createSecureContext } from "node:tls";
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

/** Certificate and key, looked at together. @throws InvalidInput when they are not PEM or not of each other */
export const givenIdentity = (certificateFile: string, keyFile: string): TlsIdentity => {
  const certificate = givenFile("tls-cert", certificateFile).toString();
  const key = givenFile("tls-key", keyFile);
  try {
    createSecureContext({ cert: certificate, key });
  } catch {
    throw new InvalidInput(
      "the files of --tls-cert and --tls-key are not a certificate and its private key (PEM, without passphrase)",
      { path: "tls-cert" },
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

/** The built app: beside the bundle, or in `dist` of a checkout; undefined when it was not built. */
export const appFolder = (): string | undefined => {
  const here = dirname(fileURLToPath(import.meta.url));
  return ["app", "../app", "../../../dist/app"]
    .map((place) => join(here, place))
    .find((place) => existsSync(join(place, "index.html")));
};
