import { join, resolve } from "node:path";
import { Outsiders } from "../app-sim/world/outsiders.ts";
import type { HubConfig, SimConfig } from "./config.ts";
import { InvalidInput } from "./domain/errors.ts";
import type { StartCheck } from "./domain/start-check.ts";
import { StartRefused } from "./domain/start-errors.ts";
import type { ProtectorKind } from "./domain/vault.ts";
import type { Keeping } from "./home-store.ts";
import { startChecks } from "./lifecycle/start-checks.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import type { Firmware } from "./own-updates.ts";
import { type OwnerBrokerSecrets, ownerEndpoint } from "./owner-broker.ts";
import { closeLanguage } from "./platform/node/closed-language.ts";
import {
  appFolder,
  givenFile,
  givenIdentity,
  givenSecret,
  givenSignatureKeys,
} from "./platform/node/given-files.ts";
import { GpioPanel } from "./platform/node/gpio-panel.ts";
import { JsonLog } from "./platform/node/json-log.ts";
import { NodeNetwork } from "./platform/node/network.ts";
import { NetworkManagerRadio } from "./platform/node/network-manager.ts";
import { NoPanel } from "./platform/node/no-panel.ts";
import { peripheralOf, radioOf } from "./platform/node/radio-choice.ts";
import { SlotFolders } from "./platform/node/slot-folders.ts";
import { collectEverything } from "./platform/node/spare-memory.ts";
import { SqliteStore } from "./platform/node/sqlite-store.ts";
import { hardenProcess, startFacts } from "./platform/node/start-facts.ts";
import { StaticFiles } from "./platform/node/static-files.ts";
import { SystemClock } from "./platform/node/system-clock.ts";
import { SystemEntropy } from "./platform/node/system-entropy.ts";
import { armTripwire } from "./platform/node/tripwire.ts";
import { UpdateFolder } from "./platform/node/update-folder.ts";
import { PacedClock } from "./platform/sim/paced-clock.ts";
import { SeededEntropy } from "./platform/sim/seeded-entropy.ts";
import { SeededRandom } from "./platform/sim/seeded-random.ts";
import { SimPanel } from "./platform/sim/sim-panel.ts";
import type { Clock } from "./ports/clock.ts";
import type { TlsIdentity } from "./ports/network.ts";
import type { Panel } from "./ports/panel.ts";
import type { Platform } from "./ports/platform.ts";
import { SimAir } from "./sim-air.ts";
import type { OwnerLogin } from "./sim-supplies.ts";
import { comingFile, leavingFile, protectorFile } from "./vault/protector-file.ts";

/*
 * What a hub finds around it on this machine, as its options say.
 */

export type World = ReturnType<typeof worldOf>;

export const worldOf = (config: HubConfig, sim: SimConfig | undefined) => {
  const sockets = new SystemClock();
  const paced = sim === undefined ? undefined : new PacedClock(sockets, sockets.now(), sim.speed);
  const air = paced && sim && new SimAir(paced, new SystemEntropy(), new SeededRandom(sim.seed));
  const panel = sim === undefined ? panelOf(config, sockets) : new SimPanel();
  const wifi = air?.radio ?? new NetworkManagerRadio();
  const ble = air?.ble ?? radioOf(config.ble, sockets, chance());
  const peripheral = air?.peripheral ?? peripheralOf(config.ble, sockets);
  const platform = nodePlatform(config, paced ?? sockets, { panel, wifi, ble }, air);
  const outsiders =
    paced && sim && new Outsiders(paced, new SeededEntropy(new SeededRandom(sim.seed).fork("outsiders")));
  return { sockets, paced, air, outsiders, peripheral, panel, platform, ownerBroker: ownerBrokerOf(config) };
};

/** What is on the case, as far as the options say where. @throws InvalidInput */
const panelOf = ({ panel }: HubConfig, clock: Clock): Panel =>
  panel === undefined ? new NoPanel() : new GpioPanel(clock, panel);

const chance = (): SeededRandom => new SeededRandom(new SystemEntropy().bytes(4).readUInt32LE());

const nodePlatform = (
  config: HubConfig,
  clock: Clock,
  { panel, wifi, ble }: Pick<Platform, "panel" | "wifi" | "ble">,
  air: SimAir | undefined,
): Platform => {
  const log = new JsonLog(clock, process.stderr, config.logLevel);
  closeLanguage();
  armTripwire(({ act, by }) => log.write("error", "egress.refused", { what: act, reason: by }));
  return {
    clock,
    entropy: new SystemEntropy(),
    random: chance(),
    store: new SqliteStore(clock, log, config.data, config.keyDir),
    network: new NodeNetwork(undefined, air?.neighbours),
    ble,
    panel,
    wifi,
    log,
  };
};

/** @throws StartRefused: what the hub holds would leak from this process */
export const checkedStart = ({ data, keyDir }: HubConfig, isSim: boolean): readonly StartCheck[] => {
  hardenProcess();
  const checks = startChecks(startFacts(data, keyDir), isSim);
  const refused = checks.find(({ state }) => state === "refused");
  if (refused === undefined) return checks;
  const { check, found, repair } = refused;
  throw new StartRefused(`${check}: ${found}; ${repair}`, { what: check });
};

/**
 * Key files need nothing more; what does is loaded where it is asked for, or was used before.
 * @param before what held the keys of the hub that was reset here; undefined: none was
 */
export const keepingIn = async (
  { entropy, store }: Platform,
  config: HubConfig,
  before: ProtectorKind | undefined,
): Promise<Keeping> => {
  const collect = collectEverything;
  const isAsked = config.protector !== undefined || config.passphraseFile !== undefined;
  const isUsed = [protectorFile, comingFile, leavingFile].some(
    (name) => store.keyFiles.read(name) !== undefined,
  );
  const wasUsed = before !== undefined && before !== "key-file";
  if (!isAsked && !isUsed && !wasUsed) return { collect };
  const { keepingOf } = await import("./keeping.ts");
  return { ...keepingOf(entropy, config, process.env, before), collect };
};

/** @throws InvalidInput for a key that would never be asked for */
export const firmwareOf = (
  { data, updateKey, updateFrom }: HubConfig,
  supervision: Supervision | undefined,
): { readonly firmware?: Firmware } => {
  if (supervision === undefined) {
    if (updateKey === undefined && updateFrom === undefined) return {};
    const path = updateKey === undefined ? "update-from" : "update-key";
    throw new InvalidInput(`--${path} needs lampkeeper supervise`, { path });
  }
  const slots = new SlotFolders(join(resolve(data), "slots"));
  const keys = givenSignatureKeys("update-key", updateKey);
  const source = updateFrom === undefined ? {} : { source: new UpdateFolder(resolve(updateFrom)) };
  return { firmware: { supervision, slots, keys, ...source } };
};

export const tlsOf = ({ tls }: HubConfig): { readonly tls?: TlsIdentity } =>
  tls === undefined ? {} : { tls: givenIdentity("tls", tls) };

const ownerBrokerOf = ({ external }: HubConfig): OwnerBrokerSecrets => {
  const { passwordFile, authorityFile, identityFiles } = external ?? {};
  return {
    ...(passwordFile === undefined ? {} : { password: givenSecret("broker-password-file", passwordFile) }),
    ...(authorityFile === undefined ? {} : { authority: givenFile("broker-ca", authorityFile).toString() }),
    ...(identityFiles === undefined ? {} : { identity: givenIdentity("broker", identityFiles) }),
  };
};

/** Simulated devices sign in at the owner's broker as the hub does. */
export const ownerLoginOf = (
  { external }: HubConfig,
  { password, ...tls }: OwnerBrokerSecrets,
): { readonly owner?: OwnerLogin } =>
  external === undefined
    ? {}
    : { owner: { endpoint: ownerEndpoint(external, tls), username: external.user, password } };

export const appOf = () => {
  const folder = appFolder();
  if (folder === undefined) return {};
  const files = StaticFiles.from(folder);
  return { assets: (path: string, acceptEncoding: string) => files.file(path, acceptEncoding) };
};
