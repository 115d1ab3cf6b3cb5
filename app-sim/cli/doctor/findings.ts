import { type BleTrouble, bleRepairs } from "../../../hub/domain/ble-trouble.ts";

/** One thing `doctor` looked at, and the one command that repairs it. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly repair?: string;
}

/** What `serve --ble` would drive the radio with. */
export const radioModes = ["auto", "bluez", "hci", "none"] as const;
export type RadioMode = (typeof radioModes)[number];

/** What this machine says of its Bluetooth. */
export interface RadioFacts {
  readonly isLinux: boolean;
  /** The kernel knows Bluetooth. */
  readonly hasSubsystem: boolean;
  /** Each adapter, by what stands before it: a switch of the device, one of software, or nothing. */
  readonly adapters: readonly ("free" | "soft-blocked" | "hard-blocked")[];
  readonly service: "running" | "stopped" | "not-installed";
  /** Whoever runs this may speak with the service. */
  readonly mayUseService: boolean;
  /** Whoever runs this may open an adapter: CAP_NET_ADMIN. */
  readonly mayOpenAdapter: boolean;
}

export interface FolderFacts {
  readonly path: string;
  readonly state: "absent" | "private" | "open" | "unwritable";
}

export interface PortFacts {
  readonly port: number;
  readonly purpose: "app" | "mqtt";
  readonly isFree: boolean;
}

/** What is asked of the machine on which `doctor` runs. */
export interface Machine {
  readonly node: { readonly version: string; readonly api: number };
  radio(): RadioFacts;
  folder(path: string): FolderFacts;
  port(port: number, purpose: PortFacts["purpose"]): Promise<PortFacts>;
}

const finding = (what: string, ok: boolean, detail: string, repair: string): Finding =>
  ok ? { what, ok, detail } : { what, ok, detail, repair };

/** The first that has it can open encrypted data (docs/ARCHITECTURE.md). */
const leastNodeApi = 10;

export const nodeFinding = ({ version, api }: Machine["node"]): Finding =>
  finding(
    "node",
    api >= leastNodeApi,
    `${version}, Node-API ${api}`,
    "install Node 24 LTS from https://nodejs.org",
  );

export const portFinding = ({ port, purpose, isFree }: PortFacts): Finding =>
  finding(
    `port ${port} (${purpose})`,
    isFree,
    isFree ? "free" : "in use",
    `lampkeeper sim --${purpose}-port 0`,
  );

export const folderFinding = ({ path, state }: FolderFacts): Finding => {
  switch (state) {
    case "absent":
      return finding("data folder", true, `${path} is made at the first start`, "");
    case "unwritable":
      return finding("data folder", false, `${path} cannot be written`, `chown -R "$USER" ${path}`);
    default:
      return finding(
        "data folder",
        state === "private",
        `${path}, ${state === "private" ? "yours alone" : "readable by others"}`,
        `chmod -R go= ${path}`,
      );
  }
};

export const clockFinding = (trust: "unknown" | "restored" | "trusted"): Finding =>
  finding("clock", trust === "trusted", trust, "lampkeeper clock set now");

/** As `serve` chooses: the service where it runs, else an adapter of its own where that is allowed; else the service is what is missing. */
const chosenMode = (mode: "auto" | "bluez" | "hci", facts: RadioFacts): "bluez" | "hci" => {
  if (mode !== "auto") return mode;
  return facts.service !== "running" && facts.mayOpenAdapter ? "hci" : "bluez";
};

const adapterTrouble = ({ hasSubsystem, adapters }: RadioFacts): BleTrouble | undefined => {
  if (!hasSubsystem) return "no-support";
  if (adapters.length === 0) return "no-adapter";
  if (adapters.includes("free")) return undefined;
  return adapters.includes("soft-blocked") ? "blocked" : "switched-off";
};

const serviceTrouble = ({ service, mayUseService }: RadioFacts): BleTrouble | undefined => {
  if (service === "not-installed") return "no-bluez";
  if (service === "stopped") return "no-service";
  return mayUseService ? undefined : "no-group";
};

const hciTrouble = ({ service, mayOpenAdapter }: RadioFacts): BleTrouble | undefined => {
  if (service === "running") return "taken";
  return mayOpenAdapter ? undefined : "no-right";
};

/** What keeps the radio from working; undefined: nothing that can be seen from here. */
export const radioTrouble = (mode: "auto" | "bluez" | "hci", facts: RadioFacts): BleTrouble | undefined => {
  if (!facts.isLinux) return undefined;
  const way = chosenMode(mode, facts) === "bluez" ? serviceTrouble : hciTrouble;
  return adapterTrouble(facts) ?? way(facts);
};

export const radioFinding = (mode: RadioMode, facts: RadioFacts): Finding => {
  const what = "bluetooth";
  if (mode === "none") return { what, ok: true, detail: "not wanted" };
  const trouble = radioTrouble(mode, facts);
  if (trouble !== undefined) {
    const { found, repair } = bleRepairs[trouble];
    return { what, ok: false, detail: found, repair };
  }
  if (!facts.isLinux) return { what, ok: true, detail: "the system's own" };
  const how = chosenMode(mode, facts) === "bluez" ? "by the system's service" : "by the hub alone";
  return { what, ok: true, detail: `an adapter, driven ${how}` };
};
