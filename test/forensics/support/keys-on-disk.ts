import { createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeRegister } from "../../../hub/vault/key-register.ts";
import { contentKeys, databaseKeyOf, filesIn } from "./attack.ts";

/** The keys of a hub whose protector is a key file, by their names in the register; and `root`, `epoch`, `database`. */
export const keysOnDisk = (folder: string): Readonly<Record<string, Buffer>> => {
  const register = decodeRegister(readFileSync(join(folder, "key-register")));
  const files = filesIn(join(folder, "keys"));
  const file = (name: string): Buffer =>
    files.find(({ path }) => path.endsWith(`/${name}`))?.bytes ?? Buffer.alloc(0);
  if (register === undefined) throw new RangeError("there is no key register");
  const [root, epoch] = [file("root"), file(`epoch-${register.epoch}`)];
  return {
    root,
    epoch,
    database: databaseKeyOf(root, register),
    ...contentKeys(createSecretKey(epoch), register),
  };
};
