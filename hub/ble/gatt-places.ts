import { BleError } from "../domain/ble-errors.ts";
import type { BleFrame, BlePlace } from "../domain/profile.ts";
import type { GattEntry, GattLink, GattProperty } from "../ports/ble.ts";

/** Answered where the device can answer. */
export const written = (link: GattLink, entries: readonly GattEntry[], frame: BleFrame): Promise<void> => {
  const entry = entryAt(entries, frame, ["write", "write-command"]);
  return link.write(entry, frame.bytes, entry.properties.includes("write") ? "request" : "command");
};

/** @throws BleError "not-found": it has no such characteristic that can do any of this */
export const entryAt = (
  entries: readonly GattEntry[],
  { service, characteristic }: BlePlace,
  can: readonly GattProperty[],
): GattEntry => {
  const found = entries.find(
    (entry) =>
      entry.characteristic === characteristic &&
      (service === "" || entry.service === service) &&
      can.some((property) => entry.properties.includes(property)),
  );
  if (found === undefined)
    throw new BleError("the device has no such characteristic", { reason: "not-found" });
  return found;
};
