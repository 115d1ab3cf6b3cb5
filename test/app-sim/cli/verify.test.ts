import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../../support/hub-process.ts";
import { typed } from "./terminal.ts";

const canaries = ["Kitchen of Ana", "correct horse"];

/** A folder of noise with these files in it, and a list of canaries beside it. */
const wiped = (folder: string, files: Readonly<Record<string, Uint8Array>>) => {
  const data = join(folder, "data");
  mkdirSync(join(data, "deep"), { recursive: true });
  writeFileSync(join(data, "noise"), Buffer.alloc(1 << 20, "noise"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(data, name), bytes);
  const list = join(folder, "canaries.txt");
  writeFileSync(list, `${canaries.join("\r\n")}\n`);
  return ["verify-wipe", "--data", data, "--canaries", list];
};

test("a folder without canaries is clean", async () => {
  using folder = scratch();
  const { code, stdout } = await typed(wiped(folder.path, {}));
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "0 of 2 canaries found in 1 files, 1048576 bytes\n",
  });
});

test.each([
  [
    "deep in a file, across the seam of two pieces",
    "deep/file",
    Buffer.concat([Buffer.alloc((1 << 20) - 4), Buffer.from("Kitchen of Ana")]),
  ],
  ["in UTF-16", "file", Buffer.from("correct horse", "utf16le")],
  ["in the name of a file", "Kitchen of Ana", Buffer.alloc(0)],
])("a canary %s ends it with 11, and is not repeated", async (_, name, bytes) => {
  using folder = scratch();
  const words = wiped(folder.path, { [name]: bytes });
  const { code, stdout } = await typed([...words, "--json"]);
  const { data } = JSON.parse(stdout) as { data: { found: number; leftovers: { encoding: string }[] } };
  expect([code, data.found]).toEqual([11, 1]);
  if (name === "file") expect(data.leftovers[0]?.encoding).toBe("UTF-16LE");
});

test("an image is searched beside a folder or alone", async () => {
  using folder = scratch();
  const [command = "", , data = "", , list = ""] = wiped(folder.path, {});
  const image = join(folder.path, "card.img");
  writeFileSync(image, Buffer.concat([Buffer.alloc(3 << 20), Buffer.from("correct horse")]));
  expect((await typed([command, "--image", image, "--canaries", list])).code).toBe(11);
  expect((await typed([command, "--image", data, "--canaries", list])).code).toBe(0);
});

test("what cannot be searched is said", async () => {
  using folder = scratch();
  const [command = "", , data = "", , list = ""] = wiped(folder.path, {});
  const empty = join(folder.path, "empty");
  writeFileSync(empty, "\n");
  expect((await typed([command, "--data", data])).code).toBe(2);
  expect((await typed([command, "--data", data, "--canaries", empty])).code).toBe(2);
  expect((await typed([command, "--data", join(data, "none"), "--canaries", list])).code).toBe(5);
  expect((await typed([command, "--data", data, "--canaries", join(data, "none")])).code).toBe(5);
});
