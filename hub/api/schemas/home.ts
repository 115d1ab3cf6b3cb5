import * as z from "zod/mini";
import { broadcastRefusals } from "../../domain/broadcast.ts";
import { vias } from "../../domain/home.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import {
  brightness,
  id,
  instant,
  isolated,
  kelvin,
  lightState,
  links,
  name,
  powerOn,
  seconds,
  xy,
} from "./light.ts";
import { termsAnswer } from "./scopes.ts";

/** More members than any home has devices, fewer than would choke the hub. */
const mostMembers = 10_000;

const ids = lazy(() => z.readonly(z.array(id()).check(z.maxLength(mostMembers))));

export const named = lazy(() => z.strictObject({ name: name() }));

export const room = lazy(() => z.strictObject({ id: id(), name: z.string(), devices: list(id()) }));
export const rooms = lazy(() => collection(room()));

export const zone = lazy(() => z.strictObject({ id: id(), name: z.string(), members: list(id()) }));
export const zones = lazy(() => collection(zone()));
export const newZone = lazy(() => z.strictObject({ name: name(), members: z.optional(ids()) }));
export const zoneChange = lazy(() =>
  z.strictObject({ name: z.optional(name()), members: z.optional(ids()) }),
);

export const palette = lazy(() =>
  z.strictObject({
    colors: z.readonly(
      z
        .array(
          z.strictObject({
            brightness: brightness(),
            color: z.optional(xy()),
            colorTemperature: z.optional(kelvin()),
          }),
        )
        .check(z.minLength(1), z.maxLength(16)),
    ),
    period: quantity("seconds for one lamp to go once through the palette", 1, 86_400),
  }),
);

const shownColor = lazy(() => ({ color: z.optional(xy()), colorTemperature: z.optional(kelvin()) }));

export const scene = lazy(() =>
  z.strictObject({
    id: id(),
    name: z.string(),
    room: z.nullable(id()),
    states: z.record(z.string(), lightState()),
    palette: z.optional(palette()),
  }),
);
export const scenes = lazy(() => collection(scene()));

const askedState = lazy(() =>
  z.strictObject({
    on: z.boolean(),
    brightness: brightness(),
    ...shownColor(),
    effect: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  }),
);

export const newScene = lazy(() =>
  z.strictObject({
    name: name(),
    room: z.optional(
      described(z.nullable(id()), "where it belongs; its lamps are captured when nothing else is said"),
    ),
    capture: z.optional(
      described(id(), "lamp, room, zone or group to take the states from, as they are now"),
    ),
    states: z.optional(described(z.record(z.string(), askedState()), "by lamp; absent: captured")),
    palette: z.optional(palette()),
  }),
);
export const sceneChange = lazy(() =>
  z.strictObject({
    name: z.optional(name()),
    states: z.optional(z.record(z.string(), askedState())),
    palette: z.optional(z.nullable(palette())),
  }),
);
export const recall = lazy(() => z.strictObject({ transition: z.optional(seconds()) }));

export const reading = lazy(() =>
  z.strictObject({
    occupancy: z.optional(z.boolean()),
    illuminance: z.optional(described(z.number(), "lux")),
    contact: z.optional(described(z.boolean(), "true: closed")),
    temperature: z.optional(described(z.number(), "degrees Celsius")),
    humidity: z.optional(described(z.number(), "percent")),
    action: z.optional(z.string()),
    power: z.optional(described(z.number(), "watts")),
    energy: z.optional(described(z.number(), "kilowatt hours")),
    battery: z.optional(described(z.number(), "percent")),
  }),
);

const via = lazy(() =>
  described(z.enum(vias), "by what it is reached: the hub's broker, the owner's own, or the hub's radio"),
);

const deviceFields = lazy(() => ({
  id: id(),
  kind: z.enum(["lamp", "sensor"]),
  name: z.string(),
  room: z.nullable(id()),
  profile: z.string(),
  reachable: z.boolean(),
  via: via(),
  links: z.optional(described(links(), "of a lamp that can be reached in two ways")),
  powerOn: z.optional(powerOn()),
  isolated: z.optional(isolated()),
  reading: z.optional(reading()),
  readAt: z.optional(instant()),
  sealed: z.optional(
    described(z.boolean(), "of a sensor that only advertises: whether it has to seal its readings"),
  ),
  notBelieved: z.optional(
    described(
      list(z.strictObject({ reason: z.enum(broadcastRefusals), count: z.number() })),
      "packets since the start that were said in this sensor's name and were not believed, by reason",
    ),
  ),
}));

export const device = lazy(() => z.strictObject(deviceFields()));
export const devices = lazy(() => collection(device()));

export const registeredDevice = lazy(() =>
  z.strictObject({
    device: id(),
    address: described(z.string(), "hardware address or device id, as its link has it"),
    via: z.enum(vias),
    reachable: z.boolean(),
    version: z.nullable(described(z.string(), "of its firmware, as far as it has said")),
  }),
);
export const registeredDevices = lazy(() => collection(registeredDevice()));

export const newLink = lazy(() =>
  z.strictObject({
    profile: described(z.string().check(z.minLength(1), z.maxLength(128)), "vendor/model of its Bluetooth"),
    address: described(z.string().check(z.minLength(1), z.maxLength(64)), "such as a4:c1:38:02:83:f4"),
  }),
);

export const newDevice = lazy(() =>
  z.strictObject({
    profile: described(z.string().check(z.minLength(1), z.maxLength(128)), "vendor/model"),
    name: name(),
    room: z.optional(z.nullable(id())),
    address: z.optional(
      described(z.string().check(z.minLength(1), z.maxLength(64)), "what the device calls itself"),
    ),
    via: z.optional(via()),
    terms: z.optional(termsAnswer()),
  }),
);

export const successor = lazy(() =>
  z.strictObject({
    profile: described(z.string().check(z.minLength(1), z.maxLength(128)), "vendor/model of the new one"),
    address: z.optional(
      described(z.string().check(z.minLength(1), z.maxLength(64)), "what the new one calls itself"),
    ),
    via: z.optional(via()),
  }),
);

export const enrolledDevice = lazy(() =>
  z.strictObject({
    ...deviceFields(),
    credentials: z.optional(
      described(
        z.strictObject({ username: z.string(), password: z.string() }),
        "for the device's MQTT client; shown this once. Absent with `via: owner`: your own broker knows the device",
      ),
    ),
  }),
);
