import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import type { StorePort } from "../../hub/ports/store.ts";
import { AuditedLog } from "../../hub/privacy/audited-log.ts";
import { SealedStore } from "../../hub/privacy/sealed-store.ts";
import { KeyFileProtector } from "../../hub/vault/key-file.ts";
import { Vault } from "../../hub/vault/vault.ts";
import type { StoreRig } from "./store-rigs.ts";

/** The stack as the roof plugs it: vault, data file, sealed store. @param seed another for each start of one disk */
export const startStore = (rig: { readonly port: StorePort; readonly log: StoreRig["log"] }, seed = 1) => {
  const entropy = new SeededEntropy(new SeededRandom(seed));
  const vault = new Vault(entropy, rig.port.files, new KeyFileProtector(rig.port.keyFiles));
  vault.start();
  for (const key of ["household", "device-link", "place", "veil"]) vault.create(key);
  const key = vault.databaseKey();
  const records = rig.port.open(key);
  key.fill(0);
  const store = new SealedStore(records, vault, new AuditedLog(rig.log));
  store.start();
  return { vault, records, store };
};
