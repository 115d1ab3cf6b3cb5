import { InvalidInput } from "../domain/errors.ts";
import { KeyMissing } from "../domain/store-errors.ts";
import type { ProtectorKind } from "../domain/vault.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { KeyChip } from "../ports/key-chip.ts";
import type { SmallFiles } from "../ports/store.ts";
import {
  changeProtector,
  type FiledProtector,
  finishChange,
  keysOf,
  type ProtectorPlaces,
} from "./change-protector.ts";
import { KeyFileProtector } from "./key-file.ts";
import { newPassphrase, openPassphrase } from "./passphrase.ts";
import type { Protector } from "./protector.ts";
import { comingFile, type FiledKind, protectorFile, readProtector } from "./protector-file.ts";
import { newCredential, openCredential } from "./systemd-credential.ts";
import { TpmProtector } from "./tpm-protector.ts";

/** What a vault is opened with. The secrets stay the caller's, who wipes them. */
export interface ProtectorChoice {
  /** Absent: as the vault was closed; a new one as its secrets say, or as the one before it. */
  readonly wanted?: ProtectorKind;
  /** What held the keys of the vault that was here before a reset. Absent: there was none. */
  readonly before?: ProtectorKind;
  readonly passphrase?: Uint8Array;
  /** To be used from here on. */
  readonly newPassphrase?: Uint8Array;
  /** What systemd hands to the service. */
  readonly credential?: Uint8Array;
  readonly chip: () => KeyChip;
}

/** Where one vault has its small files: data folder and key folder. */
export interface VaultFiles {
  readonly files: SmallFiles;
  readonly keyFiles: SmallFiles;
}

/**
 * The protector of a vault, as it was closed; or as it shall be from here on, and then the keys move.
 * @throws PassphraseWrong, CredentialWrong, ProtectorDamaged, ProtectorDowngraded, TpmMissing, TpmChanged, TpmFailed,
 * KeyMissing, InvalidInput: what was asked for cannot be, and nothing was touched
 */
export const chosenProtector = (
  entropy: Entropy,
  { files, keyFiles }: VaultFiles,
  choice: ProtectorChoice,
): Protector => {
  const places = placesOf(entropy, { files, keyFiles }, choice);
  finishChange(places);
  const present = presentProtector(entropy, keyFiles, choice);
  const names = keysOf(files);
  const isNew = names.every((name) => present.load(name)?.fill(0) === undefined);
  const wanted = kindFor(present, isNew, choice);
  if (!isNew && wanted === present.kind && choice.newPassphrase === undefined) return present;
  const at = isNew ? protectorFile : comingFile;
  const next = makers[wanted](entropy, keyFiles, choice, { isMoved: !isNew, at });
  if (!isNew) return changeProtector(places, present, next);
  // Of a first start that was cut off.
  for (const name of names) present.destroy(name);
  return next;
};

const kindFor = (present: Protector, isNew: boolean, choice: ProtectorChoice): ProtectorKind => {
  const { wanted, passphrase } = choice;
  const kind = wanted ?? (isNew ? newKind(present, choice) : present.kind);
  if (passphrase !== undefined && kind !== "passphrase" && present.kind !== "passphrase") {
    throw new InvalidInput(
      "these keys are not closed with a passphrase; to close them with one, add --protector passphrase",
      { path: "passphrase-file" },
    );
  }
  return kind;
};

/** After a reset as before it, where that needs nothing that nobody gave. */
const newKind = (present: Protector, { passphrase, before, credential }: ProtectorChoice): ProtectorKind => {
  if (passphrase !== undefined) return "passphrase";
  if (before === "tpm" || (before === "systemd" && credential !== undefined)) return before;
  return present.kind;
};

/** Of a change that was cut off, only a chip has something outside the file. */
const placesOf = (
  entropy: Entropy,
  { files, keyFiles }: VaultFiles,
  { chip }: ProtectorChoice,
): ProtectorPlaces => ({
  files,
  keyFiles,
  filed: (name) => {
    const file = readProtector(keyFiles, name);
    return file?.kind === "tpm" ? new TpmProtector(entropy, keyFiles, chip(), file, name) : undefined;
  },
});

const presentProtector = (entropy: Entropy, keyFiles: SmallFiles, choice: ProtectorChoice): Protector => {
  const file = readProtector(keyFiles);
  if (file === undefined) return new KeyFileProtector(keyFiles);
  switch (file.kind) {
    case "passphrase":
      return openPassphrase(entropy, keyFiles, file, given(choice.passphrase, passphraseMissing));
    case "systemd":
      return openCredential(entropy, keyFiles, file, given(choice.credential, credentialMissing));
    case "tpm":
      return new TpmProtector(entropy, keyFiles, choice.chip(), file).finish();
  }
};

type Maker<Made> = (
  entropy: Entropy,
  files: SmallFiles,
  choice: ProtectorChoice,
  how: { readonly isMoved: boolean; readonly at: string },
) => Made;

const makers: { readonly [Kind in FiledKind]: Maker<FiledProtector> } & {
  readonly "key-file": Maker<KeyFileProtector>;
} = {
  "key-file": (_entropy, files) => new KeyFileProtector(files),
  passphrase: (entropy, files, { passphrase, newPassphrase: fresh }, how) =>
    newPassphrase(entropy, files, given(fresh ?? passphrase, passphraseMissing), how),
  systemd: (entropy, files, { credential }, how) =>
    newCredential(entropy, files, given(credential, credentialMissing), how),
  tpm: (entropy, files, { chip }, { isMoved, at }) =>
    new TpmProtector(
      entropy,
      files,
      chip(),
      { kind: "tpm", isMoved, settings: Buffer.alloc(0), entries: new Map() },
      at,
    ),
};

const passphraseMissing = () =>
  new InvalidInput("the keys are closed with a passphrase; give it with --passphrase-file FILE", {
    path: "passphrase-file",
  });

const credentialMissing = () =>
  new KeyMissing(
    "the keys are closed with a systemd credential; start by systemd with LoadCredentialEncrypted=lampkeeper-root",
    { keyName: "lampkeeper-root", protector: "systemd" },
  );

const given = (secret: Uint8Array | undefined, missing: () => Error): Uint8Array => {
  if (secret === undefined) throw missing();
  return secret;
};
