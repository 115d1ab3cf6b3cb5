import { BleError } from "../../../hub/domain/ble-errors.ts";
import type { GattEntry, GattLink } from "../../../hub/ports/ble.ts";
import type { BleLampProfile } from "./ble-lamp-profile.ts";

/** A characteristic of a device, with its value where it lets itself be read. */
export interface Attribute extends GattEntry {
  /** Hex. */
  readonly value?: string;
  /** What the lamp's profile reads in it. */
  readonly means?: string;
  /** Why there is no value. */
  readonly refused?: string;
}

const readValue = async (
  link: GattLink,
  entry: GattEntry,
  profile: BleLampProfile | undefined,
): Promise<Omit<Attribute, keyof GattEntry>> => {
  if (!entry.properties.includes("read")) return {};
  try {
    const bytes = await link.read(entry);
    const report = profile?.decode({ kind: "ble", ...entry, bytes });
    const value = Buffer.from(bytes).toString("hex");
    return report === undefined ? { value } : { value, means: JSON.stringify(report) };
  } catch (error) {
    const reason = error instanceof BleError ? error.context["reason"] : undefined;
    if (reason !== "refused" && reason !== "encryption") throw error;
    return { refused: reason };
  }
};

/** Everything a device has to offer. @throws BleError */
export const attributesOf = async (
  link: GattLink,
  profile: BleLampProfile | undefined,
): Promise<readonly Attribute[]> => {
  const attributes: Attribute[] = [];
  for (const entry of await link.entries()) {
    attributes.push({ ...entry, ...(await readValue(link, entry, profile)) });
  }
  return attributes;
};
