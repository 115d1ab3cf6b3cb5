import type { SensorDialect, SimSensor } from "../sim-sensor.ts";

const topic = (sensor: SimSensor): string => `zigbee2mqtt/${sensor.address}`;

const tell = (sensor: SimSensor): void =>
  sensor.publish(topic(sensor), JSON.stringify({ ...sensor.reading, linkquality: 98 }));

/** Zigbee2MQTT with one sensor behind it. An action is a field of the state, followed by an empty one. */
export const zigbee2mqttSensor: SensorDialect = {
  will: (address) => ({ topic: `zigbee2mqtt/${address}/availability`, payload: '{"state":"offline"}' }),
  publishes: (address) => [`zigbee2mqtt/${address}`, `zigbee2mqtt/${address}/availability`],
  greet: (sensor) => {
    sensor.publish(`${topic(sensor)}/availability`, '{"state":"online"}', true);
    tell(sensor);
  },
  tell,
  tellAction: (sensor, action) => {
    for (const told of [action, ""]) {
      sensor.publish(topic(sensor), JSON.stringify({ ...sensor.reading, action: told, linkquality: 98 }));
    }
  },
};
