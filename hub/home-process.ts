import { join, resolve } from "node:path";
import { InsideClient } from "../app-sim/client/inside-client.ts";
import { Household } from "../app-sim/phone/household.ts";
import { profiles } from "../devices/registry.ts";
import manifest from "../package.json" with { type: "json" };
import { bearerText } from "./api/auth.ts";
import { buildHub, type Firmware, type Hub } from "./compose.ts";
import type { HubConfig, PortChoice, SimConfig } from "./config.ts";
import { scopes } from "./domain/access.ts";
import { InvalidInput } from "./domain/errors.ts";
import { isId } from "./domain/ids.ts";
import type { Position } from "./domain/place.ts";
import type { StartCheck } from "./domain/start-check.ts";
import { StartRefused } from "./domain/start-errors.ts";
import type { Keeping } from "./home-store.ts";
import { startChecks } from "./lifecycle/start-checks.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import { type OwnerBrokerSecrets, ownerEndpoint } from "./owner-broker.ts";
import {
  appFolder,
  givenFile,
  givenIdentity,
  givenSecret,
  givenSignatureKeys,
} from "./platform/node/given-files.ts";
import { GpioPanel } from "./platform/node/gpio-panel.ts";
import { hostZone } from "./platform/node/host-zone.ts";
import { JsonLog } from "./platform/node/json-log.ts";
import { LinuxBle } from "./platform/node/linux-ble.ts";
import { NodeNetwork } from "./platform/node/network.ts";
import { NetworkManagerRadio } from "./platform/node/network-manager.ts";
import { NoPanel } from "./platform/node/no-panel.ts";
import { removeReadyFile, writeReadyFile } from "./platform/node/ready-file.ts";
import { SlotFolders } from "./platform/node/slot-folders.ts";
import { collectEverything, giveBackWhenQuiet } from "./platform/node/spare-memory.ts";
import { SqliteStore } from "./platform/node/sqlite-store.ts";
import { hardenProcess, startFacts } from "./platform/node/start-facts.ts";
import { StaticFiles } from "./platform/node/static-files.ts";
import { SystemClock } from "./platform/node/system-clock.ts";
import { SystemEntropy } from "./platform/node/system-entropy.ts";
import { PacedClock } from "./platform/sim/paced-clock.ts";
import { SeededRandom } from "./platform/sim/seeded-random.ts";
import { SimPanel } from "./platform/sim/sim-panel.ts";
import { answeredPlainly } from "./platform/sim/web-fetch.ts";
import type { Clock, Timer } from "./ports/clock.ts";
import type { Endpoint, TlsIdentity } from "./ports/network.ts";
import type { Panel } from "./ports/panel.ts";
import type { Platform } from "./ports/platform.ts";
import { SimAir } from "./sim-air.ts";
import { SimControls } from "./sim-controls.ts";
import { type OwnerLogin, SimHome } from "./sim-home.ts";
import { SimPanelControl } from "./sim-panel-control.ts";
import { comingFile, leavingFile, protectorFile } from "./vault/protector-file.ts";

export const { version } = manifest;

/** A hub that runs in this process, with its home when it is simulated. */
export interface HomeProcess {
  readonly app: string;
  /** The broker to use: the owner's own where there is one. */
  readonly mqtt: string;
  /** Usual ports that were taken, so that another one was chosen. */
  readonly busyPorts: readonly number[];
  /** Signs one browser in, once, within ten minutes. */
  readonly signInLink: () => string;
}

/**
 * Resolves when every door answers and, in a simulated home, every lamp has reported once.
 * @param onOpen the doors are open and the home can be ended, before it waits for its lamps and says that it is ready
 */
export const startHome = async (
  config: HubConfig,
  sim: SimConfig | undefined,
  onOpen: (close: () => Promise<void>) => void,
  supervision?: Supervision,
): Promise<HomeProcess> => {
  const checks = checkedStart(config, sim !== undefined);
  const sockets = new SystemClock();
  const paced = sim === undefined ? undefined : new PacedClock(sockets, sockets.now(), sim.speed);
  const air = sim === undefined ? undefined : new SimAir(new SystemEntropy(), new SeededRandom(sim.seed));
  const panel = sim === undefined ? panelOf(config, sockets) : new SimPanel();
  const wifi = air?.radio ?? new NetworkManagerRadio();
  const platform = nodePlatform(config, paced ?? sockets, { panel, wifi });
  const ownerBroker = ownerBrokerOf(config);
  const keeping = await keepingIn(platform, config);
  const hub = buildHub(platform, new Map(profiles.map((profile) => [profile.id, profile])), config, {
    version,
    zone: hostZone(),
    ...tlsOf(config),
    ...firmwareOf(config, supervision),
    ownerBroker,
    keeping,
    checks,
    ...(air === undefined ? {} : { lampAir: air.lamps }),
    ...appOf(),
  });
  // The folder is ours now: a ready file that a killed hub left behind would be believed.
  if (config.readyFile !== undefined) removeReadyFile(config.readyFile);
  let home: SimHome | undefined;
  let household: Household | undefined;
  let givingBack: Timer | undefined;
  const close = async (): Promise<void> => {
    if (config.readyFile !== undefined) removeReadyFile(config.readyFile);
    givingBack?.cancel();
    household?.close();
    home?.close();
    await hub.close();
  };
  try {
    const mqtt = await hub.start();
    if (sim !== undefined && air !== undefined) {
      // A simulated home has a sun from the start, for its rules to follow.
      if (hub.places.held() === "no-place") hub.places.set(await hub.places.usualPlace());
      const isPlain = config.tls === undefined || config.external !== undefined;
      const broker = isPlain ? mqtt : await hub.openLocal();
      const at = config.place ?? (await hub.places.usualPlace()).position;
      household = householdBeside(hub, platform.clock, sim, at);
      home = new SimHome(
        hub,
        {
          ...platform,
          sockets,
          random: new SeededRandom(sim.seed),
          air: air.lamps,
          broker,
          ...ownerLoginOf(config, ownerBroker),
        },
        sim,
      );
    }
    const controls =
      paced && home && air && panel instanceof SimPanel
        ? new SimControls(
            paced,
            home.house,
            {
              accessPoint: air.accessPoint,
              air: air.lamps,
              panel: new SimPanelControl(paced, panel, hub.led),
            },
            household,
          )
        : undefined;
    const app = await hub.open(controls);
    onOpen(close);
    if (home !== undefined) await everyLampReported(hub, home);
    home?.lightSome();
    if (sim !== undefined) await household?.moveIn(sim.people);
    hub.markReady();
    givingBack = giveBackWhenQuiet(sockets);
    return announced(hub, config, { app, mqtt });
  } catch (error) {
    await close();
    throw error;
  }
};

/** Sets the devices going and waits until each lamp has said what it shows. */
const everyLampReported = async (hub: Hub, home: SimHome): Promise<void> => {
  const silent = new Set(home.house.ids.filter((id) => home.house.lamp(id) !== undefined));
  const all = new Promise<void>((done) => {
    const stop = hub.bus.subscribeAll((event) => {
      const id = event.kind === "light.reported" ? event.lamp : "device" in event ? event.device : undefined;
      const light = id !== undefined && isId("lamp", id) ? hub.lights.get(id) : undefined;
      if (light?.reachable && light.reported !== null) silent.delete(light.id);
      if (silent.size > 0) return;
      stop();
      done();
    });
    if (silent.size === 0) done();
  });
  home.start();
  await all;
};

/** Phones speak to the hub by its API, with a credential that is good until the one of this run is announced. */
const householdBeside = (hub: Hub, clock: Clock, { seed }: SimConfig, at: Position): Household => {
  const { token, secret } = hub.tokens.issueForThisRun();
  const client = new InsideClient(
    (request) => answeredPlainly(hub.handle, request, "local"),
    bearerText(token.id, secret),
  );
  return new Household(clock, new SeededRandom(seed).fork("people"), client, at);
};

const announced = (
  hub: Hub,
  config: HubConfig,
  doors: { readonly app: Endpoint; readonly mqtt: Endpoint },
): HomeProcess => {
  const secured = config.tls === undefined ? "" : "s";
  const app = `http${secured}://${hostPort(doors.app)}/`;
  const { external } = config;
  const mqtt =
    external === undefined
      ? `mqtt${secured}://${hostPort(doors.mqtt)}`
      : `mqtt${external.tls ? "s" : ""}://${hostPort(external)}`;
  const owner = hub.tokens.issueForThisRun();
  if (config.readyFile !== undefined) {
    writeReadyFile(config.readyFile, {
      schema: "lampkeeper.ready/1",
      pid: process.pid,
      version,
      hubId: hub.id,
      data: resolve(config.data),
      app,
      api: { url: `${app}api/v1`, token: bearerText(owner.token.id, owner.secret) },
      mqtt: {
        url: mqtt,
        // Who may enter the owner's broker is the owner's secret, not of this run.
        username: external === undefined ? owner.token.id : "",
        password: external === undefined ? owner.secret.toString("latin1") : "",
        base: config.base,
      },
      lamps: hub.lights.list().map(({ id }) => id),
      sensors: hub.sensors.list().map(({ id }) => id),
    });
  }
  owner.secret.fill(0);
  const signInLink = () =>
    `${app}#code=${hub.sessions.issueCode({ role: "owner", scopes: new Set(scopes) }).code}`;
  const busyPorts = [...moved(config.appPort, doors.app), ...moved(config.mqttPort, doors.mqtt)];
  return { app, mqtt, busyPorts, signInLink };
};

const moved = ({ port }: PortChoice, at: Endpoint): readonly number[] =>
  port === 0 || port === at.port ? [] : [port];

const hostPort = ({ host, port }: Endpoint): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** What is on the case, as far as the options say where. @throws InvalidInput */
const panelOf = ({ panel }: HubConfig, clock: Clock): Panel =>
  panel === undefined ? new NoPanel() : new GpioPanel(clock, panel);

const nodePlatform = (
  config: HubConfig,
  clock: Clock,
  { panel, wifi }: Pick<Platform, "panel" | "wifi">,
): Platform => {
  const entropy = new SystemEntropy();
  const log = new JsonLog(clock, process.stderr, config.logLevel);
  return {
    clock,
    entropy,
    random: new SeededRandom(entropy.bytes(4).readUInt32LE()),
    store: new SqliteStore(clock, log, config.data, config.keyDir),
    network: new NodeNetwork(),
    ble: new LinuxBle(),
    panel,
    wifi,
    log,
  };
};

/** @throws StartRefused: what the hub holds would leak from this process */
const checkedStart = ({ data, keyDir }: HubConfig, isSim: boolean): readonly StartCheck[] => {
  hardenProcess();
  const checks = startChecks(startFacts(data, keyDir), isSim);
  const refused = checks.find(({ state }) => state === "refused");
  if (refused === undefined) return checks;
  const { check, found, repair } = refused;
  throw new StartRefused(`${check}: ${found}; ${repair}`, { what: check });
};

/** Key files need nothing more; what does is loaded where it is asked for, or was used before. */
const keepingIn = async ({ entropy, store }: Platform, config: HubConfig): Promise<Keeping> => {
  const collect = collectEverything;
  const isAsked = config.protector !== undefined || config.passphraseFile !== undefined;
  const isUsed = [protectorFile, comingFile, leavingFile].some(
    (name) => store.keyFiles.read(name) !== undefined,
  );
  if (!isAsked && !isUsed) return { collect };
  const { keepingOf } = await import("./keeping.ts");
  return { ...keepingOf(entropy, config, process.env), collect };
};

/** @throws InvalidInput for a key that would never be asked for */
const firmwareOf = (
  { data, updateKey }: HubConfig,
  supervision: Supervision | undefined,
): { readonly firmware?: Firmware } => {
  if (supervision === undefined) {
    if (updateKey === undefined) return {};
    throw new InvalidInput("--update-key needs lampkeeper supervise", { path: "update-key" });
  }
  const slots = new SlotFolders(join(resolve(data), "slots"));
  return { firmware: { supervision, slots, keys: givenSignatureKeys("update-key", updateKey) } };
};

const tlsOf = ({ tls }: HubConfig): { readonly tls?: TlsIdentity } =>
  tls === undefined ? {} : { tls: givenIdentity(tls.certificateFile, tls.keyFile) };

const ownerBrokerOf = ({ external }: HubConfig): OwnerBrokerSecrets => {
  const { passwordFile, authorityFile } = external ?? {};
  return {
    ...(passwordFile === undefined ? {} : { password: givenSecret("broker-password-file", passwordFile) }),
    ...(authorityFile === undefined ? {} : { authority: givenFile("broker-ca", authorityFile).toString() }),
  };
};

/** Simulated devices sign in at the owner's broker as the hub does. */
const ownerLoginOf = (
  { external }: HubConfig,
  { password, authority }: OwnerBrokerSecrets,
): { readonly owner?: OwnerLogin } =>
  external === undefined
    ? {}
    : { owner: { endpoint: ownerEndpoint(external, authority), username: external.user, password } };

const appOf = () => {
  const folder = appFolder();
  if (folder === undefined) return {};
  const files = StaticFiles.from(folder);
  return { assets: (path: string, acceptEncoding: string) => files.file(path, acceptEncoding) };
};
