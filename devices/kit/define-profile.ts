import type { LightCapabilities, PowerOnBehaviour } from "../../hub/domain/light.ts";
import type {
  GroupLink,
  LampExample,
  LampProfile,
  LampReport,
  LightTarget,
  MqttFrame,
  SensorExample,
  SensorProfile,
  SensorReport,
  WipeDialect,
} from "../../hub/domain/profile.ts";
import type { SensorReading } from "../../hub/domain/sensor.ts";
import type { Duration } from "../../hub/domain/units.ts";

/** Reads the payload of one topic; undefined for noise, and never throws. */
export type Reader<Report> = (payload: string) => Report | undefined;

/** What a device says, by topic template. */
export type Readers<Report> = Readonly<Record<string, Reader<Report>>>;

interface MqttSpec<Report> {
  readonly vendor: string;
  readonly model: string;
  readonly description: string;
  readonly source: string;
  /** Every topic the device publishes on and how to read it. */
  readonly reads: Readers<Report>;
}

/** Frames by power-on behaviour; a behaviour that is absent is none of the lamp's. */
export type PowerOnFrames = Readonly<Partial<Record<PowerOnBehaviour, readonly MqttFrame[]>>>;

/** A lamp over MQTT. `encode` gives the frames in the order in which they are sent. */
export interface MqttLampSpec extends MqttSpec<LampReport> {
  /** Topics the device listens to. */
  readonly listens: readonly string[];
  readonly spacing?: Duration;
  readonly group?: GroupLink;
  readonly capabilities: LightCapabilities;
  readonly encode: (target: LightTarget) => readonly MqttFrame[];
  readonly query?: readonly MqttFrame[];
  readonly update?: (image: string) => readonly MqttFrame[];
  /** How it is made to forget everything; absent where its link has no such thing. */
  readonly wipe?: WipeDialect;
  /** What it is told for each behaviour it knows at the return of its mains. */
  readonly powerOn?: PowerOnFrames;
  readonly examples: readonly LampExample[];
}

/** A sensor over MQTT. */
export interface MqttSensorSpec extends MqttSpec<SensorReport> {
  readonly senses: readonly (keyof SensorReading)[];
  readonly examples: readonly SensorExample[];
}

/** A frame; an object becomes its JSON. */
export const mqtt = (topic: string, payload: string | object): MqttFrame => ({
  kind: "mqtt",
  topic,
  payload: typeof payload === "string" ? payload : JSON.stringify(payload),
});

/** `vendor/model`, lower case, other characters than letters and digits as dashes. */
export const profileId = (vendor: string, model: string): string =>
  [vendor, model].map((part) => part.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")).join("/");

const common = <Report>({ vendor, model, description, source }: MqttSpec<Report>) => ({
  id: profileId(vendor, model),
  vendor,
  model,
  description,
  source,
});

/** So many different answers may take turns: a command is answered in parts. */
const mostRead = 32;

/** Lamps of a group mostly answer with the very same words, one after the other: the newest are read once. */
const decoder = <Report>(reads: Readers<Report>, shaped: (report: Report) => Report = (report) => report) => {
  const readers = new Map(Object.entries(reads).map(([topic, read]) => [topic, readOnce(read, shaped)]));
  return (frame: { readonly kind: string; readonly topic?: string; readonly payload?: string }) =>
    frame.kind === "mqtt" ? readers.get(frame.topic ?? "")?.(frame.payload ?? "") : undefined;
};

const longestKnown = 1_024;

const readOnce = <Report>(read: Reader<Report>, shaped: (report: Report) => Report): Reader<Report> => {
  const known = new Map<string, Report | undefined>();
  let newest: { readonly payload: string; readonly report: Report | undefined } | undefined;
  const look = (payload: string): Report | undefined => {
    const before = known.get(payload);
    if (before !== undefined || known.has(payload)) return before;
    const said = read(payload);
    const report = said && shaped(said);
    if (known.size === mostRead) known.clear();
    known.set(payload, report);
    return report;
  };
  return (payload) => {
    if (payload.length > longestKnown) return read(payload);
    if (newest?.payload !== payload) newest = { payload, report: look(payload) };
    return newest.report;
  };
};

/** Every dialect says something else: with all fields named their reports are of one shape, which whoever reads them knows by heart. */
const ofOneShape = ({
  state,
  online,
  power,
  energy,
  command,
  firmware,
  groups,
  signal,
}: LampReport): LampReport => ({ state, online, power, energy, command, firmware, groups, signal });

const behaviours = ["on", "off", "previous", "toggle"] as const;

const wakesIn = (frames: PowerOnFrames): LightCapabilities => ({
  powerOn: behaviours.filter((each) => frames[each] !== undefined),
});

const framesOf = (frames: PowerOnFrames) => (behaviour: PowerOnBehaviour) => frames[behaviour] ?? [];

/** A lamp driver from its data, its encoder and its readers: of one shape, as their reports are. */
export const defineLamp = (spec: MqttLampSpec): LampProfile => ({
  ...common(spec),
  kind: "lamp",
  link: {
    kind: "mqtt",
    publishes: Object.keys(spec.reads),
    subscribes: spec.listens,
    spacing: spec.spacing,
    group: spec.group,
  },
  capabilities: { ...spec.capabilities, ...(spec.powerOn === undefined ? {} : wakesIn(spec.powerOn)) },
  encode: spec.encode,
  decode: decoder(spec.reads, ofOneShape),
  powerOn: spec.powerOn && framesOf(spec.powerOn),
  update: spec.update,
  query: spec.query ?? [],
  wipe: spec.wipe,
  examples: spec.examples,
});

/** A sensor driver from its data and its readers. */
export const defineSensor = (spec: MqttSensorSpec): SensorProfile => ({
  ...common(spec),
  kind: "sensor",
  link: { kind: "mqtt", publishes: Object.keys(spec.reads), subscribes: [] },
  senses: spec.senses,
  decode: decoder(spec.reads),
  examples: spec.examples,
});

/** Reads availability told in two words, as last wills are: `online`/`offline`. */
export const availability =
  (online: string, offline: string): Reader<{ readonly online: boolean }> =>
  (payload) =>
    payload === online ? { online: true } : payload === offline ? { online: false } : undefined;
