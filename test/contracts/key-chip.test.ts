import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Tpm } from "../../hub/platform/node/tpm.ts";
import { SimKeyChip } from "../../hub/platform/sim/sim-key-chip.ts";
import { scratch } from "../support/hub-process.ts";
import { requireProgram } from "../support/programs.ts";
import { Swtpm } from "../support/swtpm.ts";
import { keyChipContract } from "./key-chip.contract.ts";

let tpm: Swtpm;

beforeAll(async () => {
  tpm = await Swtpm.start();
}, 300_000);

afterAll(() => tpm[Symbol.asyncDispose]());

keyChipContract("TPM 2.0 in software", () => new Tpm(tpm.environment));
keyChipContract("simulated", () => new SimKeyChip());

describe("a TPM", () => {
  const word = Buffer.from("00112233445566778899aabbccddeeff");
  const secret = Buffer.from("K7-canary-key-of-thirty-two-byte");

  test("does its work while every object slot is taken", () => {
    for (let slot = 0; slot < 3; slot++) tpm.tool("tpm2_createprimary", "-C", "o", "-c", "/dev/null");
    expect(() => tpm.tool("tpm2_createprimary", "-C", "o", "-c", "/dev/null")).toThrow(/0x902/i);
    const chip = new Tpm(tpm.environment);
    chip.keep(7, word, secret);
    expect(chip.read(7, word)).toEqual(secret);
    chip.destroy(7);
    tpm.tool("tpm2_flushcontext", "-t");
  });

  test("cleared by its owner holds nothing any more", () => {
    const chip = new Tpm(tpm.environment);
    chip.keep(8, word, secret);
    tpm.tool("tpm2_clear");
    expect(chip.read(8, word)).toBeUndefined();
    expect(chip.places()).toEqual([]);
  });

  test("that is full says so and keeps nothing half", () => {
    const chip = new Tpm(tpm.environment);
    let index = 0x0180_1000;
    for (const size of ["2048", "256", "32"]) {
      const define = () => tpm.tool("tpm2_nvdefine", `0x${(index++).toString(16)}`, "-C", "o", "-s", size);
      expect(() => {
        for (;;) define();
      }).toThrow(/0x14b/i);
    }
    const before = chip.places();
    expect(() => chip.keep(9, word, secret)).toThrow(
      expect.objectContaining({ code: "tpm_failed", context: { system: "14b" } }),
    );
    expect(chip.places()).toEqual(before);
    tpm.tool("tpm2_clear");
  }, 120_000);

  test("that is not there, or has no tools, is missing", () => {
    const nowhere = { ...tpm.environment, TPM2TOOLS_TCTI: "swtpm:path=/nowhere/socket" };
    const missing = (reason: string) => expect.objectContaining({ code: "tpm_missing", context: { reason } });
    expect(() => new Tpm(nowhere).places()).toThrow(missing("device"));
    expect(() => new Tpm({ ...tpm.environment, PATH: "/nowhere" }).places()).toThrow(missing("tools"));
  });

  test("gets secrets and words by pipe: none is in a program's arguments, environment or files", () => {
    using folder = scratch();
    const trace = join(folder.path, "trace");
    const script = `
      import { Tpm } from "./hub/platform/node/tpm.ts";
      const chip = new Tpm(process.env);
      const [word, secret] = process.argv.slice(1).map((each) => Buffer.from(each, "base64"));
      chip.keep(9, word, secret);
      if (!chip.read(9, word).equals(secret)) process.exit(3);
      chip.destroy(9);`;
    const runs = [process.execPath, "--input-type=module-typescript", "-e", script];
    const given = [word, secret].map((each) => each.toString("base64"));
    const traced = ["-f", "-v", "-s", "4096", "-e", "trace=execve,openat", "-o", trace];
    execFileSync(requireProgram("strace"), [...traced, ...runs, ...given], { env: tpm.environment });
    const calls = readFileSync(trace, "utf8");
    expect(calls).toMatch(/execve\("[^"]*tpm2_nvwrite"/);
    for (const hidden of [secret, word]) expect(calls).not.toContain(hidden.toString());
    const written = [...calls.matchAll(/openat\([^"]*"([^"]*)", [^)]*O_(?:WRONLY|RDWR|CREAT)/g)];
    expect(written.map(([, path = ""]) => path).filter((path) => !path.startsWith("/dev/"))).toEqual([]);
  }, 60_000);
});
