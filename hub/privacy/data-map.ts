import type { Device, Group, Room, Scene, Zone } from "../domain/home.ts";

/** Placeholder shape until the declarations stand: name of a collection -> its value. */
interface Collections {
  readonly devices: Device;
  readonly rooms: Room;
  readonly zones: Zone;
  readonly groups: Group;
  readonly scenes: Scene;
}

export type CollectionName = keyof Collections;
export type CollectionValue<Name extends CollectionName> = Collections[Name];
