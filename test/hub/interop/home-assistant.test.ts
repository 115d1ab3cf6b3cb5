import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseSet } from "../../../hub/codec/mqtt-json.ts";
import { Mireds, Percent, Seconds } from "../../../hub/domain/units.ts";
import { HomeAssistantDiscovery } from "../../../hub/interop/home-assistant/discovery.ts";
import {
  type DevicePayload,
  lampPayload,
  sensorPayload,
  slugOf,
} from "../../../hub/interop/home-assistant/payload.ts";
import type { LightView } from "../../../hub/lights/lamp.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { House } from "../api/house.ts";
import { TopicBoard } from "./topic-board.ts";

const hub = { id: "hub3f2a", version: "1.2.3", base: "lampkeeper" };
let house: House;
let board: TopicBoard;

const discoveryOf = (options: { prefix: string }) => {
  const { clock, bus, lights, sensors, inventory } = house;
  const rooms = { lights, sensors, home: inventory };
  return new HomeAssistantDiscovery(clock, new SeededRandom(1), bus, board, rooms, { ...hub, ...options });
};
let discovery: HomeAssistantDiscovery;

beforeEach(() => {
  house = new House();
  board = new TopicBoard();
  discovery = discoveryOf({ prefix: "homeassistant" });
  discovery.start();
});
afterEach(() => {
  discovery.close();
  house.close();
});

const topicOf = (id: string) => `homeassistant/device/${id}/config`;
const told = (id: string) => board.on(topicOf(id)).at(-1) as DevicePayload | "" | undefined;
const view = (): LightView => house.lights.get(house.lamp) ?? expect.unreachable();

test("a lamp is described as Home Assistant reads it", () => {
  expect(told(house.lamp)).toEqual({
    dev: { ids: [house.lamp], name: "Sink", mf: "test", mdl: "color", via_device: "hub3f2a", sa: "Kitchen" },
    o: { name: "lampkeeper", sw: "1.2.3" },
    availability: [
      { topic: "lampkeeper/bridge/state", value_template: "{{ value_json.state }}" },
      { topic: `lampkeeper/${house.lamp}/availability`, value_template: "{{ value_json.state }}" },
    ],
    availability_mode: "all",
    qos: 1,
    cmps: {
      light: {
        p: "light",
        schema: "json",
        name: null,
        unique_id: `${house.lamp}_light`,
        default_entity_id: "light.sink",
        state_topic: `lampkeeper/${house.lamp}`,
        command_topic: `lampkeeper/${house.lamp}/set`,
        supported_color_modes: ["xy", "color_temp"],
        brightness: true,
        brightness_scale: 254,
        min_mireds: 153,
        max_mireds: 500,
        effect: true,
        effect_list: ["candle", "none"],
        flash: false,
      },
    },
  });
});

test("every message is retained at QoS 1, and the dead object_id is in none", () => {
  expect(board.published.map(({ topic }) => topic)).toEqual(
    [hub.id, house.lamp, house.other, house.sensor].map(topicOf),
  );
  for (const { payload, retain, qos, topic } of board.published) {
    expect([retain, qos]).toEqual([true, 1]);
    expect(payload).not.toContain("object_id");
    expect(topic).toMatch(/^homeassistant\/device\/[a-zA-Z0-9_-]+\/config$/);
  }
});

describe("the contract of every payload", () => {
  const capabilities = fc.record(
    {
      brightness: fc.constant({ min: Percent(1) }),
      colorTemperature: fc.constant({ min: Mireds(153.8), max: Mireds(454.5) }),
      color: fc.constant({
        gamut: { red: { x: 0.7, y: 0.3 }, green: { x: 0.1, y: 0.8 }, blue: { x: 0.1, y: 0 } },
      }),
      effects: fc.array(fc.string()),
    },
    { requiredKeys: [] },
  );

  test("holds for any lamp with any name", () => {
    fc.assert(
      fc.property(capabilities, fc.string(), fc.boolean(), (can, name, metered) => {
        const light = { ...view(), capabilities: can, name, ...(metered ? { power: 1, energy: 2 } : {}) };
        const { cmps, dev, o } = lampPayload(light, undefined, hub);
        expect(dev.ids).toHaveLength(1);
        expect(o.name).not.toBe("");
        const modes = cmps["light"]?.["supported_color_modes"] as string[];
        if (modes.includes("onoff") || modes.includes("brightness")) expect(modes).toHaveLength(1);
        expect(Object.keys(cmps)).toEqual(metered ? ["light", "power", "energy"] : ["light"]);
        for (const component of Object.values(cmps)) {
          expect(component.unique_id).toMatch(/^l-[a-z2-7]{12}_[a-z]+$/);
          expect(component["default_entity_id"]).toMatch(new RegExp(`^${component.p}\\.[a-z0-9_]+$`));
        }
      }),
    );
  });

  test("each key of a sensor becomes an entity of its kind", () => {
    const senses = [
      "occupancy",
      "contact",
      "illuminance",
      "temperature",
      "humidity",
      "battery",
      "action",
    ] as const;
    const { cmps } = sensorPayload({ ...house.sensors.get(house.sensor), senses }, "Hall", hub);
    expect(Object.values(cmps).map(({ p }) => p)).toEqual([
      "binary_sensor",
      "binary_sensor",
      "sensor",
      "sensor",
      "sensor",
      "sensor",
      "event",
    ]);
    expect(cmps["contact"]).toMatchObject({ device_class: "door", payload_on: "False" });
    expect(cmps["temperature"]).toMatchObject({
      value_template: "{{ value_json.temperature }}",
      unit_of_measurement: "°C",
    });
  });

  test("what Home Assistant sends back is what the door takes", () => {
    for (const payload of [
      '{"state":"ON","brightness":254,"transition":2}',
      '{"state":"ON","color":{"x":0.3,"y":0.3}}',
      '{"state":"ON","color_temp":300}',
      '{"state":"ON","effect":"none"}',
    ]) {
      expect(parseSet(Buffer.from(payload))).toHaveProperty("value");
    }
  });
});

test("Home Assistant comes up: everything is said again, once, within three seconds", async () => {
  board.forget();
  board.say("homeassistant/status", "offline");
  board.say("homeassistant/status", "online", { retain: true });
  await house.clock.advance(Seconds(3));
  expect(board.published).toEqual([]);
  board.say("homeassistant/status", "online");
  board.say("homeassistant/status", "online");
  expect(board.published).toEqual([]);
  await house.clock.advance(Seconds(3));
  expect(board.published).toHaveLength(4);
});

test("it follows the home: renamed, moved, added, removed, switched off", () => {
  house.inventory.changeDevice(house.lamp, { name: "Über Äpfel!" });
  expect(told(house.lamp)).toMatchObject({ cmps: { light: { default_entity_id: "light.uber_apfel" } } });
  house.inventory.renameRoom(house.room.id, "Galley");
  expect(told(house.other)).toMatchObject({ dev: { sa: "Galley" } });
  house.inventory.removeDevice(house.lamp);
  expect(told(house.lamp)).toBe("");
  board.forget();
  discovery.withdraw();
  expect(board.published.map(({ payload }) => payload)).toEqual(["", "", ""]);
});

test("states and discovery must not share their topics", () => {
  expect(() => discoveryOf({ prefix: "lampkeeper" }).start()).toThrow("must differ");
});

test("a name without letters still makes an entity id", () => {
  expect([slugOf("書斎"), slugOf("  Hall -- lamp 2 ")]).toEqual(["unnamed", "hall_lamp_2"]);
});
