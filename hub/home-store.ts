import type { Platform } from "./ports/platform.ts";
import type { RecordStore, SmallFiles, StorePort } from "./ports/store.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import { SealedStore } from "./privacy/sealed-store.ts";
import { openDeviceKey } from "./vault/device-key.ts";
import { KeyFileProtector } from "./vault/key-file.ts";
import type { Protector } from "./vault/protector.ts";
import { Vault } from "./vault/vault.ts";

/** How the process around the hub has the keys kept. Absent: in key files. */
export interface Keeping {
  /** The protector of the vault in these folders. */
  readonly protector?: (places: { readonly files: SmallFiles; readonly keyFiles: SmallFiles }) => Protector;
  /** Collects garbage, so that keys nobody holds any more are overwritten in memory. */
  readonly collect?: () => void;
}

/** Keys first, then the data they open. */
export const openStore = (
  { entropy, store: disk }: Pick<Platform, "entropy" | "store">,
  log: AuditedLog,
  { protector: protectorOf = ({ keyFiles }) => new KeyFileProtector(keyFiles), collect }: Keeping = {},
) => {
  const claim = disk.claim();
  let vault: Vault | undefined;
  let records: RecordStore | undefined;
  const close = (): void => {
    records?.close();
    vault?.close();
    claim.release();
  };
  try {
    const protector = protectorOf(disk);
    vault = new Vault(entropy, disk.files, protector, collect);
    vault.start(claim.hasRecords);
    // The household's key is made when there is a data file; from then on the file has to be there.
    records = openRecords(disk, vault, vault.has("household"));
    for (const key of ["household", "device-link", "place", "veil"]) vault.create(key);
    const store = new SealedStore(records, vault, log);
    store.start();
    const device = () => openDeviceKey(disk.keyFiles, entropy, protector.chip);
    return { vault, protector, store, device, close };
  } catch (error) {
    close();
    throw error;
  }
};

/** Ends a rotation: the data file gets the key that waits for it. */
const renewKey = (disk: StorePort, vault: Vault): void => {
  const next = vault.nextDatabaseKey();
  if (next === undefined) return;
  let present: Buffer | undefined;
  try {
    disk.rekey(() => {
      present = vault.databaseKey();
      return present;
    }, next);
    vault.settleDatabaseKey();
  } finally {
    next.fill(0);
    present?.fill(0);
  }
};

const openRecords = (disk: StorePort, vault: Vault, isExpected: boolean): RecordStore => {
  renewKey(disk, vault);
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
