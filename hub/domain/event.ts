import type { Cause } from "./cause.ts";
import type { ClockTrust } from "./clock-trust.ts";
import type { CommandId, DeviceId, LampId, PairingId, PersonId, RuleId, SceneId, SensorId } from "./ids.ts";
import type { Clamped, LightState } from "./light.ts";
import type { LinkKind, LinkReason } from "./link-choice.ts";
import type { PairingStep } from "./pairing.ts";
import type { FirmwareReport } from "./profile.ts";
import type { HomeMode } from "./rule.ts";
import type { SensorReading } from "./sensor.ts";
import type { Duration, Instant } from "./units.ts";

/** Why something that was asked for, or was due, did not happen. */
export const notRunReasons = [
  "unreachable",
  "superseded",
  "rejected",
  "unpaired",
  "rate-limited",
  "condition-false",
  "clock-untrusted",
  "no-place",
  "location-not-permitted",
  "not-agreed",
  "out-of-scope",
  "paused",
  "disabled",
  "taken-over",
  "missed",
] as const;
export type NotRunReason = (typeof notRunReasons)[number];
/** Why there is no sun to follow. */
export type PlaceHold = Extract<NotRunReason, "no-place" | "location-not-permitted">;
/** Why a rule about people rests. */
export type PresenceHold = Extract<NotRunReason, "paused" | "location-not-permitted" | "not-agreed">;

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
      /** Whole milliseconds from the newest command to this, its first confirmation. In this process alone. */
      readonly took?: number | undefined;
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
  /** A lamp with two links is reached by the other one from now on. How strong anybody was heard is in no event. */
  | {
      readonly kind: "device.link-changed";
      readonly device: LampId;
      readonly link: LinkKind;
      readonly reason: LinkReason;
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
  /** A device said which firmware it runs, and what became of an update. */
  | {
      readonly kind: "device.firmware";
      readonly device: DeviceId;
      readonly version: string;
      readonly update: FirmwareReport["update"];
      readonly reason?: string;
      readonly at: Instant;
    }
  | {
      readonly kind: "scene.recalled";
      readonly scene: SceneId;
      readonly command: CommandId;
      readonly at: Instant;
    }
  /** Somebody set an attribute of a lamp that follows the sun, or that is over; null: it follows the sun. */
  | {
      readonly kind: "light.taken-over";
      readonly lamp: LampId;
      readonly brightness: Instant | null;
      readonly color: Instant | null;
      readonly at: Instant;
    }
  /** A rule was set off and acted. */
  | {
      readonly kind: "rule.fired";
      readonly rule: RuleId;
      /** Of an occurrence by clock or sun: its id. */
      readonly occurrence?: string;
      /** Index in the rule's triggers; absent: by hand. */
      readonly trigger?: number;
      readonly isCatchUp: boolean;
      readonly command?: CommandId;
      readonly at: Instant;
    }
  /** A rule was due, or was set off, and did not act. */
  | {
      readonly kind: "rule.not-run";
      readonly rule: RuleId;
      readonly occurrence?: string;
      readonly trigger: number;
      readonly reason: NotRunReason;
      /** Of a condition that was false: its index in the rule's conditions. */
      readonly condition?: number;
      readonly at: Instant;
    }
  /** The hub has made up its mind about a person. Nobody's position is in it. */
  | {
      readonly kind: "presence.changed";
      readonly person: PersonId;
      readonly home: boolean;
      /** False: only now is it known where they are, so nobody came and nobody went. */
      readonly wasKnown: boolean;
      /** Nobody else is home, or may be: the first to arrive, or the last to leave. */
      readonly isAlone: boolean;
      /** Whether somebody is home now, or may be. */
      readonly anybodyHome: boolean;
      readonly at: Instant;
    }
  /** A person's phone expects to be home within `eta`. */
  | {
      readonly kind: "presence.approaching";
      readonly person: PersonId;
      readonly eta: Duration;
      readonly at: Instant;
    }
  | { readonly kind: "mode.changed"; readonly mode: HomeMode; readonly at: Instant }
  /** Civil time stepped by more than a minute, or may be believed more, or less, than before. */
  | {
      readonly kind: "clock.changed";
      readonly trust: ClockTrust["level"];
      /** Milliseconds by which it stepped; 0 where only the trust changed. */
      readonly step: number;
      readonly at: Instant;
    }
  /** A pairing has gone on, or there are others to choose from. Who they are is in no event. */
  | {
      readonly kind: "pairing.changed";
      readonly pairing: PairingId;
      readonly step: PairingStep;
      readonly at: Instant;
    }
  | {
      readonly kind: "home.changed";
      readonly what:
        | "device"
        | "room"
        | "zone"
        | "group"
        | "scene"
        | "token"
        | "rule"
        | "person"
        | "place"
        | "wifi";
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
