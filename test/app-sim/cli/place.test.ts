import { afterEach, beforeEach, expect, test } from "vitest";
import type { PhoneId } from "../../../hub/domain/ids.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

interface Place {
  readonly set: boolean;
  readonly zone: string;
  readonly latitude?: number;
  readonly tolerance?: number;
  readonly veil?: string;
}
const shown = () => terminal.json<Place>("place", "show");

test("a town by its name brings its zone", async () => {
  const { code, stdout } = await terminal.type(["place", "set", "köln"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Europe/Berlin");
  expect(await shown()).toMatchObject({ set: true, zone: "Europe/Berlin", veil: "off" });
});

test("coordinates of the south and the west are understood, with their zone", async () => {
  await terminal.type([
    "place",
    "set",
    "--at",
    "-34.6,-58.4",
    "--zone",
    "America/Argentina/Buenos_Aires",
    "--tolerance",
    "5m",
  ]);
  expect(await shown()).toMatchObject({ zone: "America/Argentina/Buenos_Aires", tolerance: 300 });
  expect((await shown()).latitude).toBeLessThan(-34);
});

test("a longitude of the wrong sign is taken and asked about", async () => {
  const { code, stderr } = await terminal.type([
    "place",
    "set",
    "--at",
    "40.7,74",
    "--zone",
    "America/New_York",
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain("West is negative");
});

test("of several towns of one name none is chosen; each is named with its country and id", async () => {
  const { code, stderr } = await terminal.type(["place", "set", "springfield"]);
  expect(code).toBe(2);
  expect(stderr).toContain("springfield-us-il (United States)");
  expect((await shown()).set).toBe(false);
  expect((await terminal.type(["place", "set", "springfield-us-il"])).code).toBe(0);
  expect((await shown()).zone).toBe("America/Chicago");
});

test.each<[number, string, readonly string[]]>([
  [5, "no town", ["place", "set", "Qqqqq"]],
  [2, "a town, or give coordinates", ["place", "set"]],
  [2, "need --zone", ["place", "set", "--at", "52,13"]],
  [2, "latitude", ["place", "set", "--at", "north", "--zone", "Europe/Berlin"]],
  [2, "time zone", ["place", "set", "--at", "52,13", "--zone", "Europe/Berlni"]],
  [2, "there are: off, coarse, strong", ["place", "veil", "thick"]],
])("exit code %i: %s", async (code, said, words) => {
  const typed = await terminal.type(words);
  expect(typed.code).toBe(code);
  expect(typed.stderr).toContain(said);
  expect((await shown()).set).toBe(false);
});

test("with --dry-run the trade is shown and nothing is kept", async () => {
  const { stdout } = await terminal.type(["place", "set", "Berlin", "--dry-run"]);
  expect(stdout).toContain("65 km");
  expect(await shown()).toMatchObject({ set: false });
});

test("the veil is told in what it gives and costs; off asks first", async () => {
  expect((await terminal.type(["place", "veil"])).stdout).toContain("tell where the home is");
  expect((await terminal.type(["place", "veil", "coarse"])).stdout).toContain("about 100 km");
  expect((await terminal.type(["place", "veil", "off", "--no-input"])).code).not.toBe(0);
  expect((await shown()).veil).toBe("coarse");
  expect((await terminal.type(["place", "veil", "off", "--yes"])).code).toBe(0);
});

test("a place that a phone gives says so, and why it is not used", async () => {
  await terminal.type(["person", "add", "Ana"]);
  const key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  const phone = await terminal.json<{ readonly id: string }>("person", "phone", "Ana", key);
  const { stdout } = await terminal.type(["place", "set", "berlin", "--phone", phone.id]);
  expect(stdout).toContain(`given by  the phone ${phone.id}`);
  const known = terminal.house.people.phone(phone.id as PhoneId);
  if (known !== undefined) terminal.house.people.hearPhone(known, 1, false)();
  const held = await terminal.type(["place", "show"]);
  expect(held.stdout).toContain("on hold   a phone that it depends on is not permitted to know where it is");
  expect(held.stdout).not.toContain("position");
});
