import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { commands } from "../../../app-sim/cli/commands.ts";
import { alignedTable, plainTable } from "../../../app-sim/cli/table.ts";
import { everyCommand } from "./every-command.ts";
import { Terminal, typed } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const escapeCode = "\u001b";

const document = z.strictObject({
  schema: z.literal("lampkeeper.cli/1"),
  ok: z.boolean(),
  data: z.unknown(),
});

const failure = z.strictObject({
  schema: z.literal("lampkeeper.cli/1"),
  ok: z.literal(false),
  error: z.strictObject({
    code: z.string().regex(/^[a-z0-9_]+$/),
    message: z.string(),
    hint: z.string().optional(),
    exit: z.number(),
  }),
});

/** Hold no terminal output of their own, or are looked at elsewhere. */
const elsewhere =
  /^(serve|sim|supervise|events|doctor|pair|scenario .*|trace .*|wifi (set|phone|test|share|improv)|ble .*|reset|account .*|session (start|confirm|end|phone)|verify-.*|panel press|device (update|key)|beacon (add|remove)|privacy (share|unshare|prove-local|request|not-me|import|erase|lift|release|tastes)|update (automatic|notices|look|install|confirm|revert|postpone)|token leaked|connect .*|contact .*|provider .*|privacy invitation|developer .*|guest .*|link .*|person (access|grants|age|country|guardian|purge)|backup (create|verify|restore)|move .*)$/;

test("a real case's button is for a hand", async () => {
  await using real = await Terminal.open({ sim: false });
  for (const words of [
    ["panel", "show"],
    ["panel", "press", "--seconds", "3"],
  ]) {
    const said = await real.type([...words, "--json"]);
    expect(said.code).toBe(6);
    expect(failure.parse(JSON.parse(said.stderr)).error.code).toBe("panel_is_real");
  }
});

test("a real hub is told its network by a real phone", async () => {
  await using real = await Terminal.open({ sim: false });
  const file = join(real.folder, "word");
  writeFileSync(file, "12345678");
  const said = await real.type(["wifi", "phone", "--ssid-file", file, "--password-file", file, "--json"]);
  expect(said.code).toBe(6);
  expect(failure.parse(JSON.parse(said.stderr)).error.code).toBe("phone_is_real");
});

test("every command is typed here or looked at elsewhere", () => {
  const here = new Set(everyCommand.flatMap((words) => [words[0] ?? "", words.slice(0, 2).join(" ")]));
  const missing = commands.filter(({ path }) => !here.has(path) && !elsewhere.test(path));
  expect(missing.map(({ path }) => path)).toEqual([]);
});

test("every command, piped, ends well and writes no escape codes", async () => {
  for (const words of everyCommand) {
    const { code, stdout, stderr } = await terminal.type(words, { environment: { TERM: "xterm" } });
    expect({ words, code, stderr: code === 0 ? "" : stderr }).toEqual({ words, code: 0, stderr: "" });
    expect(stdout + stderr, words.join(" ")).not.toContain(escapeCode);
    expect(stdout, words.join(" ")).not.toBe("");
  }
});

test("every command writes one document with --json, wherever the flag stands", async () => {
  for (const [index, words] of everyCommand.entries()) {
    const { stdout } = await terminal.type(index % 2 === 0 ? ["--json", ...words] : [...words, "--json"]);
    const parsed = document.safeParse(JSON.parse(stdout));
    expect({ words, ok: parsed.data?.ok }).toEqual({ words, ok: true });
  }
});

test("a link signs a browser in, once", async () => {
  const { stdout } = await terminal.type(["access", "link"]);
  const link = new URL(stdout.trim());
  expect(link.href).toMatch(/^http:\/\/[^/]+\/#code=[\w-]{22}$/);
});

test("every changing command only says what it would do with --dry-run", async () => {
  const before = await terminal.json("device", "list");
  for (const path of [
    "lamp on Sink",
    "lamp rename Sink X",
    "lamp remove Sink",
    "device add test/color New",
    "room add X",
    "token create X",
    "token link",
    "vault rotate",
  ]) {
    const { code } = await terminal.type([...path.split(" "), "--dry-run"]);
    expect({ path, code }).toEqual({ path, code: 0 });
  }
  expect(await terminal.json("device", "list")).toEqual(before);
  expect(terminal.house.lights.get(terminal.house.lamp)?.desired.on).toBe(false);
});

test("a device on one's own broker is added without credentials; without such a broker it is refused", async () => {
  const add = (via: string) => terminal.type(["device", "add", "test/color", "Porch", "--via", via]);
  expect(await add("owner")).toMatchObject({ code: 6, stderr: expect.stringContaining("--broker") });
  expect(await add("neighbour")).toMatchObject({ code: 2 });
  terminal.house.hasOwnBroker = true;
  const { code, stdout } = await add("owner");
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("Porch is enrolled") });
  expect(stdout).not.toContain("MQTT");
});

describe("what is typed reaches the lamp", () => {
  const desired = () => terminal.house.lights.get(terminal.house.lamp)?.desired;

  test.each([
    [["--bri", "60%"], { brightness: 60 }],
    [["--bri", "254"], { brightness: 100 }],
    [["--kelvin", "2500"], { colorTemperature: 400 }],
    [["--mirek", "400"], { colorTemperature: 400 }],
    [["--xy", ".45,.41"], { color: { x: 0.45, y: 0.41 } }],
    [["--effect", "candle"], { effect: "candle" }],
    [["--on"], { on: true }],
  ])("set %j", async (flags, expected) => {
    const { code, stderr } = await terminal.type(["lamp", "set", "sink", ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(desired()).toMatchObject(expected);
  });

  test("a colour of the screen", async () => {
    await terminal.type(["lamp", "set", "Sink", "--hex", "#ff0000"]);
    expect(desired()?.color?.x).toBeCloseTo(0.64, 2);
    expect(desired()?.color?.y).toBeCloseTo(0.33, 2);
  });

  test("an id serves as well as a name", async () => {
    await terminal.type(["lamp", "on", terminal.house.lamp]);
    expect(desired()?.on).toBe(true);
  });
});

describe("exit codes", () => {
  test.each([
    ["an unknown command", ["lmap", "list"], 2, /did you mean lamp/],
    ["an unknown verb", ["lamp", "lst"], 2, /did you mean list/],
    ["an unknown option", ["lamp", "list", "--jsno"], 2, /did you mean --json/],
    ["a noun alone", ["lamp"], 2, /list, show, on/],
    ["a missing argument", ["lamp", "show"], 2, /lamp/],
    ["too many arguments", ["lamp", "show", "Sink", "Table"], 2, /too many/],
    [
      "flags that exclude each other",
      ["lamp", "set", "Sink", "--kelvin", "2700", "--hex", "#ff0000"],
      2,
      /exclude/,
    ],
    ["a duration without unit", ["lamp", "on", "Sink", "--fade", "2"], 2, /unit/],
    ["a brightness above full", ["lamp", "set", "Sink", "--bri", "255"], 2, /254/],
    ["nothing to set", ["lamp", "set", "Sink"], 2, /nothing to set/],
    ["outside the schema", ["lamp", "set", "Sink", "--kelvin", "99999"], 2, /20000/],
    ["no answer possible", ["lamp", "remove", "Sink"], 2, /--yes/],
    ["an unknown lamp", ["lamp", "show", "Snk"], 5, /did you mean "Sink"/],
    ["an unknown scene", ["scene", "apply", "Nothing"], 5, /scene list/],
  ])("%s", async (_, words, code, said) => {
    const answer = await terminal.type(words);
    expect(answer).toMatchObject({ code, stdout: "" });
    expect(answer.stderr).toMatch(said);
    const { stderr } = await terminal.type([...words, "--json"]);
    expect(failure.parse(JSON.parse(stderr)).error.exit).toBe(code);
  });

  test("3: no hub is known", async () => {
    expect(await typed(["lamp", "list"])).toMatchObject({ code: 3, stdout: "" });
  });

  test("3: no hub answers", async () => {
    const token = join(terminal.folder, "token");
    writeFileSync(token, "t-aaaaaaaaaaaa.secret\n");
    const answer = await typed(["lamp", "list", "--hub", "http://127.0.0.1:1", "--token-file", token]);
    expect(answer).toMatchObject({ code: 3, stdout: "" });
  });

  test("4: a wrong token, and one without the scope", async () => {
    const token = join(terminal.folder, "token");
    writeFileSync(token, "t-aaaaaaaaaaaa.secret\n");
    const at = ["--hub", terminal.url, "--token-file", token];
    expect((await typed(["lamp", "list", ...at])).code).toBe(4);
    writeFileSync(token, terminal.house.tokenWith(["lights:read"]));
    expect((await typed(["lamp", "list", ...at])).code).toBe(0);
    expect((await typed(["lamp", "on", "Sink", ...at])).code).toBe(4);
  });

  test("7: a lamp that does not confirm", async () => {
    terminal.house.lights.obedient = false;
    const answer = await terminal.type(["lamp", "on", "Sink", "--wait"]);
    expect(answer).toMatchObject({ code: 7, stdout: "" });
  });

  test("2: two lamps of one name need an id", async () => {
    await terminal.type(["lamp", "rename", "Table", "Sink"]);
    const { code, stderr } = await terminal.type(["lamp", "on", "Sink"]);
    expect(code).toBe(2);
    expect(stderr).toContain(terminal.house.other);
  });

  test("2: credentials in the address are refused", async () => {
    const { code, stderr } = await typed(["status", "--hub", "http://ana:secret@127.0.0.1"]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("secret");
  });

  test("2: a file that is no ready file", async () => {
    writeFileSync(terminal.readyFile, "{");
    expect((await terminal.type(["status"])).code).toBe(2);
  });
});

describe("output", () => {
  test("a terminal sees colours, unless NO_COLOR or --no-color", async () => {
    await terminal.type(["lamp", "on", "Sink"]);
    expect((await terminal.type(["lamp", "list"], { tty: true })).stdout).toContain(escapeCode);
    expect((await terminal.type(["lamp", "list", "--no-color"], { tty: true })).stdout).not.toContain(
      escapeCode,
    );
    const environment = { NO_COLOR: "1" };
    expect((await terminal.type(["lamp", "list"], { tty: true, environment })).stdout).not.toContain(
      escapeCode,
    );
  });

  test("--plain is for other programs: no heading, tabs", async () => {
    const { stdout } = await terminal.type(["room", "list", "--plain"]);
    expect(stdout).toBe(`Kitchen\t3\t${terminal.house.room.id}\n`);
  });

  test("a name cannot steer the terminal", () => {
    const table = { columns: ["ROOM"], rows: [["\u001b[2JKitchen"]] };
    expect(alignedTable(table, true).split("\n")[1]).not.toContain(escapeCode);
    expect(plainTable(table)).not.toContain(escapeCode);
  });

  test("events stream as one object per line and end after --count", async () => {
    const stream = terminal.type(["events", "--ndjson", "--count", "2", "--kind", "light."]);
    await expect.poll(() => terminal.streams()).toBe(1);
    await terminal.type(["lamp", "on", "Sink"]);
    const { code, stdout } = await stream;
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).kind),
    ).toEqual(["light.desired-changed", "light.reported"]);
  });

  test("an issued token goes to a file of its owner alone, and works", async () => {
    const file = join(terminal.folder, "wall.token");
    const { stdout } = await terminal.type([
      "token",
      "create",
      "wall",
      "--scopes",
      "lights:read",
      "--out",
      file,
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stdout).not.toContain(readFileSync(file, "utf8").trim());
    expect((await typed(["lamp", "list", "--hub", terminal.url, "--token-file", file])).code).toBe(0);
    expect(
      (await terminal.type(["token", "create", "wall2", "--scopes", "lights:read", "--out", file])).code,
    ).toBe(6);
  });

  test("doctor names one repair per finding", async () => {
    const { stdout } = await terminal.type(["doctor", "--json"]);
    const { findings } = document.parse(JSON.parse(stdout)).data as {
      findings: { what: string; ok: boolean; repair?: string }[];
    };
    expect(findings.find(({ what }) => what === "hub")?.ok).toBe(true);
    expect(findings.filter(({ ok, repair }) => !ok && repair === undefined)).toEqual([]);
    expect(findings).toContainEqual({ what: "swap", ok: false, detail: "on", repair: "swapoff -a" });
  });

  test("doctor ends with 10 for a radio that is asked about and missing, and with 2 for one that does not exist", async () => {
    const asked = async (mode: string) => (await terminal.type(["doctor", "--ble", mode, "--json"])).code;
    expect(await asked("morse")).toBe(2);
    const { findings } = document.parse(
      JSON.parse((await terminal.type(["doctor", "--ble", "hci", "--json"])).stdout),
    ).data as { findings: { what: string; ok: boolean }[] };
    const isThere = findings.find(({ what }) => what === "bluetooth")?.ok;
    const others = findings.filter(({ what, ok }) => !ok && !["bluetooth", "hub", "clock"].includes(what));
    expect(await asked("hci")).toBe(isThere === true && others.length === 0 ? 0 : 10);
  });

  test("config show tells where each value came from", async () => {
    const environment = { LAMPKEEPER_TIMEOUT: "3s" };
    const { stdout } = await typed(["config", "show", "--json", "--ready-file", "x.json"], { environment });
    const settings = document.parse(JSON.parse(stdout)).data as { name: string; origin: string }[];
    const origin = (name: string) => settings.find((each) => each.name === name)?.origin;
    expect([origin("ready-file"), origin("timeout"), origin("hub")]).toEqual([
      "flag",
      "environment",
      "default",
    ]);
  });
});

describe("help", () => {
  test("the program alone shows three examples", async () => {
    const { code, stdout } = await typed([]);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}lampkeeper /gm)).toHaveLength(3);
    expect(stdout.split("\n").length).toBeLessThan(10);
  });

  test.each(commands.map(({ path }) => path))("%s --help has an example", async (path) => {
    const { code, stdout } = await typed([...path.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}\S/);
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect((await typed(["--version"])).stdout).toBe(`${version}\n`);
  });

  test("the other word for a noun works", async () => {
    expect((await terminal.type(["access", "list"])).code).toBe(0);
  });
});
