import { describe, expect, test } from "vitest";
import { sumOf, xorOf } from "../../../../devices/kit/bytes.ts";
import { profileById } from "../../../../devices/registry.ts";
import type { Glow } from "../../../../devices/sim/glow.ts";
import { InvariantBroken } from "../../../../hub/domain/errors.ts";
import type { LampProfile, LampReport, LightTarget } from "../../../../hub/domain/profile.ts";
import { Kelvin, Mireds, miredsOf, Percent } from "../../../../hub/domain/units.ts";
import { BleBench } from "./ble-bench.ts";

/*
 * Every published frame, with its source: the driver sends it or reads it, and the twin, which knows nothing of the
 * driver, takes it as its source says.
 */
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const lamp = (id: string): LampProfile => {
  const profile = profileById(id);
  if (profile?.kind !== "lamp") throw new InvariantBroken("no such lamp", { id });
  return profile;
};

const hue = (number: string) => `932c32bd${number}47a2835aa8d455b859dd`;
const yeelightTo = "aa7d3f342d4f41e0807f52fbf8cf7443";
const yeelightFrom = "8f65073d9f574aaaafea397d19d5bbeb";
const goveeTo = "000102030405060708090a0b0c0d2b11";
const padded = (hex: string) => hex.padEnd(36, "0");

const full = { on: true, brightness: Percent(100) };
const off = { on: false, brightness: Percent(100) };
const red = { ...full, color: { x: 0.64, y: 0.33 } };
const blue = { ...full, color: { x: 0.15, y: 0.06 } };
const yellow = { ...full, color: { x: 0.4193, y: 0.5053 } };
const white = { ...full, color: { x: 0.3127, y: 0.329 } };
const violet = { on: true, brightness: Percent(61.5686), color: { x: 0.215518, y: 0.096102 } };

const hueTests = "flip-dots/HueBLE tests/test_HueBLE.py @19a7b83";
const huecontrol = "evan-brass/huecontrol README.md @173d151";
const models = "dave-code-ruiz/elkbledom models.json @7d823f7";
const duoco = "user154lt/ELK-BLEDOM-Command-Util CommandUtils.kt @696c4c8";
const iot = "epicRE/iot bluetooth-led-strip-lights.md";
const opengatt = "opengatt/registry services";
const saberlight = "madhead/saberlight protocols @fa4ba53";
const lednetwf = "8none1/lednetwf_ble protocol_docs @d70899b";
const zengge = "8none1/zengge_lednetwf readme.md @f72474c";
const govee = "egold555/Govee-Reverse-Engineering Products @5731b0d";
const h6117 = "Jim23135/Govee-H6117-BLE README.md";
const mipow = "Heckie75/Mipow-Playbulb-BTL201 @44dde5e";
const miLamp = "Marcocanc/mi-lamp-re notes.md @0a05fef";
const yeelightbt = "hcoohb/hass-yeelightbt yeelightbt.py @146e4d6";
const candelapy = "praschak/candelapy candelapy.py";

describe("the driver sends", () => {
  test.each<[id: string, target: LightTarget, hex: string, source: string]>([
    ["philips-hue/white", full, "01", hueTests],
    ["philips-hue/white", off, "00", hueTests],
    ["philips-hue/white", { on: true, brightness: Percent(2) }, "05", hueTests],
    ["philips-hue/color", { ...full, colorTemperature: Mireds(500) }, "0101010201fe0302f401", huecontrol],
    ["elk/duoco-strip", off, "7e0404000000ff00ef", iot],
    ["elk/duoco-strip", full, "7e0404010001ff00ef", iot],
    ["elk/duoco-strip", red, "7e070503ff000010ef", duoco],
    ["elk/duoco-strip", blue, "7e0705030000ff10ef", duoco],
    ["elk/bledw", { ...full, brightness: Percent(10) }, "7e04010affffff00ef", opengatt],
    ["elk/bledw", full, "7e040164ffffff00ef", opengatt],
    ["elk/bledw", { ...full, colorTemperature: miredsOf(Kelvin(6_480)) }, "7e0605020a5aff08ef", opengatt],
    ["elk/bledom", full, "7e0404f00001ff00ef", models],
    ["elk/bledom-other-handle", full, "7e0004f00001ff00ef", models],
    ["elk/ble", full, "7e0004f00001ff00ef", models],
    ["elk/btc", full, "7e0004f00001ff00ef", models],
    ["elk/bledob", full, "7e0704ff00010201ef", models],
    ["elk/melk-og10", full, "7e0704ff00010201ef", models],
    ["elk/ledble", full, "7e00040100000000ef", models],
    ["elk/melk", full, "7e00040100000000ef", models],
    ["elk/jackyled", full, "7e040401ffffff00ef", models],
    ["elk/xrocker", full, "7bff0401ffffffffbf", models],
    ["triones/triones", red, "56ff000000f0aa", saberlight],
    ["triones/magicblue", violet, "565a009d00f0aa", saberlight],
    ["triones/triones", full, "cc2333", saberlight],
    ["triones/magicblue", off, "cc2433", saberlight],
    ["triones/triones", { ...full, effect: "yellow-flash" }, "bb341044", saberlight],
    ["magic-home/legacy", red, "0001800000090a0b31ff000000005a0f99", lednetwf],
    ["magic-home/legacy", full, "000180000004050b71230fa3", lednetwf],
    ["magic-home/legacy", off, "000180000004050b71240fa4", lednetwf],
    ["magic-home/legacy", full, "000180000004050a818a8b40", lednetwf],
    ["govee/h6127", full, "3301010000000000000000000000000000000033", govee],
    ["govee/h6127", off, "3301000000000000000000000000000000000032", govee],
    ["govee/h6127", { ...full, effect: "sunrise" }, "3305040000000000000000000000000000000032", govee],
    ["govee/h6127", { ...full, effect: "candle" }, "330504090000000000000000000000000000003b", govee],
    ["govee/h6117", { ...full, brightness: Percent(14) }, "3304240000000000000000000000000000000013", h6117],
    ["mipow/playbulb", white, "ff000000", mipow],
    ["mipow/playbulb", yellow, "00ffff00", mipow],
    ["mipow/playbulb", blue, "000000ff", mipow],
    ["yeelight/bedside", { ...full, colorTemperature: Mireds(200) }, padded("4343138864"), miLamp],
    ["yeelight/candela", full, padded("434001"), candelapy],
    ["yeelight/candela", full, padded("434264"), candelapy],
    ["yeelight/candela", off, padded("434002"), candelapy],
  ])("%s, for %j: %s (%s)", (id, target, hex) => {
    const sent = lamp(id).encode(target);
    expect(sent.map((frame) => frame.kind === "ble" && hexOf(frame.bytes))).toContain(hex);
  });

  test("to a ring light what was captured, but for the number of the packet", () => {
    const captured = {
      on: "00048000000d0e0b3b230000000000000032000090",
      off: "005b8000000d0e0b3b240000000000000032000091",
    };
    const unnumbered = (hex: string) => `${hex.slice(0, 2)}..${hex.slice(4)}`;
    const sent = (target: LightTarget) =>
      lamp("magic-home/ring-light")
        .encode(target)
        .map((frame) => (frame.kind === "ble" ? unnumbered(hexOf(frame.bytes)) : ""));
    expect(sent(full)).toContain(unnumbered(captured.on));
    expect(sent(off)).toContain(unnumbered(captured.off));
    // The app leaves the sum of a colour open, and the ring light does not look at it.
    const colored = unnumbered("00058000000d0e0b3ba10064640000000000000000").slice(0, -2);
    expect(sent(red).map((hex) => hex.slice(0, -2))).toContain(colored);
  });

  test.each([
    ["govee/h6127", "aa010000000000000000000000000000000000ab"],
    ["govee/h6053", "aa33000000000000000000000000000000000099"],
  ])("%s every two seconds: %s", (id, hex) => {
    const { link } = lamp(id);
    const keepAlive = link.kind === "ble" ? link.keepAlive : undefined;
    expect([keepAlive?.every, hexOf(keepAlive?.frame.bytes ?? new Uint8Array(0))]).toEqual([2_000, hex]);
  });
});

describe("the driver reads", () => {
  test.each<[id: string, characteristic: string, hex: string, report: LampReport, source: string]>([
    ["philips-hue/color", hue("0004"), "2c01", { state: { colorTemperature: Mireds(300) } }, hueTests],
    ["philips-hue/color", hue("0004"), "5e01", { state: { colorTemperature: Mireds(350) } }, hueTests],
    [
      "philips-hue/color",
      hue("0005"),
      "32b3ff7f",
      { state: { color: { x: 0.69999237, y: 0.49999237 } } },
      hueTests,
    ],
    ["philips-hue/color", hue("0002"), "01", { state: { on: true } }, hueTests],
    [
      "triones/triones",
      "ffd4",
      "661523412000ff0000000699",
      { state: { ...red, effect: "none" } },
      saberlight,
    ],
    [
      "triones/triones",
      "ffd4",
      "661524342010ff0000000699",
      { state: { on: false, effect: "yellow-flash" } },
      saberlight,
    ],
    [
      "triones/triones",
      "ffd4",
      "661523412000000000300699",
      { state: { ...white, brightness: Percent(18.8235), effect: "none" } },
      saberlight,
    ],
    [
      "triones/magicblue",
      "ffe4",
      "66142341211f5a009d000399",
      { state: { ...violet, effect: "none" } },
      saberlight,
    ],
    ["magic-home/legacy", "ff02", "811d2361f000ff00000002003043", { state: red }, zengge],
    ["magic-home/legacy", "ff02", "811d2361f0000000ff0002003043", { state: blue }, zengge],
    ["magic-home/ring-light", "ff02", "811d242402006432ff00020030af", { state: { on: false } }, zengge],
    ["magic-home/ring-light", "ff02", "811d23610f316432ff640200308d", { state: { on: true } }, zengge],
    [
      "magic-home/ring-light",
      "ff02",
      hexOf(
        Buffer.concat([
          bytesOf("0407800000333400"),
          Buffer.from('{"code":0,"payload":"811D24610F313232FF640200305C"}'),
        ]),
      ),
      { state: { on: false } },
      zengge,
    ],
    ["mipow/playbulb", "fffb", "00000000ff000000", { state: { effect: "none" } }, mipow],
    ["mipow/playbulb", "fffc", "ff000000", { state: white }, mipow],
    ["yeelight/bedside", yeelightFrom, padded("436301"), { online: false }, miLamp],
    ["yeelight/bedside", yeelightFrom, padded("436302"), { online: true }, yeelightbt],
  ])("%s, of %s: %s as %j (%s)", (id, characteristic, hex, report) => {
    const read = lamp(id).decode({ kind: "ble", service: "", characteristic, bytes: bytesOf(hex) });
    const { state = {}, ...rest } = read ?? {};
    const { state: expected = {}, ...others } = report;
    expect(rest).toEqual(others);
    expect(Object.keys(state).sort()).toEqual(Object.keys(expected).sort());
    expect(state.brightness ?? 0).toBeCloseTo(expected.brightness ?? 0, 3);
    expect(state.color?.x ?? 0).toBeCloseTo(expected.color?.x ?? 0, 3);
    expect(state.color?.y ?? 0).toBeCloseTo(expected.color?.y ?? 0, 3);
    expect(state.colorTemperature ?? 0).toBeCloseTo(expected.colorTemperature ?? 0, 3);
    expect([state.on, state.effect]).toEqual([expected.on, expected.effect]);
  });
});

describe("the twin takes", () => {
  test.each<[id: string, characteristic: string, hex: string, shown: Partial<Glow>, source: string]>([
    ["philips-hue/color", hue("0004"), "2c01", { mode: "white", temperature: 300 }, hueTests],
    ["philips-hue/color", hue("0005"), "32b3ff7f", { mode: "color", color: [0xb332, 0x7fff] }, hueTests],
    ["philips-hue/color", hue("0007"), "0302f401", { mode: "white", temperature: 500 }, huecontrol],
    ["philips-hue/color", hue("0007"), "040400010001", { mode: "color", color: [256, 256] }, huecontrol],
    ["philips-hue/white", hue("0003"), "05", { level: 5 }, hueTests],
    ["elk/duoco-strip", "fff3", "7e0404010001ff00ef", { on: true }, iot],
    ["elk/bledom", "fff3", "7e0404f00001ff00ef", { on: true }, models],
    ["elk/bledob", "fff3", "7e0704ff00010201ef", { on: true }, models],
    ["elk/duoco-strip", "fff3", "7e0705030000ff10ef", { color: [0, 0, 255] }, duoco],
    ["elk/bledw", "fff3", "7e04010affffff00ef", { level: 10 }, opengatt],
    ["elk/bledw", "fff3", "7e05038403ffff00ef", { effect: "84" }, opengatt],
    ["elk/bledw", "fff3", "7e0605020a5aff08ef", { mode: "white", temperature: 90 }, opengatt],
    ["triones/triones", "ffd9", "565a009d00f0aa", { color: [0x5a, 0, 0x9d, 0] }, saberlight],
    ["triones/triones", "ffd9", "cc2433", { on: false }, saberlight],
    ["triones/magicblue", "ffe9", "56000000ff0faa", { color: [0, 0, 0, 255] }, saberlight],
    ["magic-home/ring-light", "ff01", "005b8000000d0e0b3b240000000000000032000091", { on: false }, zengge],
    [
      "magic-home/ring-light",
      "ff01",
      "00058000000d0e0b3ba10064640000000000000000",
      { color: [255, 0, 0] },
      zengge,
    ],
    ["magic-home/legacy", "ff01", "0001800000090a0b31ff000000005a0f99", { color: [255, 0, 0] }, lednetwf],
    ["govee/h6117", goveeTo, "33050bf5aef4ffff000000000000000000000092", { color: [245, 174, 244] }, h6117],
    ["govee/h6127", goveeTo, "330504090000000000000000000000000000003b", { effect: "candle" }, govee],
    ["mipow/playbulb", "fffc", "00ffff00", { on: true, color: [0, 255, 255, 0] }, mipow],
    ["mipow/playbulb", "fffb", "00000000ff00ff00", { effect: "" }, mipow],
  ])("%s, at %s: %s as %j (%s)", (id, characteristic, hex, shown) => {
    const bench = BleBench.ready(lamp(id));
    bench.send([{ kind: "ble", service: "", characteristic, bytes: bytesOf(hex) }]);
    expect(bench.lamp.goal).toMatchObject(shown);
  });

  test.each<[id: string, hex: string, shown: Partial<Glow>]>([
    ["yeelight/bedside", padded("4341ff00d700"), { mode: "color", color: [255, 0, 0xd7], level: 100 }],
    ["yeelight/bedside", padded("4343138864"), { mode: "white", temperature: 5_000, level: 100 }],
    ["yeelight/candela", "434232", { level: 50 }],
  ])("%s that is lit: %s as %j", (id, hex, shown) => {
    const bench = BleBench.ready(lamp(id));
    bench.command({ on: true, brightness: Percent(100) });
    bench.send([{ kind: "ble", service: "", characteristic: yeelightTo, bytes: bytesOf(hex) }]);
    expect(bench.lamp.goal).toMatchObject(shown);
  });

  test.each<[hex: string, behaviour: string]>([
    ["0101010201fe03026e010404ffffffff", "on"],
    ["0101ff0201ff0302ffff0404ffffffff", "previous"],
  ])("of Hue, at 1005: %s as %s", (hex, behaviour) => {
    const bench = BleBench.ready(lamp("philips-hue/color"));
    bench.lamp.powerOn = "off";
    bench.send([{ kind: "ble", service: "", characteristic: hue("1005"), bytes: bytesOf(hex) }]);
    expect(bench.lamp.powerOn).toBe(behaviour);
  });
});

test("what closes a published frame is what it is computed to be, but for the one that is a constant", () => {
  const sums = ["71230fa3", "71240fa4", "31ff000000005a0f99", "811d2361f000ff00000002003043"];
  for (const hex of sums) expect(sumOf(bytesOf(hex).subarray(0, -1))).toBe(bytesOf(hex).at(-1));
  expect(sumOf(bytesOf("818a8b"))).toBe(0x96);
  for (const hex of [
    "aa33000000000000000000000000000000000099",
    "33050bf5aef4ffff000000000000000000000092",
  ]) {
    expect(xorOf(bytesOf(hex))).toBe(0);
  }
});
