import type { Platform } from "./ports/platform.ts";
import type { RecordStore, StorePort } from "./ports/store.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import { SealedStore } from "./privacy/sealed-store.ts";
import { KeyFileProtector } from "./vault/key-file.ts";
import type { Protector } from "./vault/protector.ts";
import { Vault } from "./vault/vault.ts";

/** Who holds the keys above all keys on this platform. */
export const protectorOf = ({ store }: Pick<Platform, "store">): Protector =>
  new KeyFileProtector(store.keyFiles);

/** Not started yet. */
export const openVault = ({ entropy, store }: Platform, protector: Protector): Vault =>
  new Vault(entropy, store.files, protector);

/** Keys first, then the data they open. */
export const openStore = (platform: Platform, log: AuditedLog) => {
  const disk = platform.store;
  const claim = disk.claim();
  const vault = openVault(platform, protectorOf(platform));
  let records: RecordStore | undefined;
  const close = (): void => {
    records?.close();
    vault.close();
    claim.release();
  };
  try {
    vault.start(claim.hasRecords);
    // The household's key is made when there is a data file; from then on the file has to be there.
    records = openRecords(disk, vault, vault.has("household"));
    for (const key of ["household", "device-link", "place", "veil"]) vault.create(key);
    const store = new SealedStore(records, vault, log);
    store.start();
    return { vault, store, close };
  } catch (error) {
    close();
    throw error;
  }
};

/** @param isExpected there was one before: it is not made anew when it is gone */
export const openRecords = (disk: StorePort, vault: Vault, isExpected: boolean): RecordStore => {
  const key = vault.databaseKey();
  try {
    return disk.open(key, isExpected);
  } finally {
    key.fill(0);
  }
};

/** Whether Home Assistant knows this home: it must be told when that ends. */
export const announcedIn = (store: SealedStore) => {
  const settings = store.collection("settings");
  const name = "home-assistant";
  return {
    get: () => settings.get(name)?.value === true,
    set: (value: boolean) => settings.put(name, { name, value }),
  };
};

/** What this hub is called by programs: random, drawn once, gone with a factory reset. */
export const hubId = (store: SealedStore, entropy: Platform["entropy"]): string => {
  const settings = store.collection("settings");
  const known = settings.get("hub-id")?.value;
  if (typeof known === "string") return known;
  const value = entropy.bytes(8).toString("hex");
  settings.put("hub-id", { name: "hub-id", value });
  return value;
};
