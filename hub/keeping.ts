import type { HubConfig } from "./config.ts";
import type { ProtectorKind } from "./domain/vault.ts";
import type { Keeping } from "./home-store.ts";
import { givenSecret } from "./platform/node/given-files.ts";
import { serviceCredential } from "./platform/node/service-credential.ts";
import { Tpm } from "./platform/node/tpm.ts";
import type { Entropy } from "./ports/entropy.ts";
import { chosenProtector } from "./vault/chosen-protector.ts";

/**
 * Keys that do not just lie in files: read, asked for and wiped around one start. Loaded only where they are, so that
 * a start with key files pays for none of it.
 * @param before what held the keys of the hub that was reset here
 */
export const keepingOf = (
  entropy: Entropy,
  config: HubConfig,
  environment: Readonly<Record<string, string | undefined>>,
  before?: ProtectorKind,
): Required<Pick<Keeping, "protector">> => ({
  protector: (places) => {
    const passphrase = secretIn("passphrase-file", config.passphraseFile);
    const newPassphrase = secretIn("new-passphrase-file", config.newPassphraseFile);
    const credential = serviceCredential(environment);
    try {
      return chosenProtector(entropy, places, {
        ...(config.protector === undefined ? {} : { wanted: config.protector }),
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(newPassphrase === undefined ? {} : { newPassphrase }),
        ...(credential === undefined ? {} : { credential }),
        ...(before === undefined ? {} : { before }),
        chip: () => new Tpm(environment),
      });
    } finally {
      for (const secret of [passphrase, newPassphrase, credential]) secret?.fill(0);
    }
  },
});

const secretIn = (option: string, file: string | undefined): Buffer | undefined =>
  file === undefined ? undefined : givenSecret(option, file);
