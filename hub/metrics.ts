import type { Metric } from "./api/traits.ts";
import type { BleDeviceLink } from "./ble/ble-device-link.ts";
import type { GuardedCentral } from "./ble/guarded-central.ts";
import type { DeviceLinks } from "./broker/device-links.ts";
import type { EmbeddedBroker } from "./broker/embedded-broker.ts";
import type { NorthboundMqtt } from "./interop/mqtt/northbound.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";

/**
 * What the hub counts besides its lamps, for `/metrics`.
 * @param doors of the home on MQTT, one per broker
 * @param refusedTokens of phones, by reason
 * @param refusedBroadcasts in the name of sensors, by reason
 */
export const hubMetrics = (
  broker: EmbeddedBroker,
  link: DeviceLinks,
  doors: readonly Pick<NorthboundMqtt, "counts">[],
  refusedTokens: ReadonlyMap<string, number>,
  refusedBroadcasts: ReadonlyMap<string, number>,
  radio: { readonly central: GuardedCentral; readonly link: BleDeviceLink },
  log: AuditedLog,
): readonly Metric[] => [
  logMetric(log),
  ...brokerMetrics(broker),
  linkMetric(link),
  ...radioMetrics(radio.central, radio.link),
  ...northboundMetrics(doors.map((door) => door.counts())),
  presenceMetric(refusedTokens),
  broadcastMetric(refusedBroadcasts),
];

const logMetric = ({ refused }: AuditedLog): Metric => ({
  name: "lampkeeper_log_refused_total",
  help: "What was left out of the log because nobody declared it; above 0 that is a bug",
  type: "counter",
  samples: [{ value: refused }],
});

/** Those that were taken are not counted: they would tell when people come and go. */
const presenceMetric = (refused: ReadonlyMap<string, number>): Metric => ({
  name: "lampkeeper_presence_tokens_refused_total",
  help: "Tokens of phones that were refused, by reason",
  type: "counter",
  samples: [...refused].map(([code, value]) => ({ labels: { code }, value })),
});

const broadcastMetric = (refused: ReadonlyMap<string, number>): Metric => ({
  name: "lampkeeper_broadcasts_refused_total",
  help: "Packets in the name of sensors that only advertise that were not believed, by reason",
  type: "counter",
  samples: [...refused].map(([code, value]) => ({ labels: { code }, value })),
});

const northboundMetrics = (doors: readonly ReturnType<NorthboundMqtt["counts"]>[]): readonly Metric[] => [
  {
    name: "lampkeeper_mqtt_commands_total",
    help: "Commands taken over MQTT",
    type: "counter",
    samples: [{ value: doors.reduce((sum, { commands }) => sum + commands, 0) }],
  },
  {
    name: "lampkeeper_mqtt_refused_total",
    help: "MQTT messages refused, by reason",
    type: "counter",
    samples: [...new Set(doors.flatMap(({ refused }) => [...refused.keys()]))].map((code) => ({
      labels: { code },
      value: doors.reduce((sum, { refused }) => sum + (refused.get(code) ?? 0), 0),
    })),
  },
];

const linkMetric = ({ ignored }: DeviceLinks): Metric => ({
  name: "lampkeeper_device_frames_ignored_total",
  help: "Messages of devices that were no text or longer than 64 KiB",
  type: "counter",
  samples: [{ value: ignored }],
});

const radioMetrics = ({ gauges }: GuardedCentral, { denied }: BleDeviceLink): readonly Metric[] => [
  {
    name: "lampkeeper_ble_links",
    help: "Bluetooth devices that are connected",
    type: "gauge",
    samples: [{ value: gauges.links }],
  },
  {
    name: "lampkeeper_ble_waiting",
    help: "Bluetooth devices that wait to be connected",
    type: "gauge",
    samples: [{ value: gauges.waiting }],
  },
  {
    name: "lampkeeper_ble_writes_denied_total",
    help: "Writes that would have harmed a Bluetooth device and did not leave",
    type: "counter",
    samples: [{ value: denied }],
  },
];

const brokerMetrics = ({ gauges }: EmbeddedBroker): readonly Metric[] => [
  {
    name: "lampkeeper_mqtt_clients",
    help: "Sessions at the broker",
    type: "gauge",
    samples: [{ value: gauges.sessions }],
  },
  {
    name: "lampkeeper_mqtt_retained_messages",
    help: "Retained messages in memory",
    type: "gauge",
    samples: [{ value: gauges.retained }],
  },
];
