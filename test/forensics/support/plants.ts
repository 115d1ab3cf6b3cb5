import { copyFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hub } from "../../../hub/compose.ts";
import { pskOf } from "../../../hub/crypto/wpa-psk.ts";
import { InvalidInput } from "../../../hub/domain/errors.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import type { Entropy } from "../../../hub/ports/entropy.ts";
import type { Log } from "../../../hub/ports/log.ts";
import type { Platform } from "../../../hub/ports/platform.ts";
import type { StorePort } from "../../../hub/ports/store.ts";
import { KeyFileProtector } from "../../../hub/vault/key-file.ts";
import { SubkeySealer, sealerOverheadBytes } from "../../../hub/vault/sealer.ts";
import { Vault } from "../../../hub/vault/vault.ts";
import { plainStore } from "./plain-store.ts";

export interface StoreParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: string;
}

/** A fault of a hub in a test's own process; nothing of it is in the product. */
export interface Plant {
  readonly store?: (store: StorePort, parts: StoreParts) => StorePort;
  /** Chance that comes again, so that two homes differ in what people put into them and in nothing else. */
  readonly entropy?: () => Entropy;
  readonly sabotage?: (hub: Hub, platform: Platform) => void;
}

/** What somebody called a thing that has just been added or renamed. */
const nameOf = ({ inventory, scenes, people, tokens }: Hub, id: string): string | undefined =>
  [...inventory.rooms(), ...inventory.devices(), ...scenes.list(), ...people.list(), ...tokens.list()].find(
    (each) => each.id === id,
  )?.name;

const onName = (hub: Hub, tell: (name: string) => void): void => {
  hub.bus.subscribe("home.changed", ({ id }) => {
    const name = nameOf(hub, id);
    if (name !== undefined) tell(name);
  });
};

const unsealed = (): void => {
  SubkeySealer.prototype.seal = (plaintext) =>
    Buffer.concat([Buffer.alloc(sealerOverheadBytes), Buffer.from(plaintext)]);
  SubkeySealer.prototype.open = (record) => Buffer.from(record.subarray(sealerOverheadBytes));
};

const scratchFile = (): string => join(tmpdir(), `lampkeeper-scratch-${process.pid}`);

/** By name, as a child process is told. */
export const plants = {
  none: {},
  "sealing off": {
    store: (store, { clock, log, folder }) => {
      unsealed();
      return plainStore(store, clock, log, folder);
    },
  },
  "name in a topic": {
    sabotage: (hub) =>
      onName(hub, (name) => hub.broker.publish(`lampkeeper/${name.replace(/[#+]/g, "")}`, "")),
  },
  "name in a log": {
    sabotage: (hub, { log }) => onName(hub, (name) => log.write("info", "home.changed", { name })),
  },
  "PSK in an error": {
    sabotage: ({ wifi }) => {
      const test = wifi.test.bind(wifi);
      wifi.test = async () => {
        const outcome = await test();
        if (outcome === "joined") return outcome;
        throw new InvalidInput(`not joined with ${wifi.read(pskOf)?.toString("hex")}`);
      };
    },
  },
  "name of a file": {
    sabotage: (hub, { store }) =>
      onName(hub, (name) => {
        const file = Buffer.from(name).toString("hex");
        store.files.replace(file, Buffer.from("-"));
        store.files.remove(file);
      }),
  },
  "scratch file outside": {
    sabotage: (hub) => onName(hub, () => writeFileSync(scratchFile(), "nothing")),
  },
  "copied by the kernel": {
    store: (store, { folder }) => {
      copyFileSync("package.json", join(folder, "copy"));
      return store;
    },
  },
  "key not destroyed": {
    store: (store) => {
      Vault.prototype.destroy = () => undefined;
      return store;
    },
  },
  "old epoch kept": {
    store: (store) => {
      KeyFileProtector.prototype.destroy = () => undefined;
      return store;
    },
  },
} as const satisfies Readonly<Record<string, Plant>>;

export type PlantName = keyof typeof plants;
