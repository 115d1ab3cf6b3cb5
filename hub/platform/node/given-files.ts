import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InvalidInput } from "../../domain/errors.ts";

/** The content of a file that an option names. @throws InvalidInput naming the option, never the file */
export const givenFile = (option: string, file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new InvalidInput(`the file of --${option} cannot be read`, { path: option });
  }
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
