/** Everything of the tester's bench, for whoever loads it only when it is needed. */

export { RecordedTwin } from "../../../devices/sim/ble/recorded/recorded-twin.ts";
export { readRecording } from "../../../devices/sim/ble/recorded/recording.ts";
export {
  type BenchRadio,
  bluezRadio,
  machineRadio,
  ownRadio,
  RadioUnusable,
  virtualRadio,
} from "../../../hub/bench-radio.ts";
export { entryAt } from "../../../hub/ble/gatt-places.ts";
export { btsnoopHeader, btsnoopRecord, type CapturedPacket } from "../../../hub/codec/ble/btsnoop.ts";
export { deniedBy } from "../../../hub/domain/ble-denylist.ts";
export { BleError } from "../../../hub/domain/ble-errors.ts";
export { InvalidInput } from "../../../hub/domain/errors.ts";
export { Millis, Seconds } from "../../../hub/domain/units.ts";
export { attributesOf } from "./attributes.ts";
export { bleLampProfiles } from "./ble-lamp-profile.ts";
export { conformanceOf } from "./conformance.ts";
export { conformanceHtml, conformanceJunit } from "./conformance-report.ts";
export { FoundDevices, foundAt, listened } from "./found-devices.ts";
export { LampSession } from "./lamp-session.ts";
export { latenciesOf } from "./latencies.ts";
export { RecordingCentral } from "./recording-central.ts";
export { soaked } from "./soak.ts";
