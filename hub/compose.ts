import { ApiServer } from "./api/server.ts";
import type { SimControl } from "./api/traits.ts";
import { ScheduleService } from "./automation/schedule-service.ts";
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
import { presenceAgreement } from "./consent-wiring.ts";
import { keyedDraw } from "./crypto/keyed-draw.ts";
import { deniedBy } from "./domain/ble-denylist.ts";
import type { ZoneName } from "./domain/civil.ts";
import { isId } from "./domain/ids.ts";
import type { BleFrame, Profile } from "./domain/profile.ts";
import { sunEventsIn } from "./domain/rule-moments.ts";
import { egressOf } from "./egress-wiring.ts";
import { entrancesOf, grantsOf } from "./entrances.ts";
import { announcedIn, hubId, openStore, partsOf } from "./home-store.ts";
import type { HubSurroundings } from "./hub-surroundings.ts";
import { NorthboundMqtt } from "./interop/mqtt/northbound.ts";
import { BroadcastGate } from "./inventory/broadcast-gate.ts";
import { DeviceIdentities } from "./inventory/device-identity.ts";
import type { DeviceAttachment } from "./inventory/device-ways.ts";
import { Inventory } from "./inventory/inventory.ts";
import { PairingService } from "./inventory/pairing-service.ts";
import { PlaceService } from "./inventory/place-service.ts";
import { SensorService } from "./inventory/sensor-service.ts";
import { BootStages } from "./lifecycle/boot-stages.ts";
import { ClockWatch } from "./lifecycle/clock-watch.ts";
import { DeviceUpdates } from "./lifecycle/device-updates.ts";
import { ImprovProvisioning } from "./lifecycle/improv-provisioning.ts";
import { ImprovService } from "./lifecycle/improv-service.ts";
import { LampProvisioning } from "./lifecycle/lamp-provisioning.ts";
import { LedPlayer } from "./lifecycle/led-player.ts";
import { radioCheck } from "./lifecycle/radio-check.ts";
import { ResetButton } from "./lifecycle/reset-button.ts";
import { ResetService } from "./lifecycle/reset-service.ts";
import { StatusLight } from "./lifecycle/status-light.ts";
import { SteeredClock } from "./lifecycle/steered-clock.ts";
import { WifiService } from "./lifecycle/wifi-service.ts";
import { LampGroups } from "./lights/lamp-groups.ts";
import { LampWriter } from "./lights/lamp-writer.ts";
import { LightService } from "./lights/light-service.ts";
import { PowerOnService } from "./lights/power-on-service.ts";
import { SceneService } from "./lights/scene-service.ts";
import { circadianOf, vacationOf } from "./living-light.ts";
import { hubMetrics } from "./metrics.ts";
import { openApp, tlsOf } from "./open-app.ts";
import { updatesOf, updateWatchOf } from "./own-updates.ts";
import { OwnerBroker, ownerBus } from "./owner-broker.ts";
import { BeaconService } from "./people/beacon-service.ts";
import { PersonService } from "./people/person-service.ts";
import { type Neighbourhood, PresenceService } from "./people/presence-service.ts";
import type { Endpoint, HttpHandler } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";
import { AuditedLog } from "./privacy/audited-log.ts";
import type { ShelfName } from "./privacy/data-map.ts";
import { chainsOf, type PrivacyLayer, privacyLayerOf } from "./privacy-layer.ts";
import { release } from "./release.ts";
import { readCertificate } from "./reset/certificate.ts";
import { IntentFile } from "./reset/intent-file.ts";
import { intentOf, leavingDevice } from "./reset/leaving-home.ts";
import { DeviceScopeService } from "./rights/device-scope-service.ts";
import { assertClock, assertKeys } from "./self-test.ts";
import { servicesOf } from "./services.ts";

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
  const { random, entropy } = platform;
  const clock = new SteeredClock(platform.clock);
  const log = new AuditedLog(platform.log);
  const bus = new SyncEventBus();
  const stages = new BootStages(clock, log);
  const {
    vault,
    protector,
    store,
    staged,
    device,
    close: closeStore,
  } = stages.run("store", () => openStore(platform, log, around.keeping));

  const parts = partsOf(store);
  const chain = chainsOf(store, device);
  const egress = egressOf(
    { clock, network: platform.network, store, chain: chain("ledger"), consents: () => privacy.consents },
    config,
  );
  const network = egress.guard;
  const access: BrokerAccess = { authenticate: (...login) => grants.ofLogin(...login) };
  const broker = new EmbeddedBroker(clock, network, log, access);
  const id = hubId(parts.setup, entropy);
  const ownBroker =
    config.external === undefined
      ? undefined
      : ownerBus(
          { random, network: egress.ownerBroker.network },
          log,
          config.external,
          around.ownerBroker ?? {},
          { id, base: config.base },
          false,
          egress.ownerBroker.leaving,
        );
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
  const attachment = linksEndingSessions(link, broker);
  const inventory = new Inventory(clock, entropy, bus, parts.lighting, attachment, profiles);
  const scopes = new DeviceScopeService(clock, bus, parts.setup, inventory);
  const identities = new DeviceIdentities(vault.deriver("device-link"), inventory);
  const trials = trialsOn(clock, radio, isDenied);
  const pairing = new PairingService(clock, entropy, bus, inventory, profiles, trials);
  const groups = new LampGroups(clock, bus, inventory, link);
  const lights = new LightService(
    clock,
    entropy,
    bus,
    parts.lights,
    inventory,
    link,
    (outcome) =>
      around.writer === undefined
        ? new LampWriter(clock, random.fork("writer"), groups, broker, bus, outcome)
        : around.writer({ platform, link, bus, outcome }),
    groups,
    (lamp) => circadian.firstLight(lamp),
    scopes,
  );
  const powerOn = new PowerOnService(bus, inventory, link);
  const scenes = new SceneService(clock, entropy, bus, parts.lighting, inventory, lights);
  const { security } = parts;
  const gate = new BroadcastGate(clock, log, bus, security, security.shelf("bind-keys"), inventory);
  const sensors = new SensorService(clock, bus, parts.automation, inventory, link, gate, scopes);
  const usualZone = config.zone ?? around.zone ?? ("Etc/UTC" as ZoneName);
  const followed = () => sunEventsIn(schedules.list());
  const people = new PersonService(clock, entropy, bus, parts.presence);
  const veils = vault.deriver("veil");
  const places = new PlaceService(clock, bus, parts.place, veils, people, usualZone, followed);
  const watch = new ClockWatch(clock, log, bus, parts.setup);
  const wifi = new WifiService(clock, log, bus, parts.provisioning.secret("wifi"), platform.wifi);
  const provisioning = new LampProvisioning(clock, entropy, log, inventory, wifi, around.lampAir);
  const reach = new LampReach(clock, radio, [improvService, improvServiceData]);
  const improv = new ImprovProvisioning(clock, provisioning, reach);
  const neighbourhood: Neighbourhood = { present: (addresses) => network.neighbours(addresses) };
  const agreement = presenceAgreement(people, () => privacy.consents);
  const presence = new PresenceService(clock, bus, parts.presence, people, neighbourhood, agreement, watch);
  const carried = parts.presence.shelf("beacon-identities");
  const beacons = new BeaconService(clock, entropy, bus, carried, people, presence, radio);
  const seed = vault.deriver("household").derive("random windows");
  const draws = { of: (id: string) => keyedDraw(seed, id) };
  const place = around.place ?? places;
  const living = { clock, bus, store: parts.automation, inventory, lights, watch, place };
  const mode = () => schedules.mode();
  const circadian = circadianOf(living, mode);
  const vacation = vacationOf(living, draws, mode);
  const schedules: ScheduleService = new ScheduleService(clock, entropy, log, bus, parts.automation, {
    home: inventory,
    lights,
    scenes,
    sensors,
    watch,
    presence,
    place,
    draws,
    scopes,
    circadian: { follow: (target) => void circadian.follow(target) },
  });
  const deviceUpdates = new DeviceUpdates(bus, {
    device: (id) => inventory.device(id),
    profile: (id) => profiles.get(id),
    isReachable: (id) =>
      isId("lamp", id) && lights.get(id)?.reachable === true && lights.links(id)?.inUse !== "ble",
    send: (address, frames) => link.send(address, frames),
  });
  const led = new LedPlayer(platform.clock, platform.panel);
  const statusLight = new StatusLight(bus, led);
  const update = updatesOf(clock, log, platform.store.files, around);
  const updateWatch = updateWatchOf(clock, log, parts.setup, update, {
    ...around,
    zone: () => places.zone(),
  });
  const { tokens, sessions, accounts, stepUp, doorWatch } = entrancesOf(
    platform,
    clock,
    bus,
    parts.access,
    people,
  );
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
          const announced = config.homeAssistant || announcedIn(parts.setup).get();
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

  const grants = grantsOf({ tokens, identities, groups, profiles, inventory, doorWatch }, config.base);
  const rooms = {
    inventory,
    scopes,
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
    doorWatch,
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
  const privacy: PrivacyLayer = privacyLayerOf({
    ...{
      clock,
      entropy,
      panel: platform.panel,
      bus,
      log,
      network,
      broker,
      egress,
      store,
      chain,
      profiles,
      config,
    },
    version: around.version,
    tlsCertificate: around.tls?.certificate,
    connectionKeys: store.shelf("connection-keys"),
    outside: around.outside,
    withheld: store.shelf("withheld"),
    ...{ keys: vault, staged, shelf: (name: ShelfName) => store.shelf(name) },
    ...rooms,
  });
  const northboundRooms = { lights, sensors, scopes, home: inventory, acting: privacy.retained.acting };
  const northbound = new NorthboundMqtt(log, bus, broker, northboundRooms, config.base);
  const ownerBroker =
    ownBroker === undefined
      ? undefined
      : new OwnerBroker(platform, log, bus, ownBroker, northboundRooms, {
          id,
          version: around.version,
          base: config.base,
          homeAssistant: config.homeAssistant,
          announced: announcedIn(parts.setup),
        });
  const doors = ownerBroker === undefined ? [northbound] : [northbound, ownerBroker];
  const metrics = () =>
    hubMetrics(broker, link, doors, presence.refused, gate.refused, { central: radio, link: ble }, log);
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
    updateWatch?.start();
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
        {
          update,
          updateWatch,
          stages: () => stages.done,
          certificate: () => readCertificate(platform.store.files),
        },
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
    updateWatch?.close();
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
    grantOfLogin: grants.ofLogin,
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

/** Whether other machines get to see anything of this home. */
const reachesOut = ({ host, mqttHost, legacy, external }: HubConfig): boolean =>
  external !== undefined ||
  [host, mqttHost, ...(legacy === undefined ? [] : [legacy.host])].some((each) => !isLoopback(each));

/** What was said when the hub was started counts as said by its owner, again each time. */
const placeAsAsked = (places: PlaceService, { place, zone }: HubConfig): void => {
  if (place !== undefined) places.set({ position: place, zone: zone ?? places.zone().name });
  else if (zone !== undefined) places.setZone(zone);
};

/** A device that is isolated or gone has no session at the broker either. */
const linksEndingSessions = (links: DeviceLinks, broker: EmbeddedBroker): DeviceAttachment => {
  const ending = (act: (address: string) => void) => (address: string) => {
    act(address);
    broker.disconnect(address);
  };
  return {
    reaches: (via) => links.reaches(via),
    attach: (...device) => links.attach(...device),
    detach: ending((address) => links.detach(address)),
    forget: ending((address) => links.forget(address)),
  };
};
