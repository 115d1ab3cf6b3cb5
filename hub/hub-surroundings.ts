import type { Asset } from "./api/assets.ts";
import type { SunSource } from "./automation/traits.ts";
import type { ZoneName } from "./domain/civil.ts";
import type { EventBus } from "./domain/event.ts";
import type { StartCheck } from "./domain/start-check.ts";
import type { Keeping } from "./home-store.ts";
import type { LampAir } from "./lifecycle/lamp-provisioning.ts";
import type { FrameSender, LampWriting, WriterOutcome } from "./lights/lamp-writer.ts";
import type { Firmware } from "./own-updates.ts";
import type { OwnerBrokerSecrets } from "./owner-broker.ts";
import type { BlePeripheralRadio } from "./ports/ble-peripheral.ts";
import type { TlsIdentity } from "./ports/network.ts";
import type { Outside } from "./ports/outside.ts";
import type { Platform } from "./ports/platform.ts";

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
  /** The wire to services of others; absent: this hub knows none. */
  readonly outside?: Outside;
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

export interface WriterParts {
  readonly platform: Platform;
  readonly link: FrameSender;
  readonly bus: EventBus;
  readonly outcome: WriterOutcome;
}
