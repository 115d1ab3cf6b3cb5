import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Instant } from "../../hub/domain/units.ts";
import { DrivenHub } from "../forensics/support/driven-hub.ts";
import { fastFolder } from "../forensics/support/fast-folder.ts";
import { proves } from "../support/proves.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Secrets {
  readonly keys: Readonly<Record<string, Buffer>>;
  readonly words: readonly string[];
}

/** What a new hub draws for itself, on this machine's entropy, and what it hands out to the first program and lamp. */
const secretsOfNewHub = async (): Promise<Secrets> => {
  const folder = fastFolder();
  folders.push(folder);
  const hub = await DrivenHub.open(folder, Date.UTC(2026, 10, 27) as Instant);
  const bulb = { profile: "lampkeeper/dimmable-bulb", name: "Bulb", room: null, address: "lamp-1" };
  const { credentials } = await hub.owner.call("addDevice", { body: bulb });
  const words = [hub.bearer, hub.hub.id, credentials?.password ?? ""];
  await hub.close();
  const files = ["device-key", "key-register", ...readdirSync(join(folder, "keys")).map((n) => `keys/${n}`)];
  return { keys: Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file))])), words };
};

const windowBytes = 8;
const windows = (bytes: Buffer): readonly string[] =>
  Array.from({ length: Math.max(0, bytes.length - windowBytes + 1) }, (_, at) =>
    bytes.subarray(at, at + windowBytes).toString("latin1"),
  );
/** What every key file says: its format, names of keys, a counter at nought and no place in a chip. */
const isFormat = (window: string): boolean =>
  ["LKDEVK\0\u0001", "LKKEYS\0\u0001\0\0\0\u0001", "\0\u0004\u0009household\u0001", "\u000bdevice-link\u0001"]
    .concat(`${"\xff".repeat(4)}${"\0".repeat(8)}`)
    .some((part) => part.includes(window));

/** Windows of bytes that stand in the keys of both. */
const shared = (one: Secrets, other: Secrets): readonly string[] => {
  const all = new Set(Object.values(other.keys).flatMap(windows));
  return Object.entries(one.keys).flatMap(([file, bytes]) =>
    windows(bytes).flatMap((window) => (all.has(window) && !isFormat(window) ? [file] : [])),
  );
};

test(`two new hubs of one build have no key, token or credential in common: none came with it ${proves("ISVS:2.1.9", "ISVS:2.1.10", "EN303645:5.4-4")}`, async () => {
  const [one, other] = [await secretsOfNewHub(), await secretsOfNewHub()];
  expect(Object.keys(one.keys).sort()).toEqual(["device-key", "key-register", "keys/epoch-1", "keys/root"]);
  expect(shared(one, other)).toEqual([]);
  for (const [at, word] of one.words.entries()) expect(other.words[at]).not.toBe(word);
  // The search does find a key that two of them have.
  const planted = { ...other, keys: { ...other.keys, "keys/root": one.keys["keys/root"] ?? Buffer.of() } };
  expect(shared(one, planted).length).toBeGreaterThan(20);
});
