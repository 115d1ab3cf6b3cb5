import type { SensorDialect, SimSensor } from "../sim-sensor.ts";

const topic = (address: string, leaf: string): string => `device/${address}/${leaf}`;

const tell = (sensor: SimSensor): void =>
  sensor.publish(topic(sensor.address, "state"), JSON.stringify(sensor.reading));

/** Sensors of Lampkeeper's own dialect: a state in one object, events of their own. */
export const nativeSensor: SensorDialect = {
  will: (address) => ({ topic: topic(address, "availability"), payload: "offline" }),
  publishes: (address, hasButtons) =>
    ["state", "availability", ...(hasButtons ? ["event"] : [])].map((leaf) => topic(address, leaf)),
  greet: (sensor) => {
    sensor.publish(topic(sensor.address, "availability"), "online", true);
    tell(sensor);
  },
  tell,
  tellAction: (sensor, action) =>
    sensor.publish(
      topic(sensor.address, "event"),
      JSON.stringify({ action, battery: sensor.reading.battery }),
    ),
};
