import type { LightCapabilities, LightState, PowerOnBehaviour } from "../../hub/domain/light.ts";
import type {
  BleFrame,
  BleLink,
  BlePlace,
  BleSign,
  Frame,
  LampExample,
  LampProfile,
  LampReport,
  LightTarget,
} from "../../hub/domain/profile.ts";
import type { Duration } from "../../hub/domain/units.ts";
import { hex } from "./bytes.ts";
import { profileId } from "./define-profile.ts";

/** Reads a value of one characteristic; undefined for noise, and never throws. */
export interface BleReader {
  readonly place: BlePlace;
  readonly read: (bytes: Uint8Array) => LampReport | undefined;
}

/** A lamp over BLE. `encode` gives the writes in the order in which they are sent. */
export interface BleLampSpec {
  readonly vendor: string;
  readonly model: string;
  readonly description: string;
  readonly source: string;
  /** By what it is told among all that advertise. */
  readonly signs: readonly BleSign[];
  readonly capabilities: LightCapabilities;
  readonly encode: (target: LightTarget) => readonly BleFrame[];
  /** What it tells by itself, or when it is asked with `query`. Neither this nor `reads`: it never says what it shows. */
  readonly notifies?: readonly BleReader[];
  /** What can be read of it. */
  readonly reads?: readonly BleReader[];
  readonly query?: readonly BleFrame[];
  readonly greeting?: readonly BleFrame[];
  readonly keepAlive?: { readonly every: Duration; readonly frame: BleFrame };
  readonly spacing?: Duration;
  /** It has to be paired with; absent: not. */
  readonly bonded?: boolean;
  readonly powerOn?: Readonly<Partial<Record<PowerOnBehaviour, readonly BleFrame[]>>>;
  readonly examples: readonly LampExample[];
}

/** A characteristic, where a profile does not care about its service: makers differ. @param service four digits, 32 or none */
export const at = (characteristic: string, service = ""): BlePlace => ({ service, characteristic });

/** A value of a characteristic: its bytes, or their hex digits. */
export const ble = (place: BlePlace, bytes: Uint8Array | string): BleFrame => ({
  kind: "ble",
  ...place,
  bytes: typeof bytes === "string" ? hex(bytes) : bytes,
});

/** Reads values of exactly `length` bytes as a part of the state; of others, and where they say nothing, nothing. */
export const reader = (
  place: BlePlace,
  length: number,
  read: (bytes: Uint8Array) => Partial<LightState> | undefined,
): BleReader => ({
  place,
  read: (bytes) => {
    const state = bytes.length === length ? read(bytes) : undefined;
    return state === undefined || Object.keys(state).length === 0 ? undefined : { state };
  },
});

const decoder = (readers: readonly BleReader[]) => {
  const byPlace = new Map(readers.map(({ place, read }) => [place.characteristic, read]));
  return (frame: Frame): LampReport | undefined =>
    frame.kind === "ble" ? byPlace.get(frame.characteristic)?.(frame.bytes) : undefined;
};

const linkOf = (spec: BleLampSpec, notifies: readonly BleReader[], reads: readonly BleReader[]): BleLink => ({
  kind: "ble",
  over: "gatt",
  signs: spec.signs,
  notifies: notifies.map(({ place }) => place),
  reads: reads.map(({ place }) => place),
  bonded: spec.bonded ?? false,
  readsBack: notifies.length + reads.length > 0,
  ...(spec.greeting === undefined ? {} : { greeting: spec.greeting }),
  ...(spec.keepAlive === undefined ? {} : { keepAlive: spec.keepAlive }),
  ...(spec.spacing === undefined ? {} : { spacing: spec.spacing }),
});

const behaviours = ["on", "off", "previous", "toggle"] as const;

/** A BLE lamp driver from its data, its encoder and its readers. */
export const defineBleLamp = (spec: BleLampSpec): LampProfile => {
  const { vendor, model, description, source, examples, powerOn, notifies = [], reads = [] } = spec;
  return {
    id: profileId(vendor, model),
    vendor,
    model,
    description,
    source,
    kind: "lamp",
    link: linkOf(spec, notifies, reads),
    capabilities: {
      ...spec.capabilities,
      ...(powerOn === undefined ? {} : { powerOn: behaviours.filter((each) => powerOn[each]) }),
    },
    encode: spec.encode,
    decode: decoder([...notifies, ...reads]),
    ...(powerOn === undefined ? {} : { powerOn: (behaviour) => powerOn[behaviour] ?? [] }),
    query: spec.query ?? [],
    examples,
  };
};
