import { resolve } from "node:path";
import { InsideClient } from "../app-sim/client/inside-client.ts";
import { Household, type MovedIn } from "../app-sim/phone/household.ts";
import { ImprovPhone } from "../app-sim/phone/improv-phone.ts";
import { profiles } from "../devices/registry.ts";
import manifest from "../package.json" with { type: "json" };
import { bearerText } from "./api/auth.ts";
import { buildHub, type Hub } from "./compose.ts";
import type { HubConfig, PortChoice, SimConfig } from "./config.ts";
import { scopes } from "./domain/access.ts";
import { type DeviceId, isId } from "./domain/ids.ts";
import type { Position } from "./domain/place.ts";
import type { StartCheck } from "./domain/start-check.ts";
import { Millis } from "./domain/units.ts";
import { type Keeping, protectorOf } from "./home-store.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import { hostZone } from "./platform/node/host-zone.ts";
import { removeReadyFile, writeReadyFile } from "./platform/node/ready-file.ts";
import { runningHash } from "./platform/node/running-hash.ts";
import { collectEverything, giveBackWhenQuiet } from "./platform/node/spare-memory.ts";
import { SeededRandom } from "./platform/sim/seeded-random.ts";
import { SimPanel } from "./platform/sim/sim-panel.ts";
import { answeredPlainly } from "./platform/sim/web-fetch.ts";
import type { Clock, Timer } from "./ports/clock.ts";
import type { Endpoint } from "./ports/network.ts";
import { protectorBefore } from "./reset/certificate.ts";
import { isBegun } from "./reset/intent-file.ts";
import { finishReset } from "./reset/run.ts";
import type { SimAir } from "./sim-air.ts";
import { SimBleHome } from "./sim-ble-home.ts";
import { SimControls } from "./sim-controls.ts";
import { SimHome } from "./sim-home.ts";
import { type LastSeen, leavingLamps } from "./sim-leave.ts";
import { SimPanelControl } from "./sim-panel-control.ts";
import { SimSecondRadios } from "./sim-second-radios.ts";
import { SimOutsiders } from "./sim-services.ts";
import { simFlash } from "./sim-supplies.ts";
import {
  appOf,
  checkedStart,
  firmwareOf,
  keepingIn,
  ownerLoginOf,
  tlsOf,
  type World,
  worldOf,
} from "./surroundings.ts";
import type { Protector } from "./vault/protector.ts";

export const { version } = manifest;

/** Time for the last answers to leave before the doors close. */
const answerLeaves = Millis(200);

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

/** What the process around the home hears of it. */
export interface HomeEvents {
  /** The doors are open and the home can be ended, before it waits for its lamps and says that it is ready. */
  readonly open: (close: () => Promise<void>) => void;
  /** Every door answers and, in a simulated home, every lamp has reported once. Again after each reset. */
  readonly ready: (home: HomeProcess) => void | Promise<void>;
  /** A reset, or the start after it, cannot go on. */
  readonly failed: (error: unknown) => void;
}

/**
 * Ends a reset that was cut off, if there is one, before anything else opens; then starts the home. One that is reset
 * starts anew in the same process, at the same ports.
 */
export const startHome = async (
  config: HubConfig,
  sim: SimConfig | undefined,
  events: HomeEvents,
  supervision?: Supervision,
  was?: Ended,
): Promise<void> => {
  const checks = checkedStart(config, sim !== undefined);
  const world = worldOf(config, sim);
  const { files } = world.platform.store;
  const kept = isBegun(files) ? await endReset(config, sim, world, was) : undefined;
  const keeping = kept ?? (await keepingIn(world.platform, config, protectorBefore(files)));
  const start = { world, keeping, checks, supervision, onOpen: events.open };
  const home = await openHome(config, sim, start, (end) => {
    // Whoever ends the process now ends it in the middle: the next start goes on with the reset.
    events.open(async () => {});
    end()
      .then((ended) => startHome({ ...config, ...ended.ports }, sim, events, supervision, ended))
      .catch(events.failed);
  });
  await events.ready(home);
};

/** How the home that was there is left: where it was found, how its devices were, and who holds its keys. */
interface Ended {
  readonly ports: Pick<HubConfig, "appPort" | "mqttPort">;
  readonly lastSeen: LastSeen;
  readonly protector: Protector;
}

/** What belongs to this process and not to the home. */
interface HomeStart {
  readonly world: World;
  readonly keeping: Keeping;
  readonly checks: readonly StartCheck[];
  readonly supervision: Supervision | undefined;
  /** As in `HomeEvents`. */
  readonly onOpen: HomeEvents["open"];
}

const byId = new Map(profiles.map((profile) => [profile.id, profile]));

/**
 * @param was the home that ended in this process; undefined: it was cut off
 * @returns how the keys of the next one are kept: as before, by a secret that nobody is asked for twice
 * @throws what the disk refuses: the reset stays begun
 */
const endReset = async (
  config: HubConfig,
  sim: SimConfig | undefined,
  { sockets, platform, ownerBroker }: World,
  was: Ended | undefined,
): Promise<Keeping> => {
  const owner = ownerLoginOf(config, ownerBroker);
  const { readyFile } = config;
  let protector = was?.protector;
  const certificate = await finishReset({
    platform,
    protector: async (before) => {
      protector ??= protectorOf(platform, await keepingIn(platform, config, before));
      return protector;
    },
    collect: collectEverything,
    profiles: byId,
    config,
    firmware: () => ({ version, hash: runningHash(import.meta.url) }),
    ...tlsOf(config),
    ownerBroker,
    tidy: () => {
      if (readyFile !== undefined) removeReadyFile(readyFile);
    },
    ...(sim && {
      simulated: leavingLamps(
        platform,
        { ...platform, sockets, random: new SeededRandom(sim.seed), ...owner },
        sim,
        was?.lastSeen,
      ),
    }),
  });
  const next = certificate?.reset.level === "factory" ? protector?.anew() : protector;
  return { collect: collectEverything, ...(next && { protector: () => next }) };
};

/** @param onReset the home is to be reset: `end` closes it and says where it was */
const openHome = async (
  config: HubConfig,
  sim: SimConfig | undefined,
  { world, keeping, checks, supervision, onOpen }: HomeStart,
  onReset: (end: () => Promise<Ended>) => void,
): Promise<HomeProcess> => {
  const { sockets, paced, air, outsiders, peripheral, panel, platform, ownerBroker } = world;
  const hub = buildHub(platform, byId, config, {
    version,
    zone: hostZone(),
    ...tlsOf(config),
    ...firmwareOf(config, supervision),
    ownerBroker,
    keeping,
    checks,
    ...(air === undefined ? {} : { lampAir: air.lamps }),
    ...(peripheral === undefined ? {} : { peripheral }),
    ...(outsiders === undefined ? {} : { outside: outsiders }),
    ...appOf(),
    // The answer to whoever confirmed leaves first.
    reset: { begun: () => sockets.after(answerLeaves, () => onReset(ended)), needsButton: sim === undefined },
  });
  // The folder is ours now: a ready file that a killed hub left behind would be believed.
  if (config.readyFile !== undefined) removeReadyFile(config.readyFile);
  let home: SimHome | undefined;
  let bleHome: SimBleHome | undefined;
  let secondRadios: SimSecondRadios | undefined;
  let household: Household | undefined;
  let givingBack: Timer | undefined;
  const ports = { appPort: config.appPort, mqttPort: config.mqttPort };
  const ended = async (): Promise<Ended> => {
    const devices = new Map(home?.house.ids.map((id) => [id, home?.house.get(id)]));
    const seen = new Map(
      [...devices].flatMap(([id, device]) =>
        device === undefined ? [] : [[id, { faults: device.faults, isPowered: device.isPowered }]],
      ),
    );
    await close();
    return { ports, lastSeen: (id) => seen.get(id), protector: hub.protector };
  };
  const close = async (): Promise<void> => {
    if (config.readyFile !== undefined) removeReadyFile(config.readyFile);
    givingBack?.cancel();
    household?.close();
    home?.close();
    bleHome?.close();
    secondRadios?.close();
    await hub.close();
  };
  try {
    const mqtt = await hub.start();
    ports.mqttPort = { port: mqtt.port, mayMove: true };
    if (sim !== undefined && air !== undefined) {
      // A simulated home has a sun from the start, for its rules to follow.
      if (hub.places.held() === "no-place") hub.places.set(await hub.places.usualPlace());
      const chance = new SeededRandom(sim.seed).fork("ble lamps");
      const onAir = { clock: platform.clock, random: chance };
      bleHome = new SimBleHome(hub, onAir, air.ether, sim.bleLamps);
      const isPlain = config.tls === undefined || config.external !== undefined;
      const broker = isPlain ? mqtt : await hub.openLocal();
      const at = config.place ?? hub.places.stated()?.position ?? (await hub.places.usualPlace()).position;
      household = householdBeside(hub, platform.clock, air, sim, at);
      home = new SimHome(
        hub,
        {
          ...platform,
          sockets,
          random: new SeededRandom(sim.seed),
          broker,
          ...ownerLoginOf(config, ownerBroker),
        },
        air.lamps,
        sim,
      );
      secondRadios = new SimSecondRadios(hub, onAir, air.ether, home.house, sim.twoRadios);
    }
    const controls =
      paced && home && air && panel instanceof SimPanel
        ? new SimControls(
            paced,
            home.house,
            {
              air,
              panel: new SimPanelControl(paced, panel, hub.led),
              phone: new ImprovPhone(paced, air.phone),
              ...(outsiders && {
                services: new SimOutsiders(
                  platform.clock,
                  platform.entropy,
                  outsiders,
                  hub.privacy.connections,
                ),
              }),
            },
            household,
            bleHome,
            secondRadios,
          )
        : undefined;
    const app = await hub.open(controls);
    ports.appPort = { port: app.port, mayMove: true };
    onOpen(close);
    bleHome?.start();
    if (home !== undefined) await everyLampReported(hub, home);
    secondRadios?.start();
    home?.lightSome();
    if (sim !== undefined) await household?.moveIn(sim.people);
    hub.markReady();
    givingBack = giveBackWhenQuiet(sockets);
    return announced(hub, config, { app, mqtt }, sim !== undefined);
  } catch (error) {
    await close();
    throw error;
  }
};

/** Sets the devices going and waits until each lamp has said what it shows, but for those that are not listened to. */
const everyLampReported = async (hub: Hub, home: SimHome): Promise<void> => {
  const isAwaited = (id: string) =>
    home.house.lamp(id) !== undefined && hub.inventory.device(id as DeviceId)?.isolated !== true;
  const silent = new Set(home.house.ids.filter(isAwaited));
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
const householdBeside = (
  hub: Hub,
  clock: Clock,
  air: SimAir,
  { seed }: SimConfig,
  at: Position,
): Household => {
  const { token, secret } = hub.tokens.issueForThisRun();
  const callerOf = (token: string) =>
    new InsideClient((request) => answeredPlainly(hub.handle, request, "local"), token);
  const client = callerOf(bearerText(token.id, secret));
  const chance = new SeededRandom(seed).fork("people");
  return new Household(clock, chance, client, at, { air, callerOf }, movedInto(hub));
};

/** In the flash of the simulated house, under a name that none of its devices has. */
const movedInto = ({ store }: Hub): MovedIn => {
  const flash = simFlash(store, "household");
  return {
    load: () => Number(Buffer.from(flash.load() ?? [])),
    save: (count) => flash.save(Buffer.from(`${count}`)),
  };
};

const announced = (
  hub: Hub,
  config: HubConfig,
  doors: { readonly app: Endpoint; readonly mqtt: Endpoint },
  isSimulated: boolean,
): HomeProcess => {
  const secured = config.tls === undefined ? "" : "s";
  const app = `http${secured}://${hostPort(doors.app)}/`;
  const { external } = config;
  const mqtt =
    external === undefined
      ? `mqtt${secured}://${hostPort(doors.mqtt)}`
      : `mqtt${external.tls ? "s" : ""}://${hostPort(external)}`;
  const owner = hub.tokens.issueForThisRun();
  if (isSimulated) hub.stepUp.exempt(owner.token.id);
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
