import { expect, test } from "vitest";
import { proves } from "../../support/proves.ts";
import { Terminal } from "./terminal.ts";

const adding = ["link", "add", "Sink", "test/open", "a4:c1:38:00:00:77"];

test(`a lamp with two links says by which it is reached, why, and how well either is heard ${proves("U15")}`, async () => {
  await using terminal = await Terminal.open();
  expect((await terminal.type(["link", "list"])).stdout).toContain("no lamp has two links");
  expect((await terminal.type(adding)).stdout).toContain("Sink can be reached over Bluetooth, too");
  const { stdout } = await terminal.type(["link", "list"]);
  expect(stdout).toMatch(/Sink +network +\S.* +-55 dBm +no +l-/);
  expect((await terminal.type(["link", "list", "--json"])).stdout).not.toContain("a4c138000077");
  expect((await terminal.type(["device", "show", "Sink"])).stdout).toContain("by         network");
  const again = await terminal.type(["link", "add", "Sink", "test/open", "a4:c1:38:00:00:78"]);
  expect(again).toMatchObject({ code: 6, stderr: expect.stringContaining("second link") });
  expect((await terminal.type(["link", "remove", "Sink"])).stdout).toContain("over its network alone");
  expect(await terminal.type(["link", "remove", "Sink"])).toMatchObject({ code: 5 });
});

test("with --dry-run links are only talked about", async () => {
  await using terminal = await Terminal.open();
  expect(await terminal.type([...adding, "--dry-run"])).toMatchObject({ code: 0 });
  expect(await terminal.json("link", "list")).toEqual([]);
  await terminal.type(adding);
  expect(await terminal.type(["link", "remove", "Sink", "--dry-run"])).toMatchObject({ code: 0 });
  expect(await terminal.json("link", "list")).toHaveLength(1);
});
