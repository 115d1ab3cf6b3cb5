import type { Platform } from "./ports/platform.ts";
import type { RecordStore, SmallFiles, StorePort } from "./ports/store.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { PurposeStore } from "./privacy/guarded-store.ts";
import { SealedStore } from "./privacy/sealed-store.ts";
import { StagedHome } from "./privacy/staged-home.ts";
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

/** Who holds the keys above all keys on this platform. */
export const protectorOf = ({ store }: Pick<Platform, "store">, { protector }: Keeping = {}): Protector =>
  protector?.(store) ?? new KeyFileProtector(store.keyFiles);

/** Not started yet. */
export const openVault = (
  { entropy, store }: Pick<Platform, "entropy" | "store">,
  protector: Protector,
  { collect }: Keeping = {},
): Vault => new Vault(entropy, store.files, protector, collect);

/** Keys first, then the data they open. */
export const openStore = (
  platform: Pick<Platform, "entropy" | "store">,
  log: AuditedLog,
  keeping: Keeping = {},
) => {
  const { entropy, store: disk } = platform;
  const claim = disk.claim();
  let vault: Vault | undefined;
  let records: RecordStore | undefined;
  const close = (): void => {
    records?.close();
    vault?.close();
    claim.release();
  };
  try {
    const protector = protectorOf(platform, keeping);
    vault = openVault(platform, protector, keeping);
    vault.start(claim.hasRecords);
    // The household's key is made when there is a data file; from then on the file has to be there.
    records = openRecords(disk, vault, vault.has("household"));
    for (const key of ["household", "device-link", "place", "veil"]) vault.create(key);
    const store = new SealedStore(records, vault, log);
    store.start();
    const staged = new StagedHome(disk.files, vault);
    staged.settle(store);
    const device = () => openDeviceKey(disk.keyFiles, entropy, protector.chip);
    return { vault, protector, store, staged, device, close };
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

/** @param isExpected there was one before: it is not made anew when it is gone */
export const openRecords = (disk: StorePort, vault: Vault, isExpected: boolean): RecordStore => {
  renewKey(disk, vault);
  const key = vault.databaseKey();
  try {
    return disk.open(key, isExpected);
  } finally {
    key.fill(0);
  }
};

/** What each room may open, by what it is there for: the rest of the store is closed to it. */
export const partsOf = (store: SealedStore) => ({
  access: store.for("access"),
  automation: store.for("automation"),
  lighting: store.for("lighting"),
  lights: store.for("lighting", "history"),
  place: store.for("location", "security"),
  presence: store.for("presence"),
  provisioning: store.for("provisioning"),
  rights: store.for("rights"),
  security: store.for("security"),
  setup: store.for("setup"),
});

/** Whether Home Assistant knows this home: it must be told when that ends. */
export const announcedIn = (store: PurposeStore<"setup">) => {
  const settings = store.collection("settings");
  const name = "home-assistant";
  return {
    get: () => settings.get(name)?.value === true,
    set: (value: boolean) => settings.put(name, { name, value }),
  };
};

/** What this hub is called by programs: random, drawn once, gone with a factory reset. */
export const hubId = (store: PurposeStore<"setup">, entropy: Platform["entropy"]): string => {
  const settings = store.collection("settings");
  const known = settings.get("hub-id")?.value;
  if (typeof known === "string") return known;
  const value = entropy.bytes(8).toString("hex");
  settings.put("hub-id", { name: "hub-id", value });
  return value;
};
