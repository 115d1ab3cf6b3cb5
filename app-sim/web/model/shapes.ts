import type { BodyOf, Shape } from "../../../hub/api/contract.ts";

/** What the hub's API says, in its own shapes: percent 0-100, kelvin, CIE 1931 xy, times in ISO 8601. */
export type Light = Shape<"Light">;
export type LightState = Shape<"LightState">;
export type LightCapabilities = Shape<"Capabilities">;
export type Cause = Shape<"Cause">;
export type Room = Shape<"Room">;
export type Scene = Shape<"Scene">;
export type Device = Shape<"Device">;
export type SensorReading = Shape<"Reading">;
export type Why = Shape<"Why">;
export type HubClock = Shape<"Clock">;
export type HubEvent = Shape<"Event">;
export type EventOf<Kind extends HubEvent["kind"]> = Extract<HubEvent, { kind: Kind }>;

export type Rule = Shape<"Schedule">;
export type Moment = Shape<"Moment">;
export type Trigger = Shape<"Trigger">;
export type Condition = Shape<"Condition">;
export type Action = Shape<"Action">;
export type Run = Shape<"UpcomingRun">;
export type SunDay = Shape<"SunDay">;
export type HomeMode = Shape<"Mode">["mode"];

export type Pairing = Shape<"Pairing">;
export type Candidate = Pairing["candidates"][number];

export type Xy = NonNullable<LightState["color"]>;

/** The colour part of a state, or of a palette. */
export interface Tint {
  readonly color?: Xy | undefined;
  readonly colorTemperature?: number | undefined;
}

/** A command this app sends: never "toggle" or a step, so that what a lamp will show is known at once. */
export interface LightCommand
  extends Pick<BodyOf<"setLight">, "brightness" | "colorTemperature" | "color" | "effect"> {
  readonly on?: boolean;
}
