import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { Days } from "../../../hub/domain/units.ts";
import { reviewDays } from "../../../hub/rights/map-review.ts";
import { proves } from "../../support/proves.ts";
import { Terminal, typed } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(async () => {
  expect(terminal.house.broken).toEqual([]);
  await terminal.close();
});

const file = (name: string, content = ""): string => {
  const path = join(terminal.folder, name);
  if (content !== "") writeFileSync(path, content);
  return path;
};

/** @returns the file with the token of whoever has signed in */
const signedIn = async (name: string, ...more: readonly string[]): Promise<string> => {
  const [word, token] = [file("word", "three keys on a ring\n"), file(`${name}.token`)];
  await terminal.type(["person", "add", name, ...more]);
  await terminal.type(["account", "password", "set", name, "--password-file", word]);
  await typed(["session", "start", name, "--hub", terminal.url, "--out", token, "--password-file", word]);
  return token;
};

const as = (token: string, ...words: readonly string[]) =>
  typed([...words, "--hub", terminal.url, "--token-file", token, "--yes"]);
const jsonAs = async <Data>(token: string, ...words: readonly string[]): Promise<Data> => {
  const { stdout, stderr } = await as(token, ...words, "--json");
  if (stdout === "") throw new RangeError(stderr);
  return (JSON.parse(stdout) as { readonly data: Data }).data;
};

type Request = Shape<"Request">;

describe("lampkeeper privacy request", () => {
  test(`asked, shown at the button, granted, fetched into a private file ${proves("H18", "H55")}`, async () => {
    const [ana, boss] = [await signedIn("Ana"), await signedIn("Boss", "--role", "owner")];
    const ask = ["privacy", "request", "ask", "access", "what", "do", "you", "know?"];
    expect((await as(ana, ...ask, "--dry-run")).code).toBe(0);
    const { id } = await jsonAs<Request>(ana, ...ask);
    expect((await as(ana, "privacy", "request", "identify", id)).stderr).toContain("button");
    terminal.house.panel.work("released");
    expect((await as(ana, "privacy", "request", "identify", id)).code).toBe(0);
    expect((await as(boss, "privacy", "requests")).stdout).toContain(id);
    await as(boss, "privacy", "request", "investigate", id);
    await as(boss, "privacy", "request", "extend", id, "--reason", "complexity");
    expect((await as(boss, "privacy", "request", "grant", id)).code).toBe(0);
    const out = file("mine.json");
    expect((await as(ana, "privacy", "request", "fetch", id, "--out", out)).code).toBe(0);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, "utf8")).toContain('"Ana"');
    const { stdout } = await as(ana, "privacy", "request", "status", id);
    for (const word of ["what do you know?", "identified", "extended", "granted", "copied"])
      expect(stdout).toContain(word);
    expect((await as(ana, "privacy", "request", "close", id)).stdout).toContain("closed");
    expect((await as(ana, "privacy", "request", "mine")).stdout).toContain(id);
  });

  test(`declined with a reason, appealed, decided by another ${proves("A48", "A50")}`, async () => {
    const [ana, boss, chief] = [
      await signedIn("Ana"),
      await signedIn("Boss", "--role", "owner"),
      await signedIn("Chief", "--role", "owner"),
    ];
    const { id } = await jsonAs<Request>(ana, "privacy", "request", "ask", "restrict", "leave me alone");
    expect((await as(boss, "privacy", "request", "decline", id)).code).toBe(2);
    const said = await as(boss, "privacy", "request", "decline", id, "--reason", "not-eligible");
    expect(said.stdout).toContain("appeal");
    const appeal = await jsonAs<Request>(ana, "privacy", "request", "appeal", id, "look", "again");
    expect((await as(boss, "privacy", "request", "grant", appeal.id)).stderr).toContain("did not decide");
    expect((await as(chief, "privacy", "request", "grant", appeal.id)).code).toBe(0);
    expect((await jsonAs<Request>(chief, "privacy", "request", "show", id)).outcome).toBe("granted");
  });

  test("help is asked for and taken back; what is no word of it is refused", async () => {
    const ana = await signedIn("Ana");
    const { id } = await jsonAs<Request>(ana, "privacy", "request", "ask", "support", "it flickers");
    expect((await as(ana, "privacy", "request", "remove", id)).code).toBe(0);
    expect(await jsonAs(ana, "privacy", "request", "mine")).toEqual([]);
    for (const words of [["ask", "money", "x"], ["ask", "support"], ["dance"], ["status"], ["fetch", id]])
      expect((await as(ana, "privacy", "request", ...words)).code).toBe(2);
    expect((await as(ana, "privacy", "request", "ask", "support", "password: hunter2222")).stderr).toContain(
      "secret",
    );
  });
});

describe("lampkeeper privacy incident", () => {
  test(`a drill from the first word to the last ${proves("U26", "D13")}`, async () => {
    const boss = await signedIn("Boss", "--role", "owner");
    const { id } = await jsonAs<Shape<"Incident">>(boss, "privacy", "incident", "drill");
    expect((await as(boss, "privacy", "incident", "show", id)).stdout).toContain("Drill: ");
    expect((await as(boss, "privacy", "incident", "draft", id)).stdout).toContain("DRILL");
    const tell = ["privacy", "incident", "tell", id, "--situation", "a drill", "--measures", "none"];
    const rest = ["--suggestions", "none", "--remedies", "none"];
    expect((await as(boss, ...tell, ...rest)).stderr).toContain("empty");
    const said = await as(boss, ...tell, ...rest, "--contact", "the kitchen table");
    expect(said.stdout).toContain("1 people were told");
    expect((await as(boss, "privacy", "messages")).stdout).toContain("the kitchen table");
    for (const action of ["reported", "close"])
      expect((await as(boss, "privacy", "incident", action, id)).code).toBe(0);
    expect((await as(boss, "privacy", "incident", "list")).stdout).toContain("closed");
    expect((await as(boss, "privacy", "incident", "show")).code).toBe(2);
    expect((await as(boss, "privacy", "incident", "panic")).code).toBe(2);
  });

  test(`this was not me, and a token that leaked ${proves("U28", "D17")}`, async () => {
    const boss = await signedIn("Boss", "--role", "owner");
    await terminal.type(["token", "create", "wall", "--scopes", "lights:read"]);
    const out = file("new.token");
    expect((await as(boss, "token", "leaked", "wall")).code).toBe(2);
    expect((await as(boss, "token", "leaked", "wall", "--out", out)).code).toBe(0);
    expect(existsSync(out) && readFileSync(out, "utf8")).toMatch(/^t-[a-z2-7]{12}\./);
    const word = file("next", "another word for the door\n");
    const said = await as(boss, "privacy", "not-me", "--password-file", word);
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining("incident in-")]);
    expect((await as(boss, "account", "show")).code).toBe(4);
    const { data } = JSON.parse((await terminal.type(["privacy", "incident", "list", "--json"])).stdout);
    expect(data.map(({ detector }: Shape<"Incident">) => detector)).toEqual(["not-me", "leaked-token"]);
  });

  test(`the check-up says what is weak and what to do ${proves("A38", "EN303645:5.12-3")}`, async () => {
    // Whoever made this version of the map has looked through it: its year begins when it was published.
    const { stdout } = await terminal.type(["privacy", "checkup"]);
    expect(stdout).not.toContain("looked through");
    await terminal.house.clock.advance(Days(reviewDays + 100));
    expect((await terminal.type(["privacy", "checkup"])).stdout).toContain("looked through");
    expect((await terminal.type(["privacy", "checkup", "--reviewed"])).stdout).not.toContain(
      "looked through",
    );
    expect(stdout).toContain("lampkeeper serve --protector passphrase");
  });
});
