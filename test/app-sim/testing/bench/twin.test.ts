import { expect, test } from "vitest";
import { type ConformanceReport, conformanceOf } from "../../../../app-sim/testing/bench/conformance.ts";
import { conformanceHtml, conformanceJunit } from "../../../../app-sim/testing/bench/conformance-report.ts";
import type { FoundDevice } from "../../../../app-sim/testing/bench/found-devices.ts";
import { foundAt } from "../../../../app-sim/testing/bench/found-devices.ts";
import { RecordingCentral } from "../../../../app-sim/testing/bench/recording-central.ts";
import { startHub } from "../../../../app-sim/testing/start-hub.ts";
import type { BleFaults } from "../../../../devices/sim/ble/lamps/ble-faults.ts";
import { RecordedTwin } from "../../../../devices/sim/ble/recorded/recorded-twin.ts";
import { type Recording, readRecording } from "../../../../devices/sim/ble/recorded/recording.ts";
import { InvalidInput } from "../../../../hub/domain/errors.ts";
import { benchAddress, benchLamp } from "../../../support/bench-lamp.ts";
import { bleRig } from "../../../support/ble-rig.ts";
import { passing } from "../../../support/passing.ts";

/** A session with a simulated lamp, as a file. */
const recorded = async (id: string, faults: BleFaults = {}): Promise<string> => {
  const { clock, radio, asked } = benchLamp(id, faults);
  const central = new RecordingCentral(radio.central, clock);
  const found = await passing(clock, foundAt(central, clock, benchAddress, asked.signal));
  await passing(clock, conformanceOf({ ...radio, central }, asked));
  const { profile } = asked;
  return JSON.stringify(central.recording(found as FoundDevice, { id, bonded: profile.link.bonded }));
};

const replayed = async (file: string): Promise<ConformanceReport> => {
  const recording = readRecording(file);
  const { clock, central, ether } = bleRig(2);
  ether.place(new RecordedTwin(clock, recording));
  const { asked } = benchLamp(recording.profile);
  const radio = { kind: "virtual", name: "virtual, seed 2", central, clock } as const;
  return await passing(clock, conformanceOf(radio, { ...asked, address: RecordedTwin.address }));
};

const verdicts = ({ cases }: ConformanceReport) => cases.map(({ id, verdict }) => `${id} ${verdict}`);

test.each([
  "triones/triones",
  "philips-hue/color",
  "yeelight/bedside",
  "magic-home/legacy",
  "mipow/playbulb",
  "elk/bledom",
  "govee/h6127",
])("a %s is recorded, and its recording conforms to its profile", async (id) => {
  const report = await replayed(await recorded(id));
  expect(report.cases.filter(({ verdict }) => verdict === "failed" || verdict === "blocked")).toEqual([]);
  expect(report.lamp).toMatchObject({ address: RecordedTwin.address, profile: id });
});

test.each<[string, BleFaults, string]>([
  ["colours in the wrong order", { swaps: "told" }, "BLE-13 failed"],
  ["lost notifications", { lost: 1 }, "BLE-05 failed"],
  ["late answers", { lateMs: 3_000 }, "BLE-06 failed"],
])("%s of a lamp are in its recording too", async (_fault, faults, verdict) => {
  expect(verdicts(await replayed(await recorded("triones/triones", faults)))).toContain(verdict);
});

test("a recorded lamp is in reach of a hub in a test", async () => {
  const [first, second] = [
    readRecording(await recorded("elk/bledom")),
    readRecording(await recorded("triones/triones")),
  ];
  await using hub = await startHub({ bulbs: 0, sensors: 0, bluetooth: [first, second] });
  const body = { profile: "triones/triones", name: "Recorded", address: "02:00:00:00:00:02" };
  const { id } = await hub.api.call("addDevice", { body });
  await hub.clock.advance({ seconds: 10 });
  for (const on of [true, false]) {
    await hub.api.call("setLight", { id, body: { on, brightness: 100 }, query: {} });
    await hub.clock.advance({ seconds: 10 });
    expect(await hub.api.call("getLight", { id })).toMatchObject({ reachable: true, reported: { on } });
  }
});

test("nothing of a lamp's address is in its recording: not backwards, not in its name", () => {
  const { central, clock } = bleRig();
  const hex = (text: string) => Buffer.from(text).toString("hex");
  const found: FoundDevice = {
    address: "a4:c1:38:02:83:f4",
    addressType: "public",
    connectable: true,
    packets: 1,
    advertisement: `0201060dff9966${"a4c1380283f4"}${"f4830238c1a4"}${hex("Triones-0283F4 lamp-83f4")}`,
    decoded: { kind: "other", says: "" },
  };
  const { advertisement } = new RecordingCentral(central, clock).recording(found, {
    id: "a/b",
    bonded: false,
  });
  expect(advertisement).toBe(
    `0201060dff9966${"020000000001"}${"010000000002"}${hex("Triones-000001 lamp-0001")}`,
  );
});

test("what is no whole recording is refused", async () => {
  const recording = JSON.parse(await recorded("elk/bledom")) as Recording;
  const wrong: readonly unknown[] = [
    [],
    null,
    { ...recording, schema: "lampkeeper.ble-twin/2" },
    { ...recording, advertisement: "0g" },
    { ...recording, entries: [{ service: "fff0", characteristic: "fff3", properties: ["dance"] }] },
    { ...recording, exchanges: [{ written: {}, notified: [], read: [] }] },
  ];
  for (const each of wrong) expect(() => readRecording(JSON.stringify(each))).toThrow(InvalidInput);
  expect(() => readRecording("{")).toThrow(InvalidInput);
});

test("reports escape what a lamp calls itself, and say that it was simulated", async () => {
  const { clock, radio, asked } = benchLamp("triones/triones", { swaps: "told" });
  const report = await passing(clock, conformanceOf(radio, asked));
  const named = { ...report, lamp: { ...report.lamp, name: "<script>&" } };
  const [junit, html] = [conformanceJunit(named), conformanceHtml(named)];
  expect(junit).toContain('tests="14" failures="1"');
  expect(junit).toMatch(/<testcase classname="BLE-13" .*\n +<failure message="asked .*it says/);
  expect(junit).toContain('value="&lt;script&gt;&amp;"');
  expect(html).toContain("&lt;script&gt;");
  expect(html).not.toContain("<script>");
  expect(html).toContain("<strong>virtual</strong>");
  expect(html).toContain('class="failed">failed');
});
