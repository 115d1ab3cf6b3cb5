import type { BleFrame, SensorExample, SensorProfile } from "../../hub/domain/profile.ts";
import type { SensorReading } from "../../hub/domain/sensor.ts";
import { profileId } from "./define-profile.ts";

/** What a sensor says by its service data, in clear. Undefined for noise; never throws. */
export type BroadcastReader = (data: Uint8Array) => SensorReading | undefined;

/** A sensor that only advertises. */
export interface BroadcastSensorSpec {
  readonly vendor: string;
  readonly model: string;
  readonly description: string;
  readonly source: string;
  /** UUID of the service data it speaks by. */
  readonly service: string;
  readonly read: BroadcastReader;
  /** What of that is its own. */
  readonly senses: readonly (keyof SensorReading)[];
  readonly examples: readonly SensorExample[];
}

/** An advertisement's service data, as hexadecimal digits. */
export const broadcast = (service: string, digits: string): BleFrame => ({
  kind: "ble",
  service,
  characteristic: "",
  bytes: Buffer.from(digits, "hex"),
});

/** The part of a reading that a sensor has; undefined: none of it. */
const ownPart = (
  reading: SensorReading,
  senses: readonly (keyof SensorReading)[],
): SensorReading | undefined => {
  const own = senses.flatMap((key) => (reading[key] === undefined ? [] : [[key, reading[key]] as const]));
  return own.length === 0 ? undefined : Object.fromEntries(own);
};

/** A driver from its data and its reader. A sealed packet is noise to it: whoever has the key opens it first. */
export const defineBroadcastSensor = ({
  service,
  read,
  senses,
  examples,
  ...spec
}: BroadcastSensorSpec): SensorProfile => ({
  ...spec,
  id: profileId(spec.vendor, spec.model),
  kind: "sensor",
  link: {
    kind: "ble",
    signs: [{ services: [service] }],
    over: "broadcast",
    notifies: [],
    reads: [],
    bonded: false,
    readsBack: true,
  },
  senses,
  decode: (frame) => {
    const said = frame.kind === "ble" && frame.service === service ? read(frame.bytes) : undefined;
    const reading = said && ownPart(said, senses);
    return reading && { reading };
  },
  examples,
});
