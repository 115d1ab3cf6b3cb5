import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BleTrouble } from "../../../domain/ble-trouble.ts";

/** Where the kernel shows its adapters, and the switches before them (rfkill.rst of the Linux kernel). */
const bluetoothFolder = "/sys/class/bluetooth";

const isSet = (file: string): boolean => existsSync(file) && readFileSync(file, "utf8").trim() === "1";

/**
 * What the kernel says against the use of an adapter; undefined: nothing.
 * @param index 0 for `hci0`
 */
export const adapterTrouble = (index: number, folder = bluetoothFolder): BleTrouble | undefined => {
  const adapter = join(folder, `hci${index}`);
  if (!existsSync(adapter)) return existsSync(folder) ? "no-adapter" : "no-support";
  const switches = readdirSync(adapter).filter((name) => name.startsWith("rfkill"));
  if (switches.some((name) => isSet(join(adapter, name, "hard")))) return "switched-off";
  if (switches.some((name) => isSet(join(adapter, name, "soft")))) return "blocked";
  return undefined;
};
