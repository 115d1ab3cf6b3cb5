/**
 * What a sensor reports, in Zigbee2MQTT's keys and units: illuminance lx, temperature degrees Celsius, humidity and
 * battery percent, power W, energy kWh. `action` is an event ("single", "double", "hold", "on", "off",
 * "brightness_move_up" ...), everything else a state.
 */
export interface SensorReading {
  readonly occupancy?: boolean;
  readonly illuminance?: number;
  readonly contact?: boolean;
  readonly temperature?: number;
  readonly humidity?: number;
  readonly action?: string;
  readonly power?: number;
  readonly energy?: number;
  readonly battery?: number;
}
