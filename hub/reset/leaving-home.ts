import type { Device } from "../domain/home.ts";
import type { DeviceId } from "../domain/ids.ts";
import type { AskedReset, ResetIntent } from "../domain/reset.ts";
import { resetSteps } from "../domain/reset.ts";
import type { Instant } from "../domain/units.ts";
import { type CollectionName, collections } from "../privacy/data-map.ts";
import type { Field } from "../privacy/declaration.ts";
import type { SealedStore } from "../privacy/sealed-store.ts";
import type { Sealer } from "../vault/sealer.ts";
import type { Vault } from "../vault/vault.ts";

/** A device as it is reached once nothing else of the home can be read. */
export type LeavingDevice = Pick<Device, "id" | "kind" | "profile" | "address" | "via" | "bluetooth">;

export const leavingDevice = ({ id, kind, profile, address, via, bluetooth }: Device): LeavingDevice => ({
  id,
  kind,
  profile,
  address,
  ...(via === undefined ? {} : { via }),
  ...(bluetooth === undefined ? {} : { bluetooth }),
});

/** What of a home is needed to take leave of its devices and of the owner's own broker. */
export interface LeavingHome {
  readonly hub: string;
  /** Home Assistant was told of the devices. */
  readonly announced: boolean;
  readonly devices: readonly LeavingDevice[];
}

/** It opens as the list of one reset and as nothing else. */
const purposeOf = (id: string): Buffer => Buffer.from(`reset/${id}`);

export const sealedHome = (home: LeavingHome, id: string, sealer: Sealer): Buffer =>
  sealer.seal(Buffer.from(JSON.stringify(home)), purposeOf(id));

/** Undefined: not of this reset, or damaged. */
export const openedHome = (sealed: Uint8Array, id: string, sealer: Sealer): LeavingHome | undefined => {
  const json = sealer.open(sealed, purposeOf(id));
  return json === undefined ? undefined : JSON.parse(json.toString());
};

export interface HomeToLeave {
  readonly vault: Vault;
  readonly store: SealedStore;
  readonly home: LeavingHome;
}

/** The reset as it is written down: the last thing that is known of the home. */
export const intentOf = (
  { level, ...asked }: AskedReset,
  at: Instant,
  { vault, store, home }: HomeToLeave,
): ResetIntent => {
  const { protector, sanitization } = vault.status();
  const kind = level === "hand-over" ? level : "factory";
  return {
    ...asked,
    level: kind,
    at,
    step: resetSteps[kind][0] ?? "certificate",
    vault: { protector, sanitization },
    keys: counted(vault.names().map((name) => name.split("/")[0] ?? "")),
    items: itemsIn(store),
    sealed: sealedHome(home, asked.id, vault.sealer("device-link")),
    outcomes: {},
    devices: home.devices.map(({ id }): DeviceId => id),
    retained: "none",
  };
};

const counted = (words: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** Records by category; those that say nothing about anybody are not counted. */
const itemsIn = (store: SealedStore): Readonly<Record<string, number>> =>
  counted(
    (Object.keys(collections) as CollectionName[]).flatMap((name) => {
      const category = categoryOf(name);
      return category === undefined ? [] : [...store.collection(name).entries()].map(() => category);
    }),
  );

const categoryOf = (name: CollectionName): string | undefined => {
  const fields: readonly Field[] = Object.values(collections[name].fields);
  for (const field of fields) if (field.class !== "none") return field.category;
  return undefined;
};
