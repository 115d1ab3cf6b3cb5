import type { SensorReading } from "../../../hub/domain/sensor.ts";
import { nativeSensor } from "../dialects/native-sensor.ts";
import { zigbee2mqttSensor } from "../dialects/zigbee2mqtt-sensor.ts";
import type { SensorDialect, SensorModel } from "../sim-sensor.ts";

const sensor = (
  id: string,
  dialect: SensorDialect,
  fresh: SensorReading,
  actions: readonly string[] = [],
): SensorModel => ({ id, dialect, fresh: { ...fresh, battery: 100 }, actions, boot: [800, 2_500] });

const rocker = ["on", "off"];
const button = ["single", "double", "hold", "brightness_step_up", "brightness_step_down"];

const nativeSensors: readonly SensorModel[] = [
  sensor("lampkeeper/motion-sensor", nativeSensor, { occupancy: false }),
  sensor("lampkeeper/light-sensor", nativeSensor, { illuminance: 100 }),
  sensor("lampkeeper/contact-sensor", nativeSensor, { contact: true }),
  sensor("lampkeeper/climate-sensor", nativeSensor, { temperature: 20.5, humidity: 45 }),
  sensor("lampkeeper/wall-switch", nativeSensor, {}, rocker),
  sensor("lampkeeper/dimmer-button", nativeSensor, {}, button),
];

const zigbeeSensors: readonly SensorModel[] = [
  sensor("zigbee2mqtt/motion-sensor", zigbee2mqttSensor, { occupancy: false, illuminance: 100 }),
  sensor("zigbee2mqtt/contact-sensor", zigbee2mqttSensor, { contact: true }),
  sensor("zigbee2mqtt/climate-sensor", zigbee2mqttSensor, { temperature: 20.5, humidity: 45 }),
  sensor("zigbee2mqtt/button", zigbee2mqttSensor, {}, ["single", "double", "hold"]),
];

/** Every sensor the simulator can build, by the name of the product. */
export const sensorModels: ReadonlyMap<string, SensorModel> = new Map(
  [...nativeSensors, ...zigbeeSensors].map((model) => [model.id, model]),
);
