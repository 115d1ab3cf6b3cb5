import { mibeaconReading, readMibeacon } from "../../hub/codec/ble/mibeacon.ts";
import type { BroadcastReader } from "./broadcast.ts";

/** What MiBeacon says of a sensor. */
export const mibeaconSaid: BroadcastReader = (data) => {
  const read = readMibeacon(data);
  return read === undefined || read.sealed ? undefined : mibeaconReading(read.objects);
};
