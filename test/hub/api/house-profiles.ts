import { gamuts } from "../../../hub/domain/color.ts";
import type { Profile } from "../../../hub/domain/profile.ts";
import { Mireds, Percent, Seconds } from "../../../hub/domain/units.ts";
import { bleTestProfiles } from "../../support/ble-test-lamp.ts";

const link = {
  kind: "mqtt",
  publishes: ["device/{address}/state"],
  subscribes: ["device/{address}/command"],
} as const;
const common = { vendor: "test", description: "for tests", source: "none", link, examples: [] } as const;

/** The drivers of a house for the tests of its door. */
export const houseProfiles: ReadonlyMap<string, Profile> = new Map<string, Profile>([
  ...Object.values(bleTestProfiles).map((profile): [string, Profile] => [profile.id, profile]),
  [
    "test/color",
    {
      ...common,
      kind: "lamp",
      id: "test/color",
      model: "color",
      capabilities: {
        brightness: { min: Percent(1) },
        colorTemperature: { min: Mireds(153), max: Mireds(500) },
        color: { gamut: gamuts.C },
        effects: ["candle"],
        transition: { max: Seconds(60) },
        powerOn: ["on", "off", "previous"],
      },
      powerOn: (behaviour) => [{ kind: "mqtt", topic: "{address}/wake", payload: behaviour }],
      encode: () => [],
      decode: () => undefined,
      query: [],
    },
  ],
  [
    "test/broadcast",
    {
      ...common,
      kind: "sensor",
      id: "test/broadcast",
      model: "broadcast",
      link: {
        kind: "ble",
        over: "broadcast",
        signs: [],
        notifies: [],
        reads: [],
        bonded: false,
        readsBack: true,
      },
      senses: ["temperature"],
      decode: () => undefined,
    },
  ],
  [
    "test/motion",
    {
      ...common,
      kind: "sensor",
      id: "test/motion",
      model: "motion",
      senses: ["occupancy"],
      decode: () => undefined,
    },
  ],
]);
