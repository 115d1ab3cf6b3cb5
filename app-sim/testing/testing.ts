/** `lampkeeper/testing`: a real hub inside a test. */

export type { BlePeripheral } from "../../devices/sim/ble/peripheral.ts";
export { type Recording, readRecording } from "../../devices/sim/ble/recorded/recording.ts";
export { HubClient } from "../client/hub-client.ts";
export { HubProblem } from "../client/hub-problem.ts";
export type { ClockOptions, HubOptions, TimeSpan } from "./hub-options.ts";
export { startHub } from "./start-hub.ts";
export type { TestClock } from "./test-clock.ts";
export type { TestHub } from "./test-hub.ts";
export type { TestLamp } from "./test-lamp.ts";
export type { TestPerson } from "./test-person.ts";
export type { TestSensor } from "./test-sensor.ts";
export { TestUsageError, WaitTimedOut } from "./test-usage-error.ts";
export type { TracedEvent } from "./trace.ts";
export { OutboundRefused } from "./watched-network.ts";
