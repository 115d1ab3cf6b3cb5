import { bearerText } from "../../../hub/api/auth.ts";
import { type RouteName, routes } from "../../../hub/api/contract.ts";
import { type SchemaName, schemas } from "../../../hub/api/schemas/schemas.ts";
import { ApiServer } from "../../../hub/api/server.ts";
import type { Services } from "../../../hub/api/traits.ts";
import { CircadianService } from "../../../hub/automation/circadian-service.ts";
import { GuardedCentral } from "../../../hub/ble/guarded-central.ts";
import { trialsOn } from "../../../hub/ble/lamp-trial.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { presenceAgreement } from "../../../hub/consent-wiring.ts";
import type { Scope } from "../../../hub/domain/access.ts";
import type { ZoneName } from "../../../hub/domain/civil.ts";
import { Conflict } from "../../../hub/domain/errors.ts";
import type { Device } from "../../../hub/domain/home.ts";
import { isId, type LampId, type SensorId } from "../../../hub/domain/ids.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import type { StartCheck } from "../../../hub/domain/start-check.ts";
import type { VaultStatus } from "../../../hub/domain/vault.ts";
import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { doorWatchOf } from "../../../hub/entrances.ts";
import { BroadcastGate } from "../../../hub/inventory/broadcast-gate.ts";
import { Inventory } from "../../../hub/inventory/inventory.ts";
import { PairingService } from "../../../hub/inventory/pairing-service.ts";
import { PlaceService } from "../../../hub/inventory/place-service.ts";
import type { SensorView } from "../../../hub/inventory/sensor-service.ts";
import { DeviceUpdates } from "../../../hub/lifecycle/device-updates.ts";
import { ImprovProvisioning } from "../../../hub/lifecycle/improv-provisioning.ts";
import { LampProvisioning } from "../../../hub/lifecycle/lamp-provisioning.ts";
import { ResetService } from "../../../hub/lifecycle/reset-service.ts";
import { WifiService } from "../../../hub/lifecycle/wifi-service.ts";
import { AccountService } from "../../../hub/people/account-service.ts";
import { defaultAttemptLimits } from "../../../hub/people/attempt-limiter.ts";
import { BeaconService } from "../../../hub/people/beacon-service.ts";
import { PersonService } from "../../../hub/people/person-service.ts";
import { PresenceService } from "../../../hub/people/presence-service.ts";
import { SecondFactors } from "../../../hub/people/second-factors.ts";
import { SessionService } from "../../../hub/people/session-service.ts";
import { StepUp } from "../../../hub/people/step-up.ts";
import { TokenService } from "../../../hub/people/token-service.ts";
import { WatchedLimiter } from "../../../hub/people/watched-limiter.ts";
import { Ether } from "../../../hub/platform/sim/ble/ether.ts";
import { VirtualCentral } from "../../../hub/platform/sim/ble/virtual-central.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../../hub/platform/sim/sim-ble.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { answered } from "../../../hub/platform/sim/web-fetch.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { type PrivacyLayer, privacyLayerOf } from "../../../hub/privacy-layer.ts";
import { DeviceScopeService } from "../../../hub/rights/device-scope-service.ts";
import { SimAir } from "../../../hub/sim-air.ts";
import { AmongStrangers } from "../../support/among-strangers.ts";
import { egressBeside } from "../../support/made-recipients.ts";
import { memoryChains } from "../../support/memory-chain.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { MemoryStage, memoryKeys } from "../../support/memory-keys.ts";
import { MemorySecretShelf } from "../../support/memory-secret-shelf.ts";
import { MemorySecretSlot } from "../../support/memory-secret-slot.ts";
import { houseProfiles } from "./house-profiles.ts";
import { InstantLights } from "./instant-lights.ts";
import { layerParts } from "./layer-parts.ts";
import { PlainScenes } from "./plain-scenes.ts";
import { CredulousWatch, PlainSchedules } from "./plain-schedules.ts";
import { ToyWorld } from "./toy-world.ts";

/** A house behind a real door: real inventory, tokens and sessions; lamps that obey at once. */
const enrolled = (device: Device) => ({
  device,
  ...(device.via === "owner"
    ? {}
    : { credentials: { username: device.address, password: Buffer.from("a-device-secret") } }),
});

export class House extends AmongStrangers {
  readonly entropy = new SeededEntropy(new SeededRandom(7));
  readonly bus = new SyncEventBus();
  readonly log = new MemoryLog();
  readonly store = new MemoryGuardedStore();
  hasOwnBroker = false;
  readonly inventory = new Inventory(
    this.clock,
    this.entropy,
    this.bus,
    this.store,
    {
      reaches: (via) => via === "hub" || this.hasOwnBroker,
      attach: () => {},
      detach: () => {},
      forget: () => {},
    },
    houseProfiles,
  );
  readonly scopes = new DeviceScopeService(this.clock, this.bus, this.store, this.inventory);
  readonly tokens = new TokenService(this.clock, this.entropy, this.bus, this.store);
  readonly sessions = new SessionService(this.clock, this.entropy, this.bus);
  readonly people = new PersonService(this.clock, this.entropy, this.bus, this.store);
  readonly doorWatch = doorWatchOf(this.clock);
  readonly accounts = new AccountService(
    this.clock,
    this.entropy,
    this.bus,
    this.store,
    {
      people: this.people,
      limiter: new WatchedLimiter(this.clock, defaultAttemptLimits, this.doorWatch.suspicions),
      factors: new SecondFactors(this.clock, this.entropy, new MemorySecretShelf()),
      credentials: [this.sessions, this.tokens],
    },
    { logN: 2, r: 1, p: 1 },
  );
  readonly stepUp = new StepUp(this.clock, this.accounts);
  readonly presence = new PresenceService(
    this.clock,
    this.bus,
    this.store,
    this.people,
    { present: () => new Set() },
    presenceAgreement(this.people, () => this.privacy.consents),
  );
  readonly places = new PlaceService(
    this.clock,
    this.bus,
    this.store,
    { derive: () => this.entropy.bytes(32) },
    this.people,
    "Europe/Berlin" as ZoneName,
  );
  readonly air = new SimAir(this.clock, new SeededEntropy(new SeededRandom(5)), new SeededRandom(5));
  readonly wifi = new WifiService(
    this.clock,
    new AuditedLog(this.log),
    this.bus,
    new MemorySecretSlot(),
    this.air.radio,
  );
  readonly provisioning = new LampProvisioning(
    this.clock,
    this.entropy,
    new AuditedLog(this.log),
    this.inventory,
    this.wifi,
    this.air.lamps,
  );
  readonly gate = new BroadcastGate(
    this.clock,
    new AuditedLog(this.log),
    this.bus,
    new MemoryGuardedStore(),
    new MemorySecretShelf(),
    this.inventory,
  );
  readonly improv = new ImprovProvisioning(this.clock, this.provisioning, { reach: async () => undefined });
  /** What is on the air around it. */
  readonly ether = new Ether(this.clock, new SeededRandom(6));
  readonly central = new VirtualCentral(this.clock, new SeededRandom(7), this.ether);
  readonly #radio = new GuardedCentral(this.clock, new SeededRandom(8), this.log, this.central);
  readonly pairing = new PairingService(
    this.clock,
    this.entropy,
    this.bus,
    this.inventory,
    houseProfiles,
    trialsOn(this.clock, this.#radio, () => false),
  );
  readonly beacons = new BeaconService(
    this.clock,
    this.entropy,
    this.bus,
    new MemorySecretShelf(),
    this.people,
    this.presence,
    new SimBle(),
  );
  readonly lights = new InstantLights(this);
  readonly scenes = new PlainScenes(this);
  readonly schedules = new PlainSchedules(this);
  readonly watch = new CredulousWatch(this);
  readonly sensors = {
    list: () =>
      this.inventory.devices().flatMap(({ id }) => (isId("sensor", id) ? this.sensors.get(id) : [])),
    get: (id: SensorId): SensorView => ({
      id,
      name: "Door",
      room: null,
      profile: "test/motion",
      senses: ["occupancy"],
      reachable: true,
      reading: { occupancy: true },
      at: this.clock.now(),
    }),
  };
  /** The sun stands at its zenith, as long as the test lasts. */
  readonly circadian = new CircadianService(
    this.clock,
    this.bus,
    new MemoryGuardedStore(),
    {
      members: (target) => this.inventory.members(target),
      get: (lamp) => this.lights.get(lamp),
      show: () => {},
    },
    { elevation: () => 90 as Degrees, held: () => undefined, isNight: () => false },
  );
  /** How a vault would keep its keys. */
  vault: VaultStatus = {
    protector: "key-file",
    sanitization: "clear",
    isMoved: false,
    isRootWaiting: false,
    epoch: 1,
    keys: [{ name: "root", heldBy: "key-file", destroyedBy: "overwrite" }],
  };
  /** Levels that were begun. */
  readonly begun: string[] = [];
  certificate: SignedCertificate | undefined;
  readonly panel = new SimPanel();
  readonly resets = new ResetService(
    this.clock,
    this.entropy,
    this.panel,
    {
      begin: ({ level }) => this.begun.push(level),
      forgetNetwork: () => this.begun.push("network"),
      device: () => ({ publicKey: Buffer.alloc(32, 7), counter: () => 4 }),
    },
    { needsButton: true },
  );
  /** What its start found. */
  readonly checks = (): readonly StartCheck[] => [
    { check: "swap", state: "warn", found: "on", repair: "swapoff -a" },
  ];
  readonly network = new SimNetwork(this.clock, new SeededRandom(9));
  /** The same, by the word that tests of agreeing use. */
  readonly agreed = this.consents;
  readonly chain = memoryChains();
  readonly keys = memoryKeys();
  readonly staged = new MemoryStage();
  readonly shelf = () => new MemorySecretShelf();
  readonly egress = egressBeside(this);
  readonly privacy: PrivacyLayer = privacyLayerOf({
    ...this,
    ...layerParts(this.log),
    withheld: new MemorySecretShelf(),
    vault: { status: () => this.vault },
  });
  readonly api: ApiServer;
  /** Answers that were not in the shape the contract promises. */
  readonly broken: string[] = [];
  readonly room;
  readonly lamp: LampId;
  readonly other: LampId;
  readonly sensor: SensorId;
  readonly owner: string;

  constructor(options: { readonly sim?: boolean; readonly services?: Partial<Services> } = {}) {
    super();
    this.inventory.start();
    this.tokens.start();
    this.circadian.start();
    this.people.start();
    this.accounts.start();
    this.presence.start();
    this.beacons.start();
    this.places.start();
    this.resets.start();
    this.privacy.start();
    this.room = this.inventory.addRoom("Kitchen");
    const add = (profile: string, name: string) =>
      this.inventory.addDevice({ profile, name, room: this.room.id }).id;
    this.lamp = add("test/color", "Sink") as LampId;
    this.other = add("test/color", "Table") as LampId;
    this.sensor = add("test/motion", "Door") as SensorId;
    const services: Services = {
      lights: this.lights,
      scenes: this.scenes,
      home: this.inventory,
      sensors: this.sensors,
      gate: this.gate,
      schedules: this.schedules,
      watch: this.watch,
      enrolment: {
        enrol: (wanted) => enrolled(this.inventory.addDevice(wanted)),
        replace: (id, wanted) => enrolled(this.inventory.replaceDevice(id, wanted)),
      },
      circadian: this.circadian,
      vacation: { isActive: () => false, held: () => undefined, plan: () => [] },
      places: this.places,
      tokens: this.tokens,
      sessions: this.sessions,
      people: this.people,
      accounts: this.accounts,
      stepUp: this.stepUp,
      doorWatch: this.doorWatch,
      presence: this.presence,
      beacons: this.beacons,
      vault: {
        status: () => this.vault,
        rotate: () => {
          this.vault = { ...this.vault, epoch: this.vault.epoch + 1 };
        },
      },
      checks: this.checks,
      wifi: this.wifi,
      provisioning: this.provisioning,
      improv: this.improv,
      pairing: this.pairing,
      resets: this.resets,
      privacy: this.privacy,
      certificate: () => this.certificate,
      isReady: () => true,
      stages: () => [],
      deviceUpdates: new DeviceUpdates(this.bus, {
        device: (id) => this.inventory.device(id),
        profile: () => undefined,
        isReachable: () => true,
        send: () => {},
      }),
      ...(options.sim === false ? {} : { sim: new ToyWorld(this) }),
      ...options.services,
    };
    this.api = new ApiServer(this.clock, this.entropy, this.log, this.bus, services, {
      version: "0.0.0-test",
      hosts: ["hub.test"],
      anyAddress: false,
      cookie: "lampkeeper_test",
    });
    this.api.onAnswer = (route, answer) => this.#check(route, answer);
    this.api.start();
    const { token, secret } = this.tokens.issueForThisRun();
    this.owner = bearerText(token.id, secret);
  }

  close(): void {
    this.circadian.close();
    this.provisioning.shut();
    this.api.close();
  }

  tokenWith(scopes: readonly Scope[]): string {
    const { token, secret } = this.tokens.issue({ name: "test", role: "developer", scopes });
    return bearerText(token.id, secret);
  }

  async send(method: string, path: string, init: SendInit = {}): Promise<Response> {
    const { token = this.owner, body, raw, headers } = init;
    const request = new Request(
      `http://localhost${path.startsWith("/~") ? path.slice(2) : `/api/v1${path}`}`,
      {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined && raw === undefined ? {} : { body: raw ?? JSON.stringify(body) }),
      },
    );
    return this.fetch(request);
  }

  /** Asks the door as `fetch` would. */
  readonly fetch = (request: Request): Promise<Response> => answered(this.api.handle, request, "test");

  /** The parsed answer; an unexpected status fails loudly. */
  async ask<Body = Record<string, never>>(
    method: string,
    path: string,
    init: SendInit & { status?: number } = {},
  ) {
    const answer = await this.send(method, path, init);
    const text = await answer.text();
    if (answer.status !== (init.status ?? 200))
      throw new Conflict(`${answer.status} ${method} ${path}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  }

  #check(route: RouteName, answer: unknown): void {
    const { answer: name } = routes[route] as { answer?: SchemaName };
    const isRight = name === undefined ? answer === undefined : schemas[name]().safeParse(answer).success;
    if (!isRight) this.broken.push(`${route}: ${JSON.stringify(answer)}`);
  }
}

export interface SendInit {
  /** Null: none. Absent: the owner's. */
  readonly token?: string | null;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}
