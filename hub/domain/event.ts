import type { Cause } from "./cause.ts";
import type { CommandId, DeviceId, LampId, SceneId, SensorId } from "./ids.ts";
import type { Clamped, LightState } from "./light.ts";
import type { SensorReading } from "./sensor.ts";
import type { Instant } from "./units.ts";

/** Why something that was asked for, or was due, did not happen. */
export type NotRunReason =
  | "unreachable"
  | "superseded"
  | "rejected"
  | "rate-limited"
  | "condition-false"
  | "clock-untrusted"
  | "paused";

/** Everything that happens in the home, in the past tense. Holds ids and light, never names. */
export type DomainEvent =
  | {
      readonly kind: "light.desired-changed";
      readonly lamp: LampId;
      readonly desired: LightState;
      readonly cause: Cause;
      readonly clamped: readonly Clamped[];
    }
  | {
      readonly kind: "light.reported";
      readonly lamp: LampId;
      readonly reported: LightState;
      readonly cause: Cause;
      /** False while the lamp is still on its way to the desired state. */
      readonly settled: boolean;
    }
  | {
      readonly kind: "light.not-run";
      readonly lamp: LampId;
      readonly cause: Cause;
      readonly reason: NotRunReason;
    }
  | {
      readonly kind: "device.availability-changed";
      readonly device: DeviceId;
      readonly online: boolean;
      readonly at: Instant;
    }
  | {
      readonly kind: "sensor.reported";
      readonly sensor: SensorId;
      readonly reading: SensorReading;
      readonly at: Instant;
    }
  | {
      readonly kind: "device.metered";
      readonly device: DeviceId;
      readonly power?: number;
      readonly energy?: number;
      readonly at: Instant;
    }
  | {
      readonly kind: "scene.recalled";
      readonly scene: SceneId;
      readonly command: CommandId;
      readonly at: Instant;
    }
  | {
      readonly kind: "home.changed";
      readonly what: "device" | "room" | "zone" | "group" | "scene" | "token";
      readonly id: string;
      readonly change: "added" | "changed" | "removed";
      readonly at: Instant;
    };

export type DomainEventKind = DomainEvent["kind"];
export type EventOf<Kind extends DomainEventKind> = Extract<DomainEvent, { readonly kind: Kind }>;

/** Where events go and come from. Delivery is synchronous, in order of subscription; a listener must not throw. */
export interface EventBus {
  publish(event: DomainEvent): void;
  /** @returns unsubscribe */
  subscribe<Kind extends DomainEventKind>(kind: Kind, listener: (event: EventOf<Kind>) => void): () => void;
  subscribeAll(listener: (event: DomainEvent) => void): () => void;
}
