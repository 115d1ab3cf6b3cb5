import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the unit's LoadCredentialEncrypted= calls it. */
const name = "lampkeeper-root";

/**
 * The credential that systemd hands to the service (systemd.exec(5), CREDENTIALS_DIRECTORY); undefined: none. The
 * caller wipes it.
 */
export const serviceCredential = (
  environment: Readonly<Record<string, string | undefined>>,
): Buffer | undefined => {
  const folder = environment["CREDENTIALS_DIRECTORY"];
  if (folder === undefined) return undefined;
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
};
