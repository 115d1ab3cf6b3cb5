import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { startThatEnds } from "../support/refused-start.ts";
import { Swtpm } from "../support/swtpm.ts";

/** Every file of the data folder but the database, whose log moves at every start. */
const contents = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("hub."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file, readFileSync(file, "base64")]);

const small = ["--bulbs", "1", "--sensors", "0", "--people", "0"];

const named = async (folder: string, name: string, ...options: string[]) => {
  await using hub = await HubProcess.start(folder, ...small, ...options);
  expect((await hub.api("POST", "/rooms", { name })).status).toBe(201);
  return (await hub.api("GET", "/vault")).body;
};
const roomsWith = async (folder: string, ...options: string[]) => {
  await using hub = await HubProcess.start(folder, ...small, ...options);
  const { data } = (await hub.api("GET", "/rooms")).body as { data: { name: string }[] };
  return { rooms: data.map(({ name }) => name), vault: (await hub.api("GET", "/vault")).body };
};

afterEach(() => vi.unstubAllEnvs());

describe("keys in a TPM", () => {
  let tpm: Swtpm;

  beforeEach(async () => {
    tpm = await Swtpm.start();
    vi.stubEnv("TPM2TOOLS_TCTI", tpm.environment["TPM2TOOLS_TCTI"]);
  }, 300_000);

  afterEach(() => tpm[Symbol.asyncDispose]());

  test(`a home comes back without a word, purge is promised, and another TPM opens nothing ${proves("EN303645:5.4-2", "ISVS:2.4.1")}`, {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    expect(await named(folder.path, "Attic", "--protector", "tpm")).toMatchObject({
      protector: "tpm",
      sanitization: "purge",
      moved: false,
    });
    expect((await roomsWith(folder.path)).rooms).toContain("Attic");
    const data = join(folder.path, "data");
    const before = contents(data);
    tpm.tool("tpm2_clear");
    expect(startThatEnds(data)).toMatchObject({ code: 11, stderr: expect.stringContaining("(tpm_changed)") });
    vi.stubEnv("TPM2TOOLS_TCTI", "swtpm:path=/nowhere/socket");
    expect(startThatEnds(data)).toMatchObject({ code: 10, stderr: expect.stringContaining("(tpm_missing)") });
    expect(contents(data)).toEqual(before);
  });

  test("keys that came out of files are in the TPM alone, and the hub says that old bytes still open old data", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    expect(await named(folder.path, "Attic")).toMatchObject({ protector: "key-file", sanitization: "clear" });
    const { rooms, vault } = await roomsWith(folder.path, "--protector", "tpm");
    expect(rooms).toContain("Attic");
    expect(vault).toMatchObject({ protector: "tpm", sanitization: "clear", moved: true });
    expect(readdirSync(join(folder.path, "data", "keys"))).not.toContain("root");
    expect((await roomsWith(folder.path)).rooms).toContain("Attic");
  });
});

test("keys closed with a passphrase: from a file or standard input, changed, and never opened by another", {
  timeout: 180_000,
}, async () => {
  using folder = scratch();
  const file = join(folder.path, "passphrase");
  writeFileSync(file, "correct horse battery\n", { mode: 0o600 });
  expect(await named(folder.path, "Attic", "--passphrase-file", file)).toMatchObject({
    protector: "passphrase",
    sanitization: "clear",
  });
  expect((await roomsWith(folder.path, "--passphrase-file", file)).rooms).toContain("Attic");

  const data = join(folder.path, "data");
  const before = contents(data);
  const wrong = join(folder.path, "wrong");
  writeFileSync(wrong, "correct horse batterz\n");
  const refusals = [
    [["--passphrase-file", wrong], 11, "passphrase_wrong"],
    [[], 2, "invalid_input"],
    [["--passphrase-file", join(folder.path, "none")], 2, "invalid_input"],
    [["--new-passphrase-file", file], 2, "invalid_input"],
  ] as const;
  for (const [options, code, error] of refusals) {
    expect(startThatEnds(data, ...options)).toMatchObject({
      code,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^lampkeeper: [^\\n]+ \\(${error}\\)\\n$`)),
    });
  }
  expect(contents(data)).toEqual(before);

  const fresh = join(folder.path, "fresh");
  writeFileSync(fresh, "staple of another kind");
  await roomsWith(folder.path, "--passphrase-file", file, "--new-passphrase-file", fresh);
  expect(startThatEnds(data, "--passphrase-file", file).code).toBe(11);
  // Opened by the right one, the hub gets as far as an address that this machine does not have.
  const byInput = (input: string) =>
    spawnSync(
      process.execPath,
      ["scripts/launch.mjs", "serve", "--data", data, "--passphrase-file", "-", "--mqtt-host", "192.0.2.1"],
      { input, encoding: "utf8", timeout: 20_000 },
    ).stderr;
  expect(byInput("staple of another kind\n")).toMatch(/\((network_failed|plain_listener_refused)\)/);
  expect(byInput("staple of another sort\n")).toContain("(passphrase_wrong)");
  const { rooms } = await roomsWith(folder.path, "--passphrase-file", fresh);
  expect(rooms).toContain("Attic");
});

test("keys closed with the credential that systemd hands over", { timeout: 120_000 }, async () => {
  using folder = scratch();
  const credentials = join(folder.path, "credentials");
  mkdirSync(credentials);
  writeFileSync(join(credentials, "lampkeeper-root"), Buffer.alloc(32, 9));
  vi.stubEnv("CREDENTIALS_DIRECTORY", credentials);
  expect(await named(folder.path, "Attic", "--protector", "systemd")).toMatchObject({ protector: "systemd" });
  expect((await roomsWith(folder.path)).rooms).toContain("Attic");
  const data = join(folder.path, "data");
  writeFileSync(join(credentials, "lampkeeper-root"), Buffer.alloc(32, 8));
  expect(startThatEnds(data)).toMatchObject({
    code: 11,
    stderr: expect.stringContaining("(credential_wrong)"),
  });
  rmSync(credentials, { recursive: true });
  expect(startThatEnds(data)).toMatchObject({ code: 11, stderr: expect.stringContaining("(key_missing)") });
});
