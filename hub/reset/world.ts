import type { EmbeddedBroker } from "../broker/embedded-broker.ts";
import type { AccessGrant } from "../broker/mqtt-bus.ts";
import type { HubConfig } from "../config.ts";
import type { Device } from "../domain/home.ts";
import type { Profile } from "../domain/profile.ts";
import type { ProtectorKind } from "../domain/vault.ts";
import type { DeviceIdentities } from "../inventory/device-identity.ts";
import type { OwnerBrokerSecrets } from "../owner-broker.ts";
import type { Endpoint, TlsIdentity } from "../ports/network.ts";
import type { Platform } from "../ports/platform.ts";
import type { Protector } from "../vault/protector.ts";
import type { Vault } from "../vault/vault.ts";
import type { Firmware } from "./certificate.ts";
import type { LeavingDevice } from "./leaving-home.ts";

/** What a reset needs of the world; nothing of it comes from the home that is reset. */
export interface ResetWorld {
  readonly platform: Platform;
  /**
   * Asked for once, when a reset is under way: a passphrase is read for it.
   * @param before what held the keys, for when nothing is left that says so
   */
  readonly protector: (before: ProtectorKind) => Protector | Promise<Protector>;
  /** Collects garbage, so that destroyed keys are overwritten in memory. */
  readonly collect?: () => void;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly config: HubConfig;
  readonly firmware: () => Firmware;
  readonly tls?: TlsIdentity;
  readonly ownerBroker?: OwnerBrokerSecrets;
  /** Takes away what this process left outside of the store. */
  readonly tidy?: () => void;
  /** Devices that live in this process. */
  readonly simulated?: SimulatedDevices;
}

/** What simulated devices find of a hub that is being reset: a broker that knows them, and nothing else. */
export interface ResetHost {
  readonly id: string;
  readonly broker: EmbeddedBroker;
  readonly identities: DeviceIdentities<LeavingDevice>;
  readonly vault: Vault;
  /** Where the broker listens without TLS. */
  readonly endpoint: Endpoint | undefined;
  readonly devices: readonly LeavingDevice[];
  grantOfDevice(device: Pick<Device, "profile" | "address">): AccessGrant | undefined;
}

/** Starts the devices that live in this process. @returns ends them */
export type SimulatedDevices = (host: ResetHost) => () => void;
