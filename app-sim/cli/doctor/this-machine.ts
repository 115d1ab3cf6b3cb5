import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { FolderFacts, Machine, PortFacts, RadioFacts } from "./findings.ts";

/** Bit of the right to configure networks, among which are adapters (capabilities(7)). */
const capNetAdmin = 12n;
const daemons = [
  "usr/libexec/bluetooth/bluetoothd",
  "usr/lib/bluetooth/bluetoothd",
  "usr/sbin/bluetoothd",
] as const;
/** Where the system's bus is told who may speak with the service. */
const policies = ["etc/dbus-1/system.d/bluetooth.conf", "usr/share/dbus-1/system.d/bluetooth.conf"] as const;
const allowsEverybody =
  /<policy\s+context="default">(?:(?!<\/policy>)[\s\S])*<allow\s+send_destination="org\.bluez"/;

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const isSet = (file: string): boolean => textOf(file)?.trim() === "1";

const switchOf = (adapter: string): RadioFacts["adapters"][number] => {
  const switches = namesIn(adapter)
    .filter((name) => name.startsWith("rfkill"))
    .map((name) => join(adapter, name));
  if (switches.some((each) => isSet(join(each, "hard")))) return "hard-blocked";
  return switches.some((each) => isSet(join(each, "soft"))) ? "soft-blocked" : "free";
};

const serviceOf = (root: string): RadioFacts["service"] => {
  const processes = namesIn(join(root, "proc")).filter((name) => /^\d+$/.test(name));
  const isRunning = processes.some((id) => textOf(join(root, "proc", id, "comm"))?.trim() === "bluetoothd");
  if (isRunning) return "running";
  return daemons.some((file) => existsSync(join(root, file))) ? "stopped" : "not-installed";
};

const mayUseService = (root: string): boolean => {
  if (process.getuid?.() === 0) return true;
  const policy = policies.map((file) => textOf(join(root, file))).find((text) => text !== undefined);
  if (policy === undefined || allowsEverybody.test(policy)) return true;
  const id = /^bluetooth:[^:]*:(\d+):/m.exec(textOf(join(root, "etc/group")) ?? "")?.[1];
  return id !== undefined && process.getgroups?.().includes(Number(id)) === true;
};

const mayOpenAdapter = (root: string): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(textOf(join(root, "proc/self/status")) ?? "")?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> capNetAdmin) & 1n) === 1n;
};

/** What Linux shows in files. @param root where they lie */
export const radioFacts = (root = "/"): RadioFacts => {
  const folder = join(root, "sys/class/bluetooth");
  const adapters = namesIn(folder).filter((name) => /^hci\d+$/.test(name));
  return {
    isLinux: process.platform === "linux",
    hasSubsystem: existsSync(folder),
    adapters: adapters.map((name) => switchOf(join(folder, name))),
    service: serviceOf(root),
    mayUseService: mayUseService(root),
    mayOpenAdapter: mayOpenAdapter(root),
  };
};

const folderFacts = (path: string): FolderFacts => {
  if (!existsSync(path)) return { path, state: "absent" };
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return { path, state: "unwritable" };
  }
  return { path, state: (statSync(path).mode & 0o077) === 0 ? "private" : "open" };
};

const portFacts = async (port: number, purpose: PortFacts["purpose"]): Promise<PortFacts> => {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return { port, purpose, isFree };
};

export const thisMachine: Machine = {
  node: { version: process.version, api: Number(process.versions["napi"]) },
  radio: () => radioFacts(),
  folder: folderFacts,
  port: portFacts,
};
