import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConformanceReport } from "../../../app-sim/testing/bench/conformance.ts";
import type { FoundDevice } from "../../../app-sim/testing/bench/found-devices.ts";
import { type Said, typed } from "./terminal.ts";

const ble = (...words: readonly string[]): Promise<Said> => typed(["ble", ...words]);
const onVirtual = (...words: readonly string[]): Promise<Said> => ble(...words, "--radio", "virtual:7");

const dataOf = <Data>({ code, stdout, stderr }: Said): Data => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return (JSON.parse(stdout) as { data: Data }).data;
};

let folder: string;
/** Addresses of the simulated home, by profile. */
let lamps: ReadonlyMap<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-ble-"));
  const found = dataOf<readonly FoundDevice[]>(await onVirtual("scan", "--json"));
  lamps = new Map(
    found.flatMap(({ address, decoded }) => (decoded.profiles ?? []).map((id) => [id, address])),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lamp = (profile: string): string => lamps.get(profile) ?? "";
const file = (name: string): string => join(folder, name);

describe("ble scan", () => {
  test("hears a whole simulated home, decoded, the same for the same seed", async () => {
    const found = dataOf<readonly FoundDevice[]>(await onVirtual("scan", "--json"));
    const says = (kind: string) =>
      found
        .filter(({ decoded }) => decoded.kind === kind)
        .map(({ decoded }) => decoded.says)
        .sort();
    expect(says("bthome")).toEqual(["sealed, packet 1122867", "temperature 25, humidity 50.55"]);
    expect(says("mibeacon")).toEqual([expect.stringMatching(/^product 055b, sealed/)]);
    expect(says("ibeacon")).toEqual(["e2c56db5dffb48d2b060d0f5a71096e0, major 0, minor 0"]);
    expect(says("eddystone")).toEqual(["https://goo.gl/Aq18zF"]);
    expect(says("improv")).toEqual(["authorization-required"]);
    expect(lamps.size).toBeGreaterThanOrEqual(31);
    expect(found.every(({ rssi = 0, packets }) => rssi < -40 && packets > 5)).toBe(true);
    expect((await onVirtual("scan", "--json")).stdout).toBe((await onVirtual("scan", "--json")).stdout);
    expect((await onVirtual("scan", "--json")).stdout).not.toBe(
      (await ble("scan", "--json", "--radio", "virtual:8")).stdout,
    );
  });

  test("filters, and writes tables, comma-separated values and a line for each packet", async () => {
    const table = await onVirtual("scan", "--kind", "lamp", "--name", "triones");
    expect(table.stdout.split("\n")).toHaveLength(3);
    expect(table.stdout).toMatch(/Triones-0A1B2C +lamp +triones\/triones/);
    const csv = await onVirtual("scan", "--csv", "--kind", "bthome");
    expect(csv.stdout.split("\n")[0]).toMatch(/^address,type,rssi,name,kind,says/);
    expect(csv.stdout).toContain('"temperature 25, humidity 50.55"');
    const lines = (await onVirtual("scan", "--ndjson", "--kind", "ibeacon")).stdout.trim().split("\n");
    expect(lines.length).toBeGreaterThan(5);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ decoded: { kind: "ibeacon" }, packets: 1 });
    expect((await onVirtual("scan", "--rssi", "0")).stdout).toBe("nobody advertises here\n");
  });

  test.each([
    ["--radio", "tea"],
    ["--radio", "virtual:x"],
    ["--radio", "virtual:1", "--seconds", "0"],
    ["--radio", "virtual:1", "--kind", "tea"],
    ["--radio", "virtual:1", "--rssi", "loud"],
  ])("%s %s %s %s is wrong usage", async (...words) => {
    expect((await ble("scan", ...words)).code).toBe(2);
  });

  test.each(["hci:99", "bluez"])(
    "a radio that cannot be used is named, with what to do: %s",
    async (radio) => {
      const { code, stderr } = await ble("scan", "--radio", radio);
      expect(code).toBe(10);
      expect(stderr).toMatch(/Bluetooth cannot be used: .+\n {2}.+--radio virtual/);
    },
  );
});

describe("ble gatt, read, write and watch", () => {
  test("a device is browsed, read and written, and what it says is shown", async () => {
    const address = lamp("mipow/playbulb");
    const { attributes } = dataOf<{ attributes: readonly { characteristic: string; means?: string }[] }>(
      await onVirtual("gatt", address, "--profile", "mipow/playbulb", "--json"),
    );
    const shade = attributes.find(({ characteristic }) => characteristic === "fffc");
    expect(JSON.parse(shade?.means ?? "")).toMatchObject({ state: { on: true } });
    const { service } = shade as unknown as { service: string };
    expect((await onVirtual("read", address, `${service}/fffc`)).stdout).toMatch(/^[0-9a-f]{8}\n$/);
    const written = await onVirtual(
      "write",
      address,
      `${service}/0000fffc-0000-1000-8000-00805f9b34fb`,
      "00 00 ff 00",
    );
    expect([written.code, written.stdout]).toEqual([0, "sent\n"]);
    const none = await onVirtual("read", address, `${service}/abcd`);
    expect([none.code, none.stderr]).toEqual([5, expect.stringContaining("no such characteristic")]);
    const nobody = await onVirtual("gatt", "00:00:00:00:00:01");
    expect([nobody.code, nobody.stderr]).toEqual([5, expect.stringContaining("nobody advertises")]);
  });

  test("notifications are watched until the time is over", async () => {
    const watched = await onVirtual(
      "watch",
      lamp("triones/triones"),
      "ffd0/ffd4",
      "--seconds",
      "5",
      "--json",
    );
    expect(dataOf(watched)).toEqual([]);
  });

  test("what cannot be undone is refused, before there is any radio, until it is said", async () => {
    const words = ["write", lamp("mipow/playbulb"), "ff01/fffd", "00"];
    const refused = await onVirtual(...words);
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining("resets a Playbulb")]);
    expect((await onVirtual(...words, "--dangerous", "--dry-run")).stdout).toBe("would write 00\n");
    // It goes to the lamp, whose simulation has no such characteristic.
    expect((await onVirtual(...words, "--dangerous")).code).toBe(5);
  });

  test.each([
    ["a4c1", "ffd5/ffd9", "00"],
    ["a4:c1:38:02:83:f4", "ffd9", "00"],
    ["a4:c1:38:02:83:f4", "ffd5/xyz", "00"],
    ["a4:c1:38:02:83:f4", "ffd5/ffd9", "0"],
    ["a4:c1:38:02:83:f4", "ffd5/ffd9", "0g"],
  ])("write %s %s %s is wrong usage", async (...words) => {
    expect((await onVirtual("write", ...words)).code).toBe(2);
  });
});

describe("ble conform", () => {
  test("tries a lamp, says which kind it was, and writes reports", async () => {
    const [junit, html] = [file("report.xml"), file("report.html")];
    const words = ["conform", "--lamp", lamp("triones/triones"), "--junit", junit, "--html", html];
    const said = await onVirtual(...words, "--json", "--quiet");
    const report = dataOf<ConformanceReport>(said);
    expect(report).toMatchObject({ ok: true, lamp: { kind: "virtual", profile: "triones/triones" } });
    expect(readFileSync(junit, "utf8")).toContain('<property name="lamp.kind" value="virtual"/>');
    expect(readFileSync(junit, "utf8")).toContain('classname="BLE-13" name="takes colours"');
    expect(readFileSync(html, "utf8")).toContain("A <strong>virtual</strong> lamp");
  });

  test("a lamp that is not what its profile says ends with 8", async () => {
    const words = ["conform", "--lamp", lamp("triones/triones"), "--profile", "mipow/playbulb"];
    const { code, stdout } = await onVirtual(...words);
    expect(code).toBe(8);
    expect(stdout).toMatch(/BLE-01 +failed/);
    expect(stdout).toMatch(/BLE-03 +failed .*no such characteristic/);
    expect(stdout).toMatch(/BLE-13 +blocked .*by BLE-03/);
  });

  test("a profile that is missing, or that several fit, is asked for", async () => {
    const unknown = await onVirtual(
      "conform",
      "--lamp",
      lamp("triones/triones"),
      "--profile",
      "triones/trione",
    );
    expect([unknown.code, unknown.stderr]).toEqual([5, expect.stringContaining("triones/triones")]);
    const several = await onVirtual("conform", "--lamp", lamp("elk/bledom"));
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining("elk/bledom-other-handle")]);
    expect((await onVirtual("conform")).code).toBe(2);
  });
});

describe("ble soak and bench", () => {
  test("connections are counted and timed", async () => {
    const out = file("soak.json");
    const words = ["soak", lamp("triones/triones"), "--count", "20", "--out", out, "--json"];
    const report = dataOf<object>(await onVirtual(...words));
    expect(report).toMatchObject({
      connections: 20,
      failures: 0,
      interrupted: false,
      usableMs: { count: 20 },
    });
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(report);
  });

  test("no 99th percentile of fewer than 100 samples", async () => {
    const few = await onVirtual("bench", lamp("triones/triones"), "--count", "20");
    expect(few.stdout).toMatch(/connect +20 .*under 100 samples/);
    const many = await onVirtual("bench", lamp("triones/triones"), "--count", "100");
    expect(many.stdout).not.toContain("under 100 samples");
    expect(many.stdout).toMatch(/answer +100 +[\d.]+ ms/);
  });
});

describe("ble twin", () => {
  test("a lamp is recorded without its address, and its recording conforms as the lamp does", async () => {
    const address = lamp("triones/triones");
    const out = file("lamp.json");
    const recorded = dataOf<object>(await onVirtual("twin", "record", address, "--out", out, "--json"));
    expect(recorded).toMatchObject({ profile: "triones/triones", conforms: true });
    const replayed = dataOf<ConformanceReport>(await ble("twin", "replay", out, "--json", "--quiet"));
    expect(replayed.ok).toBe(true);
    expect(readFileSync(out, "utf8")).not.toContain(address.replaceAll(":", ""));
  });

  test("what is no recording is refused", async () => {
    const said = await ble("twin", "replay", join("docs", "scenarios", "evening.yaml"));
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining("JSON document")]);
    expect((await ble("twin", "play", "lamp.json")).code).toBe(2);
  });
});

test("a virtual radio has no packets to capture, and says what has", async () => {
  const { code, stderr } = await onVirtual("capture", "--out", file("air.btsnoop"));
  expect([code, stderr]).toEqual([6, expect.stringContaining("--radio hci:SOCKET")]);
});
