import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import { authenticator } from "../../support/signing-in.ts";
import { Terminal, typed } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const password = "three keys on a ring";
const file = (name: string, content = ""): string => {
  const path = join(terminal.folder, name);
  if (content !== "") writeFileSync(path, content);
  return path;
};
const passwordFile = () => file("word", `${password}\n`);

const settled = async (name: string, ...more: readonly string[]): Promise<void> => {
  expect((await terminal.type(["person", "add", name, ...more])).code).toBe(0);
  const words = ["account", "password", "set", name, "--password-file", passwordFile()];
  expect((await terminal.type(words)).code).toBe(0);
};

/** Signs in from somewhere that has nothing but the hub's address. */
const start = (name: string, out: string, ...more: readonly string[]) =>
  typed([
    ...["session", "start", name, "--hub", terminal.url, "--out", out],
    ...["--password-file", passwordFile(), ...more],
  ]);

/** Types as whoever has signed in. */
const as = (token: string, ...words: readonly string[]) =>
  typed([...words, "--hub", terminal.url, "--token-file", token, "--json"]);

const dataOf = <Data>({ stdout }: { readonly stdout: string }): Data =>
  (JSON.parse(stdout) as { readonly data: Data }).data;

describe("accounts", () => {
  test("a person gets a password, signs in for a token in a private file, and signs out", async () => {
    await settled("Ana", "--role", "owner");
    const token = file("me.token");
    const said = await start("ana", token);
    expect(said).toMatchObject({ code: 0 });
    expect(statSync(token).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(said)).not.toContain(readFileSync(token, "utf8").trim().split(".")[1]);
    expect(dataOf(await as(token, "account", "show"))).toMatchObject({
      name: "Ana",
      role: "owner",
      totp: false,
    });
    const sessions = await terminal.type(["session", "list"]);
    expect(sessions.stdout).toMatch(/^Ana +token +owner /m);
    expect((await as(token, "session", "end")).code).toBe(0);
    expect((await as(token, "account", "show")).code).toBe(4);
  });

  test("somebody signs in on their simulated phone", async () => {
    await settled("Phil");
    const said = await terminal.type([
      "session",
      "phone",
      "Phil",
      "--password-file",
      passwordFile(),
      "--json",
    ]);
    expect(said).toMatchObject({ code: 0 });
    expect(dataOf(said)).toEqual({ id: expect.stringMatching(/^p-/) });
    const unknown = ["session", "phone", "Nobody", "--password-file", passwordFile()];
    expect((await terminal.type(unknown)).code).toBe(5);
  });

  test("are told apart by role; a guest has chosen lamps", async () => {
    await settled("Visitor", "--role", "guest", "--lamps", "Sink", "--expires", "2d");
    const token = file("guest.token");
    await start("Visitor", token);
    const lamps = dataOf<readonly Shape<"Light">[]>(await as(token, "lamp", "list"));
    expect(lamps.map(({ name }) => name)).toEqual(["Sink"]);
    expect((await as(token, "person", "list")).code).toBe(4);
    const shown = await terminal.type(["person", "show", "Visitor"]);
    expect(shown.stdout).toMatch(/role +guest\n +account +password\n/);
    expect((await terminal.type(["person", "role", "Visitor", "resident"])).code).toBe(0);
    expect((await as(token, "lamp", "list")).code).toBe(4);
  });

  test("end everywhere by an owner, or by oneself", async () => {
    await settled("Ana");
    const [one, two] = [file("one.token"), file("two.token")];
    for (const token of [one, two]) await start("Ana", token);
    expect((await as(one, "session", "end", "--everywhere")).code).toBe(0);
    expect((await as(two, "account", "show")).code).toBe(4);
    const three = file("three.token");
    await start("Ana", three);
    expect((await terminal.type(["session", "end", "Ana"])).code).toBe(0);
    expect((await as(three, "account", "show")).code).toBe(4);
  });

  test.each([
    ["short", 2, "password_too_short"],
    ["x".repeat(129), 2, "password_too_long"],
    ["password1", 2, "password_too_common"],
  ])("refuse a password (%#), and do not repeat it", async (word, code, problem) => {
    await terminal.type(["person", "add", "Ana"]);
    const words = ["account", "password", "set", "Ana", "--password-file", file("bad", word), "--json"];
    const said = await terminal.type(words);
    expect(said.code).toBe(code);
    expect(JSON.parse(said.stderr)).toMatchObject({ ok: false, error: { code: problem } });
    expect(JSON.stringify(said)).not.toContain(`${word}"`);
  });

  test("say what went wrong by their exit", async () => {
    await settled("Boss", "--role", "owner");
    expect((await start("Nobody", file("a.token"))).code).toBe(4);
    expect((await terminal.type(["person", "remove", "Boss", "--yes"])).code).toBe(6);
    expect((await terminal.type(["account", "show"])).code).toBe(6);
    expect((await terminal.type(["account", "password", "give", "Boss"])).code).toBe(2);
    expect((await terminal.type(["account", "password", "set", "Boss"])).code).toBe(2);
    expect((await typed(["session", "start", "Boss", "--hub", terminal.url])).code).toBe(2);
    for (let at = 0; at < 4; at++) await start("Nobody", file("a.token"));
    expect((await start("Nobody", file("a.token"))).code).toBe(6);
    for (const words of [
      ["set", "Boss"],
      ["remove", "Boss"],
    ])
      expect((await terminal.type(["account", "password", ...words, "--dry-run"])).code).toBe(0);
    expect(terminal.house.accounts.hasGuardedOwner()).toBe(false);
  });
});

test("an authenticator is set up, confirmed, asked for and taken away; old sessions show who they are", async () => {
  await settled("Boss", "--role", "owner");
  const token = file("me.token");
  await start("Boss", token);
  const { uri } = dataOf<Shape<"TotpSetUp">>(await as(token, "account", "totp", "on"));
  const show = authenticator(uri);
  const code = () => file("code", `${show(terminal.house.clock.now())}\n`);
  const confirmed = await as(token, "account", "totp", "confirm", "--code-file", code());
  expect(dataOf<Shape<"RecoveryCodes">>(confirmed).codes).toHaveLength(8);
  const needed = await start("Boss", file("other.token"), "--json");
  expect(needed.code).toBe(4);
  expect(JSON.parse(needed.stderr)).toMatchObject({ error: { code: "second_factor_needed" } });
  await terminal.house.clock.advance(Seconds(30));
  expect((await start("Boss", file("other.token"), "--code-file", code())).code).toBe(0);

  await terminal.house.clock.advance(Minutes(5));
  const off = () => as(token, "account", "totp", "off", "--yes");
  expect((await off()).code).toBe(4);
  expect((await as(token, "session", "confirm", "--password-file", passwordFile())).code).toBe(4);
  expect((await as(token, "session", "confirm", "--code-file", code())).code).toBe(0);
  expect((await off()).code).toBe(0);
  expect((await start("Boss", file("last.token"))).code).toBe(0);
});
