import * as z from "zod/mini";
import { panelSignals } from "../../domain/led-pattern.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { brightness, id, instant } from "./light.ts";

export const simClock = lazy(() =>
  z.strictObject({
    now: instant(),
    paused: z.boolean(),
    speed: described(z.number(), "hub seconds per real second; 0 while paused"),
  }),
);
/** More than a year of simulated time in one request would keep everybody else waiting. */
const oneAdvance = 34_560_000;
const tenYears = 315_360_000;
export const simAdvance = lazy(() => z.strictObject({ seconds: quantity("seconds", 0, oneAdvance) }));
export const simJump = lazy(() =>
  z.strictObject({ seconds: quantity("seconds; negative: back", -tenYears, tenYears) }),
);

export const simDevice = lazy(() =>
  z.strictObject({
    id: id(),
    plugged: z.boolean(),
    misbehaviours: list(z.string()),
    label: z.optional(described(z.string(), "of a lamp that can be told a network: the code printed on it")),
  }),
);
export const simDevices = lazy(() => collection(simDevice()));
export const simMisbehave = lazy(() =>
  z.strictObject({
    misbehaviours: described(
      z.readonly(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(16))),
      "replaces the present ones; empty: behaves again",
    ),
  }),
);
export const simTouch = lazy(() =>
  z.strictObject({ on: z.optional(z.boolean()), brightness: z.optional(brightness()) }),
);
export const simPress = lazy(() =>
  z.strictObject({ action: z.string().check(z.minLength(1), z.maxLength(64)) }),
);
export const simSense = lazy(() =>
  z.strictObject({
    occupancy: z.optional(z.boolean()),
    illuminance: z.optional(quantity("lux", 0, 200_000)),
    contact: z.optional(described(z.boolean(), "true: closed")),
    temperature: z.optional(quantity("degrees Celsius", -100, 200)),
    humidity: z.optional(quantity("percent", 0, 100)),
    battery: z.optional(quantity("percent", 0, 100)),
  }),
);

export const simPanel = lazy(() =>
  z.strictObject({
    signal: described(z.enum(panelSignals), "what the light says"),
    lit: described(z.boolean(), "whether it is lit at this moment"),
    pressed: z.boolean(),
  }),
);
export const simPanelPress = lazy(() => z.strictObject({ seconds: quantity("seconds", 0, 60) }));

export const simFaults = lazy(() =>
  z.strictObject({
    known: described(list(z.string()), "misbehaviours a simulated device can be told"),
    active: described(z.record(z.string(), list(z.string())), "by device"),
  }),
);

export const simAccessPoint = lazy(() =>
  z.strictObject({
    plugged: z.boolean(),
    stations: described(z.number(), "radios that are in its network"),
  }),
);

export const simPhoneTold = lazy(() =>
  z.strictObject({
    outcome: described(
      z.enum([
        "provisioned",
        "no-hub",
        "busy",
        "not-authorized",
        "cannot-connect",
        "refused",
        "no-answer",
        "not-permitted",
      ]),
      "no-hub: none lets itself be told now; busy: it talks to somebody else; cannot-connect: to that network; not-permitted: the phone may not use Bluetooth",
    ),
    states: described(list(z.string()), "what the hub said it was, one after the other"),
  }),
);
export const simTellQuery = lazy(() =>
  z.strictObject({ person: z.optional(described(id(), "whose phone it is; absent: that of a visitor")) }),
);
export const simShelvedLamp = lazy(() =>
  z.strictObject({
    address: described(z.string(), "as printed on it: for `POST /wifi/improv`"),
    label: z.optional(described(z.string(), "the code printed on it")),
  }),
);
export const simShelvedLamps = lazy(() => collection(simShelvedLamp()));

export const simPerson = lazy(() =>
  z.strictObject({
    id: id(),
    distance: described(z.number(), "metres from home"),
    location: described(z.boolean(), "whether the phone may know where it is"),
    wifi: described(z.boolean(), "whether it may use the home's network, and be seen there"),
    bluetooth: described(z.boolean(), "whether it may send its beacon and speak Improv"),
    notifications: described(z.boolean(), "whether it may show messages"),
    address: described(z.string(), "the phone's hardware address in the home's network"),
    beacon: described(z.string(), "what its iBeacon sends: UUID, major and minor, hexadecimal"),
    signedIn: described(z.boolean(), "whether its owner has signed in on it"),
    messages: described(z.number(), "unread messages that it shows"),
    flightMode: z.boolean(),
    battery: quantity("percent; at 0 it is off", 0, 100),
    waiting: described(z.number(), "words that the phone has not got rid of"),
    refusal: z.optional(described(z.string(), "code of the hub's newest refusal")),
  }),
);
export const simPersons = lazy(() => collection(simPerson()));
export const simMove = lazy(() =>
  z.strictObject({
    to: z.optional(z.enum(["home", "away"])),
    gpx: z.optional(described(z.string().check(z.maxLength(200_000)), "a GPX track with times")),
  }),
);
export const simPhoneChange = lazy(() =>
  z.strictObject({
    location: z.optional(z.boolean()),
    wifi: z.optional(z.boolean()),
    bluetooth: z.optional(z.boolean()),
    notifications: z.optional(z.boolean()),
    flightMode: z.optional(z.boolean()),
    battery: z.optional(quantity("percent", 0, 100)),
  }),
);
