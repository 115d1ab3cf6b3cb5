import { InsideClient } from "../../../app-sim/client/inside-client.ts";
import { profiles } from "../../../devices/registry.ts";
import { bearerText } from "../../../hub/api/auth.ts";
import { buildHub, type Hub } from "../../../hub/compose.ts";
import type { Device } from "../../../hub/domain/home.ts";
import type { DeviceId } from "../../../hub/domain/ids.ts";
import { type Duration, type Instant, Millis, Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { protectorOf } from "../../../hub/home-store.ts";
import { keepingOf } from "../../../hub/keeping.ts";
import type { OptionValues } from "../../../hub/option-definitions.ts";
import { hubConfig } from "../../../hub/options.ts";
import { JsonLog } from "../../../hub/platform/node/json-log.ts";
import { SqliteStore } from "../../../hub/platform/node/sqlite-store.ts";
import { SystemEntropy } from "../../../hub/platform/node/system-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../../hub/platform/sim/sim-ble.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { answeredPlainly } from "../../../hub/platform/sim/web-fetch.ts";
import type { Endpoint, TlsIdentity } from "../../../hub/ports/network.ts";
import type { Platform } from "../../../hub/ports/platform.ts";
import { finishReset } from "../../../hub/reset/run.ts";
import { SimAir } from "../../../hub/sim-air.ts";
import type { Plant } from "./plants.ts";

/** As on the command line. */
export type Protection = Pick<OptionValues, "protector" | "passphrase-file">;

const version = "0.0.0";
const byId = new Map(profiles.map((each) => [each.id, each]));

/** This machine's disk, log and entropy, in a driven time. */
const drivenWorld = (
  folder: string,
  clock: VirtualClock,
  air: SimAir,
  protection: Protection,
  plant: Plant = {},
) => {
  const random = new SeededRandom(1);
  const log = new JsonLog(clock, process.stderr, "debug");
  const store = new SqliteStore(clock, log, folder, folder);
  const platform = {
    clock,
    random,
    log,
    entropy: plant.entropy?.() ?? new SystemEntropy(),
    store: plant.store?.(store, { clock, log, folder }) ?? store,
    network: new SimNetwork(clock, random.fork("network")),
    ble: new SimBle(),
    panel: new SimPanel(),
    wifi: air.radio,
  } satisfies Platform;
  const ports = { "app-port": "1", "mqtt-port": "2", "log-level": "debug" };
  const config = hubConfig({ data: folder, ...ports, ...protection });
  return { platform, config, keeping: keepingOf(platform.entropy, config, process.env) };
};

const newAir = (clock: VirtualClock): SimAir => new SimAir(clock, new SystemEntropy(), new SeededRandom(1));

/**
 * Goes on with a reset as a start would, to its end. @param now by its clock. @returns undefined: none had begun
 */
export const endReset = async (
  folder: string,
  now: Instant,
  protection: Protection = {},
): Promise<SignedCertificate | undefined> => {
  const clock = new VirtualClock(now);
  const { platform, config, keeping } = drivenWorld(folder, clock, newAir(clock), protection);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const reset = finishReset({
    platform,
    protector: () => protectorOf(platform, keeping),
    profiles: byId,
    config,
    firmware: () => ({ version, hash: "" }),
  });
  reset.then(over, over);
  while (!isOver) await clock.advance(Seconds(1));
  return reset;
};

/** The hub asks lamps that have been silent how they are. */
const checkUpEvery = Minutes(1);
/** After something happened its consequences run their course. */
const livelyFor = Seconds(20);
const answersAfter = Millis(30);

/**
 * A hub on this machine's disk, log and entropy, in a time that passes when it is told to: a year of real writes in
 * seconds. Its network is simulated, as no byte of that reaches a disk.
 */
export class DrivenHub {
  readonly clock: VirtualClock;
  readonly network: SimNetwork;
  /** The home's Wi-Fi. */
  readonly air: SimAir;
  readonly hub: Hub;
  /** Everything that was said on MQTT so far. */
  readonly topics = new Set<string>();
  readonly owner: InsideClient;
  /** The owner's credential, as it stands behind `Bearer`. */
  readonly bearer: string;
  /** Hears everything that the API answers. */
  onAnswer: (text: string) => void = () => {};
  #mqtt: Endpoint | undefined;
  readonly #says = new Map<DeviceId, (what: string, payload: string) => void>();
  #livelyUntil = 0;

  private constructor(folder: string, now: Instant, plant: Plant, protection: Protection, tls?: TlsIdentity) {
    this.clock = new VirtualClock(now);
    this.air = newAir(this.clock);
    const { platform, config, keeping } = drivenWorld(folder, this.clock, this.air, protection, plant);
    this.network = platform.network;
    this.hub = buildHub(platform, byId, config, {
      version,
      keeping,
      ...(tls && { tls }),
      reset: { begun: () => {}, needsButton: false },
    });
    plant.sabotage?.(this.hub, platform);
    const { token, secret } = this.hub.tokens.issueForThisRun();
    this.bearer = bearerText(token.id, secret);
    this.owner = this.as(this.bearer);
  }

  /** @param folder data and keys. @param now by its clock. @param protection absent: as before, else key files. @param tls of its listeners */
  static async open(
    folder: string,
    now: Instant,
    plant: Plant = {},
    protection: Protection = {},
    tls?: TlsIdentity,
  ): Promise<DrivenHub> {
    const driven = new DrivenHub(folder, now, plant, protection, tls);
    const { hub } = driven;
    hub.broker.subscribe("#", ({ topic }) => driven.topics.add(topic));
    hub.bus.subscribeAll(() => {
      driven.#livelyUntil = driven.clock.monotonic() + livelyFor;
    });
    driven.#mqtt = await hub.start();
    await hub.open();
    for (const device of hub.inventory.devices()) driven.plugIn(device);
    await driven.live(Seconds(10));
    return driven;
  }

  /** Where the broker listens. */
  get mqtt(): Endpoint {
    if (this.#mqtt === undefined) throw new RangeError("the hub has not started");
    return this.#mqtt;
  }

  /** The API with another credential. @param token as it stands behind `Bearer` */
  as(token: string): InsideClient {
    return new InsideClient(async (request) => {
      const answer = await answeredPlainly(this.hub.handle, request, "local");
      this.onAnswer(answer.text);
      return answer;
    }, token);
  }

  /** Time passes. Most of a year nothing happens, and then nobody needs a turn: it passes many times as fast. */
  async live(duration: Duration): Promise<void> {
    const { clock } = this;
    await settle();
    const end = clock.monotonic() + duration;
    for (let due = clock.nextDue(); due !== undefined && due <= end; due = clock.nextDue()) {
      clock.advanceSync(Millis(due - clock.monotonic()));
      if (due <= this.#livelyUntil) await settle();
      else if (due % checkUpEvery === 0) await settle(1);
    }
    clock.advanceSync(Millis(end - clock.monotonic()));
    await settle();
  }

  /** From here on there is a device that does as it is told. */
  plugIn(device: Device): void {
    const grant = this.hub.grantOfDevice(device);
    if (grant === undefined) return;
    const topic = (what: string): string => `device/${device.address}/${what}`;
    let shown: object = { on: false, brightness: 100 };
    const session = this.hub.broker.attach(grant, {
      onMessage: ({ payload }) => {
        const { id, effect: _, transition: __, ...asked } = JSON.parse(Buffer.from(payload).toString());
        shown = { ...shown, ...asked };
        this.clock.after(answersAfter, () => {
          session.publish(topic("state"), JSON.stringify({ ...shown, id }), { retain: true });
        });
      },
    });
    session.subscribe(topic("command"));
    this.#says.set(device.id, (what, payload) => session.publish(topic(what), payload));
    session.publish(topic("availability"), "online", { retain: true });
  }

  /** A device that is plugged in says something by itself. @param what the end of its topic */
  say(device: DeviceId, what: string, payload: string): void {
    this.#says.get(device)?.(what, payload);
  }

  close(): Promise<void> {
    return this.hub.close();
  }
}
