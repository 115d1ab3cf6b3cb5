import { InvariantBroken } from "../domain/errors.ts";
import type { SmallFiles } from "../ports/store.ts";
import { KeyFileProtector } from "./key-file.ts";
import { decodeRegister, registerFile } from "./key-register.ts";
import type { ProtectedKey, Protector } from "./protector.ts";
import { comingFile, leavingFile, protectorFile } from "./protector-file.ts";

/** A protector whose file can lie aside until it counts. */
export interface FiledProtector extends Protector {
  /** The same keys under the name that counts. */
  installed(): Protector;
}

/** Where the protectors of one vault have their files. */
export interface ProtectorPlaces {
  /** With the key register. */
  readonly files: SmallFiles;
  readonly keyFiles: SmallFiles;
  /** The protector whose file has this name; undefined when there is no file. */
  filed(name: string): Protector | undefined;
}

/** Keys that this vault has, or had a moment ago. */
export const keysOf = (files: SmallFiles): readonly ProtectedKey[] => {
  const register = files.read(registerFile);
  const epoch = (register && decodeRegister(register)?.epoch) ?? 1;
  return ["root", "root-next", "transfer", `epoch-${epoch}`, `epoch-${epoch + 1}`, `epoch-${epoch - 1}`];
};

/**
 * Gives the keys of a vault to another protector. Until the file that names the protector is replaced the old one
 * holds, from then on the new one; what the other has is destroyed, at the next start if the power goes.
 * @param to writes to `comingFile`, or holds key files
 * @returns the new protector
 */
export const changeProtector = (
  places: ProtectorPlaces,
  from: Protector,
  to: FiledProtector | KeyFileProtector,
): Protector => {
  const { files, keyFiles } = places;
  for (const name of keysOf(files)) {
    const key = from.load(name);
    if (key === undefined) continue;
    to.keep(name, key);
    key.fill(0);
  }
  const before = keyFiles.read(protectorFile);
  if (before !== undefined) keyFiles.replace(leavingFile, before);
  if (to instanceof KeyFileProtector) {
    keyFiles.remove(protectorFile);
  } else {
    const coming = keyFiles.read(comingFile);
    if (coming === undefined) throw new InvariantBroken("a protector without keys cannot take over");
    keyFiles.replace(protectorFile, coming);
  }
  finishChange(places);
  return to instanceof KeyFileProtector ? to : to.installed();
};

/** Ends a change of protector that was cut off, one way or the other. Comes before a protector is used. */
export const finishChange = ({ files, keyFiles, filed }: ProtectorPlaces): void => {
  const present = keyFiles.read(protectorFile);
  const names = keysOf(files);
  for (const file of [comingFile, leavingFile]) {
    const bytes = keyFiles.read(file);
    if (bytes === undefined) continue;
    if (present === undefined || !bytes.equals(present)) {
      const other = filed(file);
      for (const name of names) other?.destroy(name);
    }
    keyFiles.remove(file);
  }
  if (present !== undefined) for (const name of names) new KeyFileProtector(keyFiles).destroy(name);
};
