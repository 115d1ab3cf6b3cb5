import type { KeyObject } from "node:crypto";
import type { Asset } from "./api/assets.ts";
import { ApiServer } from "./api/server.ts";
import type { SimControl } from "./api/traits.ts";
import { ScheduleService } from "./automation/schedule-service.ts";
import type { SunSource } from "./automation/traits.ts";
import { BleDeviceLink } from "./ble/ble-device-link.ts";
import { GuardedCentral } from "./ble/guarded-central.ts";
import { LampReach } from "./ble/lamp-reach.ts";
import { trialsOn } from "./ble/lamp-trial.ts";
import { DeviceLink } from "./broker/device-link.ts";
import { DeviceLinks } from "./broker/device-links.ts";
import { EmbeddedBroker } from "./broker/embedded-broker.ts";
import { isLoopback } from "./broker/listener-policy.ts";
import type { BrokerAccess } from "./broker/mqtt-bus.ts";
import { SyncEventBus } from "./bus/event-bus.ts";
import { onChosenPort } from "./chosen-port.ts";
import { improvService, improvServiceData } from "./codec/ble/improv.ts";
import type { HubConfig } from "./config.ts";
import { keyedDraw } from "./crypto/keyed-draw.ts";
import { deniedBy } from "./domain/ble-denylist.ts";
import type { ZoneName } from "./domain/civil.ts";
import type { EventBus } from "./domain/event.ts";
import { isId } from "./domain/ids.ts";
import type { BleFrame, Profile } from "./domain/profile.ts";
import { sunEventsIn } from "./domain/rule-moments.ts";
import type { StartCheck } from "./domain/start-check.ts";
import { entrancesOf, grantsOf } from "./entrances.ts";
import { announcedIn, hubId, type Keeping, openStore } from "./home-store.ts";
import { NorthboundMqtt } from "./interop/mqtt/northbound.ts";
import { BroadcastGate } from "./inventory/broadcast-gate.ts";
import { DeviceIdentities } from "./inventory/device-identity.ts";
import { Inventory } from "./inventory/inventory.ts";
import { PairingService } from "./inventory/pairing-service.ts";
import { PlaceService } from "./inventory/place-service.ts";
import { SensorService } from "./inventory/sensor-service.ts";
import { BootRecord } from "./lifecycle/boot-record.ts";
import { BootStages } from "./lifecycle/boot-stages.ts";
import { ClockWatch } from "./lifecycle/clock-watch.ts";
import { DeviceUpdates } from "./lifecycle/device-updates.ts";
import { ImageSlots } from "./lifecycle/image-slots.ts";
import { ImprovProvisioning } from "./lifecycle/improv-provisioning.ts";
import { ImprovService } from "./lifecycle/improv-service.ts";
import { type LampAir, LampProvisioning } from "./lifecycle/lamp-provisioning.ts";
import { LedPlayer } from "./lifecycle/led-player.ts";
import { radioCheck } from "./lifecycle/radio-check.ts";
import { ResetButton } from "./lifecycle/reset-button.ts";
import { ResetService } from "./lifecycle/reset-service.ts";
import { StatusLight } from "./lifecycle/status-light.ts";
import { SteeredClock } from "./lifecycle/steered-clock.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import { UpdateService } from "./lifecycle/update-service.ts";
import { WifiService } from "./lifecycle/wifi-service.ts";
import { LampGroups } from "./lights/lamp-groups.ts";
import { type FrameSender, LampWriter, type LampWriting, type WriterOutcome } from "./lights/lamp-writer.ts";
import { LightService } from "./lights/light-service.ts";
import { PowerOnService } from "./lights/power-on-service.ts";
import { SceneService } from "./lights/scene-service.ts";
import { circadianOf, vacationOf } from "./living-light.ts";
import { hubMetrics } from "./metrics.ts";
import { openApp, tlsOf } from "./open-app.ts";
import { OwnerBroker, type OwnerBrokerSecrets, ownerBus } from "./owner-broker.ts";
import { BeaconService } from "./people/beacon-service.ts";
import { PersonService } from "./people/person-service.ts";
import { type Neighbourhood, PresenceService } from "./people/presence-service.ts";
import type { BlePeripheralRadio } from "./ports/ble-peripheral.ts";
import type { Clock } from "./ports/clock.ts";
import type { BootFiles, SlotFiles } from "./ports/firmware.ts";
import type { Endpoint, HttpHandler, TlsIdentity } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";
import { AuditedLog } from "./privacy/audited-log.ts";
import { chainsOf, privacyLayerOf } from "./privacy-layer.ts";
import { release } from "./release.ts";
import { readCertificate } from "./reset/certificate.ts";
import { IntentFile } from "./reset/intent-file.ts";
import { intentOf, leavingDevice } from "./reset/leaving-home.ts";
import { assertClock, assertKeys } from "./self-test.ts";
import { servicesOf } from "./services.ts";

/** What the process around the hub hands in besides the world. */
export interface HubSurroundings {
  readonly version: string;
  /** The app's files by path and what the browser can unpack; absent: no app. */
  readonly assets?: (path: string, acceptEncoding: string) => Asset | undefined;
  /** Certificate and key of listeners off this machine. */
  readonly tls?: TlsIdentity;
  /** Of this machine, for a home that has said none. Absent: UTC. */
  readonly zone?: ZoneName;
  /** What was found before this hub began. */
  readonly checks?: readonly StartCheck[];
  /** How the keys are kept. Absent: in key files. */
  readonly keeping?: Keeping;
  /** For the owner's own broker. */
  readonly ownerBroker?: OwnerBrokerSecrets;
  /** Absent: nobody would start another image. */
  readonly firmware?: Firmware;
  /** The sun and the clocks of the home. */
  readonly place?: SunSource;
  /** Where lamps that are not in the network yet can be spoken to; absent: nowhere. */
  readonly lampAir?: LampAir;
  /** The radio as a device that phones connect to, to tell the hub its network; absent: none can. */
  readonly peripheral?: BlePeripheralRadio;
  /** Who goes on with a reset when this hub has ended; absent: there is no reset but of the network. */
  readonly reset?: {
    readonly begun: () => void;
    /** Somebody has to press the button before it can be confirmed. */
    readonly needsButton: boolean;
  };
  /** Another way to bring lamps to their state: simulation plants faults here. */
  readonly writer?: (parts: WriterParts) => LampWriting;
}

/** A hub that is one of several images. */
export interface Firmware {
  readonly supervision: Supervision;
  readonly slots: SlotFiles;
  /** Whoever may sign updates. */
  readonly keys: readonly KeyObject[];
}

export interface WriterParts {
  readonly platform: Platform;
  readonly link: FrameSender;
  readonly bus: EventBus;
  readonly outcome: WriterOutcome;
}

export type Hub = ReturnType<typeof buildHub>;

/**
 * Builds a hub on a platform: opens vault and store, makes every room and plugs them together. Nothing moves yet.
 * @throws KeysUnreadable, KeyMissing, StoreUnreadable, StoreLocked, StoreFailed
 */
export const buildHub = (
  platform: Platform,
  profiles: ReadonlyMap<string, Profile>,
  config: HubConfig,
  around: HubSurroundings,
) => {
  const { random, entropy, network } = platform;
  const clock = new SteeredClock(platform.clock);
  const log = new AuditedLog(platform.log);
  const bus = new SyncEventBus();
  const stages = new BootStages(clock, log);
  const {
    vault,
    protector,
    store,
    device,
    close: closeStore,
  } = stages.run("store", () => openStore(platform, log, around.keeping));

  const access: BrokerAccess = { authenticate: (username, password) => grants.ofLogin(username, password) };
  const broker = new EmbeddedBroker(clock, network, log, access);
  const id = hubId(store, entropy);
  const ownBroker =
    config.external === undefined
      ? undefined
      : ownerBus(platform, log, config.external, around.ownerBroker ?? {}, { id, base: config.base });
  const radio = new GuardedCentral(clock, random.fork("ble"), log, platform.ble);
  const isDenied = (frame: BleFrame) => deniedBy(frame) !== undefined;
  const ble = new BleDeviceLink(clock, radio, isDenied);
  const link = new DeviceLinks({
    ble,
    hub: new DeviceLink(clock, broker),
    ...(ownBroker === undefined
      ? {}
      : { owner: new DeviceLink(clock, ownBroker, { devicesComeFirst: true }) }),
  });
  const inventory = new Inventory(clock, entropy, bus, store, link, profiles);
  const identities = new DeviceIdentities(vault.deriver("device-link"), inventory);
  const trials = trialsOn(clock, radio, isDenied);
  const pairing = new PairingService(clock, entropy, bus, inventory, profiles, trials);
  const groups = new LampGroups(clock, bus, inventory, link);
  const lights = new LightService(
    clock,
    entropy,
    bus,
    store,
    inventory,
    link,
    (outcome) =>
      around.writer === undefined
        ? new LampWriter(clock, random.fork("writer"), groups, broker, bus, outcome)
        : around.writer({ platform, link, bus, outcome }),
    groups,
    (lamp) => circadian.firstLight(lamp),
  );
  const powerOn = new PowerOnService(bus, inventory, link);
  const scenes = new SceneService(clock, entropy, bus, store, inventory, lights);
  const gate = new BroadcastGate(clock, log, bus, store, store.shelf("bind-keys"), inventory);
  const sensors = new SensorService(clock, bus, store, inventory, link, gate);
  const usualZone = config.zone ?? around.zone ?? ("Etc/UTC" as ZoneName);
  const followed = () => sunEventsIn(schedules.list());
  const people = new PersonService(clock, entropy, bus, store);
  const places = new PlaceService(clock, bus, store, vault.deriver("veil"), people, usualZone, followed);
  const watch = new ClockWatch(clock, log, bus, store);
  const wifi = new WifiService(clock, log, bus, store.secret("wifi"), platform.wifi);
  const provisioning = new LampProvisioning(clock, entropy, log, inventory, wifi, around.lampAir);
  const reach = new LampReach(clock, radio, [improvService, improvServiceData]);
  const improv = new ImprovProvisioning(clock, provisioning, reach);
  const neighbourhood: Neighbourhood = { present: (addresses) => network.neighbours(addresses) };
  const presence = new PresenceService(clock, bus, store, people, neighbourhood, watch);
  const carried = store.shelf("beacon-identities");
  const beacons = new BeaconService(clock, entropy, bus, carried, people, presence, radio);
  const seed = vault.deriver("household").derive("random windows");
  const draws = { of: (id: string) => keyedDraw(seed, id) };
  const place = around.place ?? places;
  const living = { clock, bus, store, inventory, lights, watch, place };
  const mode = () => schedules.mode();
  const circadian = circadianOf(living, mode);
  const vacation = vacationOf(living, draws, mode);
  const schedules: ScheduleService = new ScheduleService(clock, entropy, log, bus, store, {
    home: inventory,
    lights,
    scenes,
    sensors,
    watch,
    presence,
    place,
    draws,
    circadian: { follow: (target) => void circadian.follow(target) },
  });
  const deviceUpdates = new DeviceUpdates(bus, {
    device: (id) => inventory.device(id),
    profile: (id) => profiles.get(id),
    isReachable: (id) => isId("lamp", id) && lights.get(id)?.reachable === true,
    send: (address, frames) => link.send(address, frames),
  });
  const led = new LedPlayer(platform.clock, platform.panel);
  const statusLight = new StatusLight(bus, led);
  const update = updatesOf(clock, log, platform.store.files, around);
  const { tokens, sessions, accounts, stepUp } = entrancesOf(platform, clock, bus, store, people);
  const resetByOthers = around.reset;
  const resets = new ResetService(
    network.clock,
    entropy,
    platform.panel,
    {
      device,
      forgetNetwork: () => void wifi.forget(),
      ...(resetByOthers && {
        begin: (asked) => {
          const announced = config.homeAssistant || announcedIn(store).get();
          const home = { hub: id, announced, devices: inventory.devices().map(leavingDevice) };
          new IntentFile(platform.store.files, entropy).write(
            intentOf(asked, clock.now(), { vault, store, home }),
          );
          sessions.close();
          resetByOthers.begun();
        },
      }),
    },
    { needsButton: resetByOthers?.needsButton ?? false },
  );
  const card = ["Lampkeeper", around.version, release.model, "Lampkeeper"] as const;
  const setUp = new ImprovService(clock, log, wifi, card, around.peripheral, led);
  const resetButton = new ResetButton(clock, log, platform.panel, led, resets, () => setUp.open());

  const grants = grantsOf({ tokens, identities, groups, profiles }, config.base);
  const rooms = {
    inventory,
    identities,
    lights,
    scenes,
    sensors,
    gate,
    places,
    schedules,
    circadian,
    vacation,
    watch,
    deviceUpdates,
    tokens,
    sessions,
    people,
    accounts,
    stepUp,
    presence,
    beacons,
    vault,
    checks: () => [...(around.checks ?? []), radioCheck(radio.state(), radio.trouble())],
    wifi,
    provisioning,
    improv,
    pairing,
    resets,
  };
  const chain = chainsOf(store, device);
  const { version } = around;
  const withheld = store.shelf("withheld");
  const privacy = privacyLayerOf({
    clock,
    entropy,
    bus,
    log,
    network,
    store,
    chain,
    withheld,
    version,
    ...rooms,
  });
  const northboundRooms = { lights, sensors, home: inventory, acting: privacy.retained.acting };
  const northbound = new NorthboundMqtt(log, bus, broker, northboundRooms, config.base);
  const ownerBroker =
    ownBroker === undefined
      ? undefined
      : new OwnerBroker(platform, log, bus, ownBroker, northboundRooms, {
          id,
          version: around.version,
          base: config.base,
          homeAssistant: config.homeAssistant,
          announced: announcedIn(store),
        });
  const doors = ownerBroker === undefined ? [northbound] : [northbound, ownerBroker];
  const metrics = () =>
    hubMetrics(broker, link, doors, presence.refused, gate.refused, { central: radio, link: ble });
  let isReady = false;
  let api: ApiServer | undefined;
  const listeners: { close(): Promise<void> }[] = [];

  /** Sets the rooms going and opens the broker's doors. @throws PortBusy, NetworkFailed, PlainListenerRefused */
  const start = async (): Promise<Endpoint> => {
    for (const { check, state } of around.checks ?? [])
      if (state !== "ok") log.write("warn", "start.check", { what: check });
    stages.run("keys", () => assertKeys(vault));
    stages.run("clock", () => assertClock(clock));
    stages.run("rooms", startRooms);
    const mqtt = await stages.runAsync("broker", () =>
      onChosenPort(config.mqttPort, (port) =>
        broker.listen({ host: config.mqttHost, port, ...tlsOf(around) }),
      ),
    );
    listeners.push(mqtt);
    if (config.legacy !== undefined) listeners.push(await broker.listen({ ...config.legacy, legacy: true }));
    return mqtt.endpoint;
  };

  const startRooms = (): void => {
    for (const room of [
      watch,
      inventory,
      groups,
      lights,
      powerOn,
      deviceUpdates,
      scenes,
      gate,
      sensors,
      tokens,
      people,
      accounts,
      places,
      presence,
      beacons,
      wifi,
      pairing,
      privacy,
    ])
      room.start();
    // Before anything is said to anybody: whoever saw one exact time of sunset would know the place for good.
    if (reachesOut(config) || [...tokens.list(), ...tokens.ofPeople()].length > 0)
      places.veilBeforePublishing();
    placeAsAsked(places, config);
    for (const room of [northbound, schedules, circadian, vacation, resets, resetButton]) room.start();
    ownerBroker?.start();
    bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what !== "token") return;
      // A credential that is withdrawn ends what it opened; what one opens may be carried away.
      if (change === "removed") broker.disconnect(id);
      if (change === "added") places.veilBeforePublishing();
    });
    update?.start();
  };

  /** Where devices that are simulated on this machine find the broker: without TLS they need no certificate. */
  const openLocal = async (): Promise<Endpoint> => {
    const local = await broker.listen({ host: "127.0.0.1", port: 0 });
    listeners.push(local);
    return local.endpoint;
  };

  /** Opens app and API. @param sim the strings of a simulated world @throws as `start` */
  const open = async (sim?: SimControl): Promise<Endpoint> => {
    api = new ApiServer(
      clock,
      entropy,
      log,
      bus,
      servicesOf(
        { ...rooms, privacy },
        { update, stages: () => stages.done, certificate: () => readCertificate(platform.store.files) },
        metrics,
        () => isReady,
        sim,
      ),
      {
        version: around.version,
        hosts: [config.host],
        anyAddress: !isLoopback(config.host),
        cookie: `lampkeeper-${id}`,
        ...(around.assets === undefined ? {} : { assets: around.assets }),
      },
    );
    api.start();
    const door = api;
    const app = await stages.runAsync("app", () => openApp(network, config, around, door, broker));
    listeners.push(app);
    return app.endpoint;
  };

  /** Ends everything; lamps keep what they show. */
  const close = async (): Promise<void> => {
    isReady = false;
    statusLight.close();
    update?.close();
    northbound.close();
    await ownerBroker?.close();
    schedules.close();
    watch.close();
    circadian.close();
    vacation.close();
    lights.close();
    groups.close();
    pairing.close();
    link.close();
    await setUp.close();
    await radio.close();
    scenes.close();
    sessions.close();
    tokens.close();
    resetButton.close();
    resets.close();
    privacy.close();
    beacons.close();
    presence.close();
    places.close();
    people.close();
    wifi.close();
    provisioning.shut();
    api?.close();
    await Promise.all(listeners.map((listener) => listener.close()));
    await broker.close();
    closeStore();
  };

  return {
    id,
    bus,
    store,
    broker,
    ...rooms,
    privacy,
    /** What tells this device from others, and how often it was reset. */
    device,
    /** Holds the keys above all keys: a reset goes on with it when this hub has ended. */
    protector,
    grantOfDevice: grants.ofDevice,
    led,
    /** The HTTP door, without a socket. Meaningful once started. */
    handle: ((request) => api?.handle(request) ?? { status: 503, headers: {} }) satisfies HttpHandler,
    start,
    openLocal,
    open,
    /** Whoever waits for the home to be complete may come in now. */
    markReady: () => {
      isReady = true;
      statusLight.ready(watch.trust().level);
      update?.well();
    },
    close,
  };
};

const updatesOf = (
  clock: Clock,
  log: AuditedLog,
  files: BootFiles,
  { firmware, version }: HubSurroundings,
): UpdateService | undefined => {
  if (firmware === undefined) return undefined;
  const { supervision, slots, keys } = firmware;
  const { model, ...image } = release;
  const record = new BootRecord(files, { version, ...image });
  return new UpdateService(clock, log, record, new ImageSlots(slots, keys), supervision, model);
};

/** Whether other machines get to see anything of this home. */
const reachesOut = ({ host, mqttHost, legacy, external }: HubConfig): boolean =>
  external !== undefined ||
  [host, mqttHost, ...(legacy === undefined ? [] : [legacy.host])].some((each) => !isLoopback(each));

/** What was said when the hub was started counts as said by its owner, again each time. */
const placeAsAsked = (places: PlaceService, { place, zone }: HubConfig): void => {
  if (place !== undefined) places.set({ position: place, zone: zone ?? places.zone().name });
  else if (zone !== undefined) places.setZone(zone);
};
