import { DeviceLink, grantOf } from "../broker/device-link.ts";
import { DeviceLinks } from "../broker/device-links.ts";
import { EmbeddedBroker } from "../broker/embedded-broker.ts";
import { onChosenPort } from "../chosen-port.ts";
import { HubError } from "../domain/errors.ts";
import type { ResetIntent } from "../domain/reset.ts";
import { DeviceIdentities } from "../inventory/device-identity.ts";
import { ownerBus } from "../owner-broker.ts";
import type { Endpoint } from "../ports/network.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { Vault } from "../vault/vault.ts";
import { DeviceWipe, type WipeOutcomes } from "./device-wipe.ts";
import type { LeavingHome } from "./leaving-home.ts";
import { sweepRetained, topicsOf } from "./retained-sweep.ts";
import type { ResetHost, ResetWorld } from "./world.ts";

/**
 * Opens a broker that lets devices in and nobody else, tells each of them to forget everything, and takes back what the
 * owner's own broker had retained. Needs the device-link key alone.
 */
export const takeLeave = async (
  world: ResetWorld,
  log: AuditedLog,
  vault: Vault,
  home: LeavingHome,
  known: WipeOutcomes,
  keep: (outcomes: WipeOutcomes) => void,
): Promise<Pick<ResetIntent, "outcomes" | "retained">> => {
  const { platform, profiles, config } = world;
  const { clock, network, entropy } = platform;
  const host = hostOf(world, log, vault, home);
  const { base } = config;
  const owner =
    config.external &&
    ownerBus(platform, log, config.external, world.ownerBroker ?? {}, { id: home.hub, base }, true);
  const link = new DeviceLinks({
    hub: new DeviceLink(clock, host.broker),
    ...(owner === undefined ? {} : { owner: new DeviceLink(clock, owner, { devicesComeFirst: true }) }),
  });
  const ends: (() => void)[] = [];
  try {
    owner?.start();
    const endpoint = await listening(world, log, host.broker);
    if (world.simulated !== undefined) ends.push(world.simulated({ ...host, endpoint }));
    const wipe = new DeviceWipe(network.clock, entropy, link, profiles, keep);
    const outcomes = await wipe.run(home.devices, known);
    if (owner === undefined) return { outcomes, retained: "none" };
    const topics = topicsOf(home, base, profiles, outcomes);
    const isGone = await sweepRetained(network.clock, owner, topics, `${base}/bridge/reset`);
    return { outcomes, retained: isGone ? "confirmed" : "unconfirmed" };
  } finally {
    for (const end of ends) end();
    link.close();
    await owner?.close();
    await host.broker.close();
  }
};

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
