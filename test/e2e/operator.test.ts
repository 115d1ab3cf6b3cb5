import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { roles } from "../../hub/domain/access.ts";
import { openers } from "../../hub/platform/node/socket-openers.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { startThatEnds } from "../support/refused-start.ts";

/**
 * Whoever makes this software, and whoever orders them to give something, has the software, its signing keys and perhaps
 * the disk. They have no key that a hub was not asked for by its owner.
 */

const names = ["Wilhelmina-Operator-Canary", "Underground-Library-Canary"] as const;

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test(`with the whole disk and all of our software, but without the owner's keys, no item can be read ${proves("H64", "A10", "U21", "A41")}`, async () => {
  using folder = scratch();
  const keys = join(folder.path, "owner-keys");
  const options = ["--bulbs", "1", "--sensors", "0", "--people", "0"];
  {
    await using hub = await HubProcess.start(folder.path, ...options, "--key-dir", keys);
    await hub.api("POST", "/people", { name: names[0] });
    await hub.api("POST", "/rooms", { name: names[1] });
    await hub.api("POST", "/privacy/legal-requests", { reference: names[1], gave: [] });
  }
  const taken = join(folder.path, "taken");
  cpSync(join(folder.path, "data"), taken, { recursive: true });
  const words = names.flatMap((name) => [
    Buffer.from(name),
    Buffer.from(name, "utf16le"),
    Buffer.from(Buffer.from(name).toString("hex")),
    Buffer.from(Buffer.from(name).toString("base64").slice(0, 20)),
  ]);
  const files = filesUnder(taken);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const bytes = readFileSync(file);
    expect(words.filter((word) => bytes.includes(word))).toEqual([]);
  }
  // Neither with no keys nor with those of another hub does it open, and nothing is made in their place.
  const others = join(folder.path, "other-keys");
  {
    const elsewhere = join(folder.path, "elsewhere");
    mkdirSync(elsewhere);
    await using _hub = await HubProcess.start(elsewhere, ...options, "--key-dir", others);
  }
  for (const keyFolder of [join(folder.path, "no-keys"), others]) {
    const { code, stderr } = startThatEnds(taken, "--key-dir", keyFolder);
    expect([code, stderr.trim().split("\n").at(-1)]).toEqual([
      11,
      expect.stringMatching(/\((?:keys?_|store_)\w+\)$/),
    ]);
  }
  // Its owner can, with their keys.
  rmSync(join(folder.path, "data"), { recursive: true });
  cpSync(taken, join(folder.path, "data"), { recursive: true });
  await using hub = await HubProcess.start(folder.path, ...options, "--key-dir", keys);
  expect((await hub.api("GET", "/people")).body).toMatchObject({ data: [{ name: names[0] }] });
  const { body } = await hub.api("GET", "/privacy/disclosures/report");
  expect(body).toMatchObject({ legalRequests: 1, answeredRequests: 0, recipients: [] });
}, 120_000);

test(`no role is one of ours, and no opener of a socket leads to us ${proves("A41")}`, () => {
  expect(roles).toEqual(["owner", "resident", "guest", "installer", "developer"]);
  for (const { says } of Object.values(openers)) expect(says).not.toMatch(/https?:|vendor|maker|support/i);
});
