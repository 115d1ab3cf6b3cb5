import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkWipe } from "../../app-sim/verify/wipe-check.ts";
import { NodeSmallFiles } from "../../hub/platform/node/small-files.ts";
import { SystemEntropy } from "../../hub/platform/node/system-entropy.ts";
import { Tpm } from "../../hub/platform/node/tpm.ts";
import { keysOf } from "../../hub/vault/change-protector.ts";
import { chosenProtector, type ProtectorChoice } from "../../hub/vault/chosen-protector.ts";
import {
  attack,
  databaseKeyOf,
  filesIn,
  type Loot,
  type Opened,
  recordsIn,
  registersIn,
} from "../forensics/support/attack.ts";
import { noSuchIndex, placesEverIn, saidOf } from "../forensics/support/chip-places.ts";
import { smallOf } from "../forensics/support/home-loot.ts";
import { HubProcess, type Ready, scratch } from "../support/hub-process.ts";
import { lampkeeper, startThatEnds } from "../support/refused-start.ts";
import { beginReset, startedAnew } from "../support/reset-process.ts";
import { Swtpm } from "../support/swtpm.ts";

/** Resets of a hub that is a process, whose keys do not lie in files, attacked by who copied its folder before. */

const small = ["--bulbs", "2", "--sensors", "0", "--people", "0"];
const canary = "Zyxcanary pantry";

type Secrets = Omit<ProtectorChoice, "wanted" | "before">;

/** Somebody moves in, and the plug of their hub is out. */
const lived = async (hub: HubProcess): Promise<void> => {
  expect((await hub.api("POST", "/rooms", { name: canary })).status).toBe(201);
  expect(JSON.stringify((await hub.api("GET", "/rooms")).body)).toContain(canary);
  expect(await hub.stop()).toBe(0);
};

/** A copy of a hub's folder, and every key that opened it at that time. */
class OldCopy {
  readonly folder: string;
  readonly keys: readonly Buffer[];
  readonly #loot: Omit<Loot, "haystacks">;

  constructor(data: string, folder: string, secrets: Secrets) {
    cpSync(data, folder, { recursive: true });
    this.folder = folder;
    const files = new NodeSmallFiles(folder);
    const places = { files, keyFiles: new NodeSmallFiles(join(folder, "keys")) };
    const protector = chosenProtector(new SystemEntropy(), places, secrets);
    const registers = registersIn(this.files);
    const [register] = registers;
    const root = protector.load("root");
    if (register === undefined || root === undefined) throw new RangeError("the home has no keys");
    this.keys = keysOf(files).flatMap((name) => protector.load(name) ?? []);
    this.#loot = { records: recordsIn(join(folder, "hub.db"), databaseKeyOf(root, register)), registers };
  }

  get files(): readonly Buffer[] {
    return smallOf(filesIn(this.folder).map(({ bytes }) => bytes));
  }

  attackedWith(haystacks: readonly Buffer[]): readonly Opened[] {
    return attack({ ...this.#loot, haystacks });
  }
}

/** Erased by the command line. @returns what the hub says of itself afterwards, and what it certifies */
const erased = async (hub: HubProcess, folder: string): Promise<{ now: Ready; certificate: string }> => {
  const certificate = join(folder, "wiped.json");
  const words = ["reset", "factory", "--yes", "--certificate", certificate, "--ready-file", hub.readyFile];
  const { code, stderr } = lampkeeper(...words);
  expect([code, stderr]).toEqual([0, expect.stringContaining("device key")]);
  const [, key = "", counter = ""] = /device key ([0-9a-f]{64}), counter (\d+)/.exec(stderr) ?? [];
  const check = ["verify-certificate", certificate, "--device-key", key, "--counter", counter];
  expect(lampkeeper(...check).code).toBe(0);
  const now = await startedAnew(hub);
  expect(now.hubId).not.toBe(hub.ready.hubId);
  expect(now.pid).toBe(hub.ready.pid);
  expect(checkWipe([now.data], [canary]).leftovers).toEqual([]);
  return { now, certificate: readFileSync(certificate, "utf8") };
};

const vaultOf = async ({ api }: Ready): Promise<unknown> =>
  (await fetch(`${api.url}/vault`, { headers: { authorization: `Bearer ${api.token}` } })).json();

const roomsIn = async (hub: HubProcess): Promise<readonly string[]> => {
  const { data } = (await hub.api("GET", "/rooms")).body as { data: { name: string }[] };
  return data.map(({ name }) => name);
};

const leftIn = ({ data }: Ready): readonly Buffer[] => smallOf(filesIn(data).map(({ bytes }) => bytes));

afterEach(() => vi.unstubAllEnvs());

describe("keys in a TPM", () => {
  let tpm: Swtpm;

  beforeEach(async () => {
    tpm = await Swtpm.start();
    vi.stubEnv("TPM2TOOLS_TCTI", tpm.environment["TPM2TOOLS_TCTI"]);
  }, 300_000);

  afterEach(() => tpm[Symbol.asyncDispose]());

  test("erased: purge, the chip has none of the old keys, nothing opens, and the next hub is kept there too", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    await lived(await HubProcess.start(folder.path, ...small, "--protector", "tpm"));
    const data = join(folder.path, "data");
    const secrets = { chip: () => new Tpm(tpm.environment) };
    const old = new OldCopy(data, join(folder.path, "old"), secrets);
    expect(old.attackedWith(old.keys).length).toBeGreaterThan(5);
    const indices = placesEverIn(old.files);
    expect(indices.size).toBe(2);

    await using hub = await HubProcess.start(folder.path, ...small);
    const { now, certificate } = await erased(hub, folder.path);
    expect(JSON.parse(certificate).sanitization).toMatchObject({ description: "Purge", protector: "tpm" });
    for (const index of indices) expect(saidOf(tpm, index)).toMatch(noSuchIndex);
    expect(old.attackedWith([...old.files, ...leftIn(now)])).toEqual([]);
    expect(startThatEnds(old.folder)).toMatchObject({
      code: 11,
      stderr: expect.stringContaining("(tpm_changed)"),
    });
    expect(await vaultOf(now)).toMatchObject({ protector: "tpm", sanitization: "purge" });
  });

  test("the plug is pulled while it is erased: the next start ends that, and the next hub is kept in the chip too", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    await lived(await HubProcess.start(folder.path, ...small, "--protector", "tpm"));
    const hub = await HubProcess.start(folder.path, ...small);
    await beginReset(hub);
    await hub.kill();
    await using next = await HubProcess.start(folder.path, ...small);
    expect(next.ready.hubId).not.toBe(hub.ready.hubId);
    const certificate = JSON.parse(readFileSync(join(next.ready.data, "reset-certificate"), "utf8"));
    expect(certificate).toMatchObject({
      sanitization: { description: "Purge" },
      verification: { result: "passed" },
    });
    expect(await vaultOf(next.ready)).toMatchObject({ protector: "tpm", sanitization: "purge" });
  });

  test("handed over: house and lamps are there under new keys, and the old ones are nowhere", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    await lived(await HubProcess.start(folder.path, ...small, "--protector", "tpm"));
    const secrets = { chip: () => new Tpm(tpm.environment) };
    const old = new OldCopy(join(folder.path, "data"), join(folder.path, "old"), secrets);
    await using hub = await HubProcess.start(folder.path, ...small);
    expect(lampkeeper("reset", "hand-over", "--yes", "--ready-file", hub.readyFile).code).toBe(0);
    const now = await startedAnew(hub);
    expect(now.lamps.toSorted()).toEqual(hub.ready.lamps.toSorted());
    for (const index of placesEverIn(old.files)) expect(saidOf(tpm, index)).toMatch(noSuchIndex);
    expect(await vaultOf(now)).toMatchObject({ protector: "tpm" });
  });
});

describe("keys under a passphrase", { timeout: 180_000 }, () => {
  const words = "correct horse battery";
  const passphrase = Buffer.from(words);
  const chip = (): never => {
    throw new RangeError("there is no chip");
  };

  test("erased: clear, nothing opens without the passphrase, and the next hub has it too", async () => {
    using folder = scratch();
    const file = join(folder.path, "passphrase");
    writeFileSync(file, words, { mode: 0o600 });
    await lived(await HubProcess.start(folder.path, ...small, "--passphrase-file", file));
    const old = new OldCopy(join(folder.path, "data"), join(folder.path, "old"), { passphrase, chip });
    await using hub = await HubProcess.start(folder.path, ...small, "--passphrase-file", file);
    const { now, certificate } = await erased(hub, folder.path);
    expect(JSON.parse(certificate).sanitization).toMatchObject({
      description: "Clear",
      protector: "passphrase",
    });
    expect(old.attackedWith([...old.files, ...leftIn(now)])).toEqual([]);
    // Who has the old bytes and the passphrase has the keys: this is why it says clear.
    expect(old.attackedWith(old.keys).length).toBeGreaterThan(5);
    expect(await vaultOf(now)).toMatchObject({ protector: "passphrase" });
  });

  test("read from standard input, which cannot be read again: the next hub is closed with it, and a start opens it", async () => {
    using folder = scratch();
    const typed = ["--passphrase-file", "-"];
    const hub = await HubProcess.startWith(words, folder.path, ...small, ...typed);
    expect((await hub.api("POST", "/rooms", { name: canary })).status).toBe(201);
    const { now } = await erased(hub, folder.path);
    expect(await vaultOf(now)).toMatchObject({ protector: "passphrase" });
    expect(await hub.stop()).toBe(0);
    const again = await HubProcess.startWith(words, folder.path, ...small, ...typed);
    expect(again.ready.hubId).toBe(now.hubId);
    await beginReset(again);
    await again.kill();
    await using last = await HubProcess.startWith(words, folder.path, ...small, ...typed);
    expect(last.ready.hubId).not.toBe(now.hubId);
    expect(existsSync(join(last.ready.data, "reset-intent"))).toBe(false);
    expect(await vaultOf(last.ready)).toMatchObject({ protector: "passphrase" });
  });

  test("changed at this start: a hand over goes on with the new one", async () => {
    using folder = scratch();
    const [file, fresh] = ["passphrase", "fresh"].map((name) => join(folder.path, name)) as [string, string];
    writeFileSync(file, words);
    writeFileSync(fresh, "staple of another kind");
    await lived(await HubProcess.start(folder.path, ...small, "--passphrase-file", file));
    const changing = ["--passphrase-file", file, "--new-passphrase-file", fresh];
    const hub = await HubProcess.start(folder.path, ...small, ...changing);
    expect(lampkeeper("reset", "hand-over", "--yes", "--ready-file", hub.readyFile).code).toBe(0);
    await startedAnew(hub);
    expect(await hub.stop()).toBe(0);
    await using again = await HubProcess.start(folder.path, ...small, "--passphrase-file", fresh);
    expect(await roomsIn(again)).toContain("Room 1");
  });
});
