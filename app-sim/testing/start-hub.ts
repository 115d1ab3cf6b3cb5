import { profiles } from "../../devices/registry.ts";
import { RecordedTwin } from "../../devices/sim/ble/recorded/recorded-twin.ts";
import { bearerText } from "../../hub/api/auth.ts";
import { buildHub, type Hub } from "../../hub/compose.ts";
import type { HubConfig } from "../../hub/config.ts";
import type { Position } from "../../hub/domain/place.ts";
import { Instant, Millis, Minutes, Seconds } from "../../hub/domain/units.ts";
import { hubConfig, simConfig } from "../../hub/options.ts";
import { NodeNetwork } from "../../hub/platform/node/network.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { PacedClock } from "../../hub/platform/sim/paced-clock.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import type { Endpoint } from "../../hub/ports/network.ts";
import type { Platform } from "../../hub/ports/platform.ts";
import { SimAir } from "../../hub/sim-air.ts";
import { SimControls } from "../../hub/sim-controls.ts";
import { SimHome } from "../../hub/sim-home.ts";
import { SimPanelControl } from "../../hub/sim-panel-control.ts";
import { SimSecondRadios } from "../../hub/sim-second-radios.ts";
import { SimOutsiders } from "../../hub/sim-services.ts";
import manifest from "../../package.json" with { type: "json" };
import { HubClient } from "../client/hub-client.ts";
import { Household } from "../phone/household.ts";
import { ImprovPhone } from "../phone/improv-phone.ts";
import { Outsiders } from "../world/outsiders.ts";
import { type HubOptions, instantOf, usualNow, usualSpeed } from "./hub-options.ts";
import { TestHub } from "./test-hub.ts";
import { TestUsageError } from "./test-usage-error.ts";
import { Trace } from "./trace.ts";
import { WatchedNetwork } from "./watched-network.ts";

/** Devices boot in this much hub time, before `clock.now`. */
const bootTime = Minutes(1);
/** The longest that devices may take to boot on a clock that runs by itself, ours. */
const longestBootMs = 30_000;

/**
 * A real hub with a simulated home, in this process: everything but the disk and the devices' air is what ships.
 * Ports are free ones on loopback. Nothing is left behind once it is disposed of.
 *
 * @throws TestUsageError options that contradict each other
 */
export const startHub = async (options: HubOptions = {}): Promise<TestHub> => {
  const world = worldOf(options);
  const { platform, clock, config, air, panel } = world;
  const known = new Map(profiles.map((profile) => [profile.id, profile]));
  const hub = buildHub(platform, known, config, {
    version: manifest.version,
    lampAir: air.lamps,
    peripheral: air.peripheral,
    outside: world.outsiders,
  });
  let home: SimHome | undefined;
  let household: Household | undefined;
  try {
    const mqtt = await hub.start();
    if (config.place === undefined) hub.places.set(await hub.places.usualPlace());
    home = homeIn(hub, world, mqtt, options);
    const radios = radiosIn(hub, world, home, options);
    household = householdOf(hub, world, config.place ?? (await hub.places.usualPlace()).position);
    const app = await hub.open(
      new SimControls(
        clock,
        home.house,
        {
          air,
          panel: new SimPanelControl(clock, panel, hub.led),
          phone: new ImprovPhone(clock, air.phone),
          services: new SimOutsiders(clock, platform.entropy, world.outsiders, hub.privacy.connections),
        },
        household,
        undefined,
        radios,
      ),
    );
    await boot(hub, home, clock, options);
    radios.start();
    await household.moveIn(options.people ?? 0);
    hub.markReady();
    const trace = new Trace(clock);
    hub.bus.subscribeAll((event) => trace.add(event));
    return new TestHub({
      hub,
      house: home.house,
      radios,
      household,
      clock,
      trace,
      ether: air.ether,
      network: platform.network,
      ...addressesOf(hub, app, mqtt),
    });
  } catch (error) {
    household?.close();
    home?.close();
    await hub.close();
    throw error;
  }
};

interface World {
  readonly platform: Platform & { readonly network: WatchedNetwork };
  readonly panel: SimPanel;
  readonly clock: PacedClock;
  readonly config: HubConfig;
  readonly air: SimAir;
  readonly outsiders: Outsiders;
}

/** By its place in the list. */
const recordedAt = (at: number): string => `02:00:00:00:00:${(at + 1).toString(16).padStart(2, "0")}`;

const worldOf = (options: HubOptions): World => {
  const { seed = 1, clock: time = {}, network = "none", broker, place, zone } = options;
  if (broker !== undefined && network === "none") {
    throw new TestUsageError('a broker of your own needs network: "loopback"');
  }
  const random = new SeededRandom(seed);
  const clock = clockOf(time);
  const log = new MemoryLog();
  const air = new SimAir(clock, new SeededEntropy(random.fork("air")), random);
  const panel = new SimPanel();
  for (const [at, device] of (options.bluetooth ?? []).entries())
    air.ether.place("schema" in device ? new RecordedTwin(clock, device, recordedAt(at)) : device);
  return {
    clock,
    air,
    panel,
    outsiders: new Outsiders(clock, new SeededEntropy(random.fork("outsiders"))),
    config: hubConfig({
      "app-port": "0",
      "mqtt-port": "0",
      ...(broker === undefined ? {} : { broker }),
      ...(place === undefined ? {} : { place: `${place.latitude},${place.longitude}` }),
      ...(zone === undefined ? {} : { zone }),
    }),
    platform: {
      clock,
      random,
      log,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, new SimDisk(random.fork("disk"))),
      network: new WatchedNetwork(new NodeNetwork(undefined, air.neighbours), network === "loopback"),
      ble: air.ble,
      panel,
      wifi: air.radio,
    },
  };
};

const clockOf = ({
  now = usualNow,
  mode = "manual",
  speed = usualSpeed,
}: NonNullable<HubOptions["clock"]>): PacedClock => {
  const start = instantOf(now);
  const pace = mode === "scaled" ? speed : 1;
  if (!(pace > 0)) throw new TestUsageError("clock.speed is a number above 0");
  const isManual = mode === "manual";
  return new PacedClock(new SystemClock(), isManual ? Instant(start - bootTime) : start, pace, isManual);
};

const homeIn = (
  hub: Hub,
  { platform, air }: World,
  broker: Endpoint,
  { bulbs = 5, sensors = 2, seed = 1 }: HubOptions,
): SimHome => {
  const wanted = { bulbs: String(bulbs), sensors: String(sensors), seed: String(seed), lamps: "object" };
  const around = {
    ...platform,
    random: platform.random.fork("home"),
    sockets: new SystemClock(),
    broker,
  };
  return new SimHome(hub, around, air.lamps, simConfig(wanted));
};

const radiosIn = (
  hub: Hub,
  { platform: { clock, random }, air }: World,
  { house }: SimHome,
  { twoRadios = 0 }: HubOptions,
): SimSecondRadios =>
  new SimSecondRadios(hub, { clock, random: random.fork("radios") }, air.ether, house, twoRadios);

const householdOf = (hub: Hub, { platform, air }: World, at: Position): Household => {
  const { token, secret } = hub.tokens.issueForThisRun();
  const callerOf = (token: string) =>
    new HubClient({
      url: "http://localhost/api/v1",
      token,
      fetch: (request) => answered(hub.handle, request, "local"),
    });
  const client = callerOf(bearerText(token.id, secret));
  return new Household(platform.clock, platform.random.fork("people"), client, at, { air, callerOf });
};

/** Until every lamp has said what it shows. A manual clock lives through exactly `bootTime`. */
const boot = async (
  hub: Hub,
  home: SimHome,
  clock: PacedClock,
  { clock: time = {} }: HubOptions,
): Promise<void> => {
  home.start();
  const isComplete = () =>
    hub.lights.list().every(({ reachable, reported }) => reachable && reported !== null);
  if ((time.mode ?? "manual") === "manual") await clock.advance(bootTime);
  else await hurry(clock, isComplete);
  if (!isComplete()) throw new TestUsageError("a simulated lamp did not come up");
};

const hurry = async (clock: PacedClock, isComplete: () => boolean): Promise<void> => {
  const deadline = performance.now() + longestBootMs;
  while (!isComplete() && performance.now() < deadline)
    await clock.sleep(Millis(Seconds(0.01) * clock.speed));
};

const addressesOf = (hub: Hub, app: Endpoint, mqtt: Endpoint) => {
  const { token, secret } = hub.tokens.issueForThisRun();
  return {
    url: `http://${app.host}:${app.port}`,
    mqttUrl: `mqtt://${mqtt.host}:${mqtt.port}`,
    token: bearerText(token.id, secret),
    mqtt: { username: token.id as string, password: secret.toString("latin1") },
  };
};
