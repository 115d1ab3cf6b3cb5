import { DeviceLink, grantOf } from "../broker/device-link.ts";
import { DeviceLinks } from "../broker/device-links.ts";
import { EmbeddedBroker } from "../broker/embedded-broker.ts";
import type { ExternalBroker } from "../broker/external-broker.ts";
import { onChosenPort } from "../chosen-port.ts";
import { HubError } from "../domain/errors.ts";
import type { ResetIntent } from "../domain/reset.ts";
import { DeviceIdentities } from "../inventory/device-identity.ts";
import { ownerBus } from "../owner-broker.ts";
import type { Endpoint } from "../ports/network.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { Vault } from "../vault/vault.ts";
import { DeviceWipe, type WipeOutcomes } from "./device-wipe.ts";
import { forgetBonds } from "./forget-bonds.ts";
import type { LeavingHome } from "./leaving-home.ts";
import { sweepRetained, topicsOf } from "./retained-sweep.ts";
import type { ResetHost, ResetWorld } from "./world.ts";

/**
 * Takes leave of everybody outside of the hub: tells each device to forget everything, over a broker that lets devices in
 * and nobody else, and takes back what the owner's own broker had retained. Needs the device-link key alone.
 */
export class Leave {
  readonly #world: ResetWorld;
  readonly #log: AuditedLog;
  readonly #vault: Vault;
  readonly #home: LeavingHome;
  readonly #isForGood: boolean;

  /** @param isForGood devices are told; else they stay set up for whoever comes next */
  constructor(world: ResetWorld, log: AuditedLog, vault: Vault, home: LeavingHome, isForGood: boolean) {
    this.#world = world;
    this.#log = log;
    this.#vault = vault;
    this.#home = home;
    this.#isForGood = isForGood;
  }

  /** @param known of an attempt that was cut off @param keep writes down what is known by now */
  async take(
    known: WipeOutcomes,
    keep: (outcomes: WipeOutcomes) => void,
  ): Promise<Pick<ResetIntent, "outcomes" | "retained">> {
    const { platform, config, ownerBroker = {} } = this.#world;
    const { external, base } = config;
    const owner =
      external && ownerBus(platform, this.#log, external, ownerBroker, { id: this.#home.hub, base }, true);
    owner?.start();
    try {
      const outcomes = this.#isForGood ? await this.#wiped(known, keep, owner) : known;
      return { outcomes, retained: owner === undefined ? "none" : await this.#swept(owner, outcomes) };
    } finally {
      await owner?.close();
    }
  }

  async #wiped(
    known: WipeOutcomes,
    keep: (outcomes: WipeOutcomes) => void,
    owner: ExternalBroker | undefined,
  ): Promise<WipeOutcomes> {
    const { platform, profiles, simulated } = this.#world;
    const { clock, network, entropy } = platform;
    await forgetBonds(platform, this.#log, this.#home.devices, profiles);
    const host = hostOf(this.#world, this.#log, this.#vault, this.#home);
    const link = new DeviceLinks({
      hub: new DeviceLink(clock, host.broker),
      ...(owner === undefined ? {} : { owner: new DeviceLink(clock, owner, { devicesComeFirst: true }) }),
    });
    let end = () => {};
    try {
      const endpoint = await listening(this.#world, this.#log, host.broker);
      end = simulated?.({ ...host, endpoint }) ?? end;
      return await new DeviceWipe(network.clock, entropy, link, profiles, keep).run(
        this.#home.devices,
        known,
      );
    } finally {
      end();
      link.close();
      await host.broker.close();
    }
  }

  async #swept(owner: ExternalBroker, outcomes: WipeOutcomes): Promise<ResetIntent["retained"]> {
    const { platform, config, profiles } = this.#world;
    const topics = topicsOf(this.#home, config.base, profiles, outcomes);
    const isGone = await sweepRetained(platform.network.clock, owner, topics, `${config.base}/bridge/reset`);
    return isGone ? "confirmed" : "unconfirmed";
  }
}

const hostOf = (
  { platform, profiles }: ResetWorld,
  log: AuditedLog,
  vault: Vault,
  { hub, devices }: LeavingHome,
): Omit<ResetHost, "endpoint"> => {
  const byAddress = new Map(devices.map((device) => [device.address, device]));
  const identities = new DeviceIdentities(vault.deriver("device-link"), {
    deviceAt: (address) => byAddress.get(address),
  });
  const grantOfDevice: ResetHost["grantOfDevice"] = ({ profile, address }) => {
    const link = profiles.get(profile)?.link;
    return link?.kind === "mqtt" ? grantOf(link, address) : undefined;
  };
  const broker = new EmbeddedBroker(platform.clock, platform.network, log, {
    authenticate: (username, password) => {
      const device = identities.authenticate(username, password);
      return device === undefined ? undefined : grantOfDevice(device);
    },
  });
  return { id: hub, broker, identities, vault, devices, grantOfDevice };
};

/**
 * Devices come where they always came. A door that does not open is no reason to keep their owner's home: they are
 * named as not confirmed then.
 */
const listening = async (
  { config, tls, simulated }: ResetWorld,
  log: AuditedLog,
  broker: EmbeddedBroker,
): Promise<Endpoint | undefined> => {
  const usual = await attempt(log, () =>
    onChosenPort(config.mqttPort, (port) =>
      broker.listen({ host: config.mqttHost, port, ...(tls === undefined ? {} : { tls }) }),
    ),
  );
  const { legacy } = config;
  if (legacy !== undefined) await attempt(log, () => broker.listen({ ...legacy, legacy: true }));
  if (tls === undefined) return usual?.endpoint;
  const local = simulated && (await attempt(log, () => broker.listen({ host: "127.0.0.1", port: 0 })));
  return local?.endpoint;
};

const attempt = async <Opened>(log: AuditedLog, open: () => Promise<Opened>): Promise<Opened | undefined> => {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof HubError) || error.family === "bug") throw error;
    log.failed("reset.door-not-opened", error);
    return undefined;
  }
};
