import type { AccessToken } from "../domain/access.ts";
import type { Cause } from "../domain/cause.ts";
import type { Device, Group, Room, Scene, Zone } from "../domain/home.ts";
import type { LampId, SensorId } from "../domain/ids.ts";
import type { LightState } from "../domain/light.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { Instant } from "../domain/units.ts";

/** Placeholder shape until the declarations stand: name of a collection -> its value. */
interface Collections {
  readonly devices: Device;
  readonly rooms: Room;
  readonly zones: Zone;
  readonly groups: Group;
  readonly scenes: Scene;
  readonly tokens: AccessToken;
  readonly "light-states": {
    readonly id: LampId;
    readonly desired: LightState;
    readonly reported: LightState | null;
    readonly cause: Cause;
  };
  readonly "sensor-readings": {
    readonly id: SensorId;
    readonly reading: SensorReading;
    readonly at: Instant;
  };
}

export type CollectionName = keyof Collections;
export type CollectionValue<Name extends CollectionName> = Collections[Name];
