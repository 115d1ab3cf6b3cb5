import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsOf } from "../../../devices/sim/dialects/words.ts";
import { lampModels } from "../../../devices/sim/models/lamps.ts";
import { Bench } from "./air.ts";

const bench = (product: string) => {
  const made = new Bench();
  const lamp = made.lamp(product);
  lamp.start();
  made.link.heard();
  const { link, address } = made;
  return { bench: made, lamp, link, address };
};

/** Everything said since, by the last part of its topic. */
const words = (made: ReturnType<typeof bench>, leaf: string) =>
  made.link
    .heard()
    .filter(({ topic }) => topic.endsWith(leaf))
    .map(({ payload }) => wordsOf(payload) ?? payload);

const payloads = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.json({ maxDepth: 3 }),
  fc
    .dictionary(
      fc.constantFrom(
        ..."on bri seg col fx state brightness color color_temp method params id src xy mireds".split(" "),
      ),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map((object) => JSON.stringify(object)),
  fc.constantFrom("HSBColor 1", "CT", "Dimmer 9999;POWER 7", ";;;;", "#zzzzzz", '{"seg":[{"col":[["x"]]}]}'),
);

test.each([...lampModels.keys()])("%s survives whatever comes over the air", (product) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), payloads), { maxLength: 5 }), (messages) => {
      const { lamp, link } = bench(product);
      for (const [at, payload] of messages) {
        const filter = lamp.subscribes[at % lamp.subscribes.length] ?? "";
        link.send(filter.replace("#", ["POWER", "Backlog0", "HSBColor", "CT"][at % 4] ?? ""), payload);
      }
      const { level, temperature, color } = lamp.goal;
      expect([level, temperature, ...color].every(Number.isFinite)).toBe(true);
      expect(level).toBeGreaterThanOrEqual(0);
      expect(level).toBeLessThanOrEqual(lamp.model.limits.full);
    }),
    { numRuns: 60 },
  );
});

describe("Tasmota", () => {
  test("a colour switches the light on, unless SetOption20 keeps it from doing so", () => {
    const made = bench("tasmota/rgbcct-light");
    made.link.send(`cmnd/${made.address}/SetOption20`, "1");
    made.link.send(`cmnd/${made.address}/HSBColor`, "240,100,50");
    expect(made.lamp.goal).toMatchObject({ on: false, color: [240, 100], level: 50 });
    made.link.send(`cmnd/${made.address}/SetOption20`, "0");
    made.link.send(`cmnd/${made.address}/HSBColor`, "120,100,50");
    expect(made.lamp.goal).toMatchObject({ on: true, color: [120, 100] });
  });

  test("each command of a Backlog is answered, the last with all that holds", () => {
    const made = bench("tasmota/rgbcct-light");
    made.link.send(`cmnd/${made.address}/Backlog`, "Dimmer 30;CT 300;POWER ON");
    expect(words(made, "/RESULT")).toMatchObject([
      { Dimmer: 30 },
      { POWER: "ON", CT: 300, Dimmer: 30, White: 30 },
      { POWER: "ON" },
    ]);
  });

  test("an unknown command is answered as one", () => {
    const made = bench("tasmota/dimmer");
    made.link.send(`cmnd/${made.address}/Somersault`, "1");
    expect(words(made, "/RESULT")).toEqual([{ Command: "Unknown" }]);
  });

  test("Speed2 holds for one message only", () => {
    const made = bench("tasmota/dimmer");
    made.link.send(`cmnd/${made.address}/Backlog0`, "Speed2 10;Dimmer 10;POWER ON");
    expect(made.lamp.isFading).toBe(true);
    made.bench.pass(10_000);
    made.link.send(`cmnd/${made.address}/Dimmer`, "90");
    expect(made.lamp.isFading).toBe(false);
  });
});

describe("Zigbee2MQTT", () => {
  test("a level alone switches on", () => {
    const made = bench("zigbee2mqtt/color-light");
    made.link.send(`zigbee2mqtt/${made.address}/set`, { brightness: 100 });
    expect(words(made, made.address)).toMatchObject([{ state: "ON", brightness: 100 }]);
  });

  test("switching on and colour in one message show the old colour for a moment, as on a real mesh", () => {
    const made = bench("zigbee2mqtt/color-light");
    const seen: string[] = [];
    made.lamp.seen = ({ on, mode }) => on && seen.push(mode);
    made.link.send(`zigbee2mqtt/${made.address}/set`, { state: "ON", color: { x: 0.2, y: 0.1 } });
    expect(seen).toEqual(["white", "color"]);
  });
});

describe("WLED", () => {
  test("says nothing when nothing changed", () => {
    const made = bench("wled/rgb-strip");
    const call = { on: true, bri: 77, tt: 0, seg: [{ col: [[1, 2, 3]] }] };
    made.link.send(`wled/${made.address}/api`, call);
    expect(words(made, "/g")).toEqual(["77"]);
    made.link.send(`wled/${made.address}/api`, call);
    expect(made.link.heard()).toEqual([]);
  });

  test("what comes before its main loop comes round is answered once", () => {
    const made = bench("wled/rgb-strip");
    for (const call of [{ seg: [{ sx: 127 }] }, { on: true, bri: 77, tt: 0, seg: [{ sx: 128 }] }])
      made.link.send(`wled/${made.address}/api`, call);
    expect(words(made, "/g")).toEqual(["77"]);
  });

  test("one that lost its mains before its main loop came round says no more, and tells again when it is back", () => {
    const made = bench("wled/rgb-strip");
    const ask = (bri: number) =>
      made.link.send(`wled/${made.address}/api`, { on: true, bri, tt: 0, seg: [{ col: [[1, 2, 3]] }] });
    ask(77);
    made.lamp.unplug();
    expect(made.link.heard().map(({ topic }) => topic)).toEqual([`wled/${made.address}/status`]);
    made.lamp.plugIn();
    made.bench.pass(10_000);
    made.link.heard();
    ask(78);
    expect(words(made, "/g")).toEqual(["78"]);
  });

  test("takes a level, a word or a toggle on its own topic, and a colour in hex", () => {
    const made = bench("wled/rgbw-strip");
    const send = (leaf: string, payload: string) => made.link.send(`wled/${made.address}${leaf}`, payload);
    send("", "40");
    send("/col", "#102030FF");
    expect(words(made, "/c").at(-1)).toBe("#102030FF");
    send("", "OFF");
    expect(made.lamp.goal).toMatchObject({ on: false, level: 40 });
    send("", "T");
    expect(made.lamp.goal).toMatchObject({ on: true, level: 40 });
  });
});

describe("ESPHome", () => {
  test("numbers of the wrong type count as absent", () => {
    const made = bench("esphome/rgbct-light");
    made.link.send(`${made.address}/light/main/command`, {
      state: "ON",
      brightness: 12.5,
      color_temp: "300",
    });
    expect(made.lamp.goal).toMatchObject({ on: true, level: 255, mode: "white" });
  });

  test("its state is retained", () => {
    const made = bench("esphome/monochromatic-light");
    made.link.send(`${made.address}/light/main/command`, { state: "ON", transition: 0 });
    expect(made.link.heard()).toMatchObject([{ retain: true }]);
  });
});

describe("Shelly", () => {
  const rpc = (made: ReturnType<typeof bench>, method: string, params = {}) =>
    made.link.send(`${made.address}/rpc`, { id: 7, src: `${made.address}/hub`, method, params });

  test("a call is answered to its source, and what changed is notified, only that", () => {
    const made = bench("shelly/rgbcct-bulb-g3");
    rpc(made, "RGBCCT.Set", { id: 0, on: true });
    const said = made.link.heard().map(({ topic, payload }) => [topic, wordsOf(payload)]);
    expect(said).toMatchObject([
      [`${made.address}/hub/rpc`, { id: 7, result: null }],
      [`${made.address}/events/rpc`, { method: "NotifyStatus" }],
    ]);
    expect(said[1]?.[1]).toHaveProperty("params", {
      ts: 0,
      "rgbcct:0": { id: 0, output: true, source: "MQTT" },
    });
  });

  test.each(["-", "/", "somebody"])("a call from '%s' is not answered there (seed -258566263)", (src) => {
    const made = bench("shelly/dimmer-g3");
    made.link.send(`${made.address}/rpc`, { src, method: "" });
    expect(made.link.heard()).toEqual([]);
  });

  test("an unknown method is answered with an error", () => {
    const made = bench("shelly/dimmer-g3");
    rpc(made, "Light.Somersault");
    expect(words(made, "/hub/rpc")).toMatchObject([{ error: { code: 404 } }]);
  });

  test("status_update publishes the status of its component", () => {
    const made = bench("shelly/duo-bulb-g3");
    made.link.send(`${made.address}/command`, "status_update");
    expect(words(made, "/status/cct:0")).toMatchObject([{ output: false, ct: 6_536 }]);
  });
});
