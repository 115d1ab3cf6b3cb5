import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { ResetHome } from "../../hub/reset/reset-home.ts";
import { Terminal, typed } from "./terminal.ts";

let genuine: SignedCertificate;

beforeAll(async () => {
  const made = await (await ResetHome.left("factory")).finish();
  if (made === undefined || made === "power cut") throw new RangeError("no certificate");
  genuine = made;
});

/** As a hub does that starts anew: from then on it has the certificate of the reset that was begun. */
const certifies = (terminal: Terminal): void => {
  const { house } = terminal;
  const confirm = house.resets.confirm.bind(house.resets);
  house.resets.confirm = (id) => {
    const level = confirm(id);
    house.certificate = { ...genuine, reset: { ...genuine.reset, id } };
    return level;
  };
};

/** Presses the button once a reset was asked for. */
const seconded = ({ house }: Terminal): void => {
  const request = house.resets.request.bind(house.resets);
  house.resets.request = (...words) => {
    const offer = request(...words);
    expect(house.begun).toEqual([]);
    queueMicrotask(() => house.panel.work("released"));
    return offer;
  };
};

describe("lampkeeper reset", () => {
  test("asks, and nothing happens without an answer", async () => {
    await using terminal = await Terminal.open();
    const { code, stderr } = await terminal.type(["reset", "factory"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--yes");
    expect(terminal.house.begun).toEqual([]);
  });

  test("waits for the button, for the hub, and keeps the certificate", async () => {
    await using terminal = await Terminal.open();
    certifies(terminal);
    const file = join(terminal.folder, "wiped.json");
    seconded(terminal);
    const words = ["reset", "factory", "--yes", "--certificate", file, "--challenge", "00ff".repeat(4)];
    const { code, stderr } = await terminal.type(words);
    expect(stderr).toContain("press the button");
    expect(stderr).toContain("07".repeat(32));
    expect(code).toBe(0);
    expect(terminal.house.begun).toEqual(["factory"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(terminal.house.certificate);
  });

  test("of the network is done at once", async () => {
    await using terminal = await Terminal.open();
    seconded(terminal);
    expect((await terminal.type(["reset", "network", "--yes"])).code).toBe(0);
    expect(terminal.house.begun).toEqual(["network"]);
  });

  test.each([
    [["reset", "everything", "--yes"], 2],
    [["reset", "network", "--yes", "--certificate", "x.json"], 2],
    [["reset", "factory", "--yes", "--keep-names"], 2],
    [["reset", "factory", "--yes", "--certificate", "package.json"], 6],
    [["reset", "factory", "--yes", "--challenge", "zz"], 2],
  ])("%j begins nothing", async (words, code) => {
    await using terminal = await Terminal.open();
    expect((await terminal.type(words)).code).toBe(code);
    expect(terminal.house.begun).toEqual([]);
    expect(existsSync("x.json")).toBe(false);
  });

  test("that somebody else has asked for is refused", async () => {
    await using terminal = await Terminal.open();
    terminal.house.resets.request("hand-over", "owner");
    const { code, stderr } = await terminal.type(["reset", "factory", "--yes"]);
    expect([code, stderr.includes("another reset")]).toEqual([6, true]);
  });
});

describe("lampkeeper verify-certificate", () => {
  test("accepts a genuine one and says whose devices are to be erased by hand", async () => {
    await using terminal = await Terminal.open();
    const [file, keyFile] = ["wiped.json", "key.txt"].map((name) => join(terminal.folder, name));
    writeFileSync(file ?? "", JSON.stringify(genuine, null, 2));
    writeFileSync(keyFile ?? "", `${genuine.device.publicKey}\n`);
    for (const key of [genuine.device.publicKey, keyFile ?? ""]) {
      const { code, stdout } = await typed([
        "verify-certificate",
        file ?? "",
        "--device-key",
        key,
        "--counter",
        "1",
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain(genuine.devices.unable[0]);
    }
  });

  test("ends with 11 where it does not hold, and with 2 where it was not told enough", async () => {
    await using terminal = await Terminal.open();
    const file = join(terminal.folder, "wiped.json");
    const key = genuine.device.publicKey;
    writeFileSync(file, JSON.stringify(genuine).replace('"Clear"', '"Purge"'));
    const forged = await typed(["verify-certificate", file, "--device-key", key, "--json"]);
    expect([forged.code, JSON.parse(forged.stderr).error.code]).toEqual([11, "forged"]);
    writeFileSync(file, JSON.stringify(genuine));
    const replayed = await typed([
      "verify-certificate",
      file,
      "--device-key",
      key,
      "--counter",
      "2",
      "--json",
    ]);
    expect([replayed.code, JSON.parse(replayed.stderr).error.code]).toEqual([11, "replayed"]);
    const other = await typed(["verify-certificate", file, "--device-key", "00".repeat(32), "--json"]);
    expect([other.code, JSON.parse(other.stderr).error.code]).toEqual([11, "other_device"]);
    expect((await typed(["verify-certificate", file])).code).toBe(2);
    expect((await typed(["verify-certificate", file, "--device-key", key, "--counter", "x"])).code).toBe(2);
    expect((await typed(["verify-certificate", "none.json", "--device-key", key])).code).toBe(5);
  });
});
