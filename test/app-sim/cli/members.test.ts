import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { Terminal, typed } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const password = "three keys on a ring";
const file = (name: string, content: string): string => {
  const path = join(terminal.folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const keyFile = () => file("mood.key", `${"05".repeat(32)}\n`);
const apply = (...more: readonly string[]) =>
  terminal.type(["developer", "apply", "mood-light", "--key-file", keyFile(), ...more]);

test("a program is made known, asks, is refused with a reason, allowed, read and forgotten", async () => {
  expect((await apply()).code).toBe(2);
  expect((await apply("--agree")).code).toBe(0);
  expect((await apply("--agree", "--device", "Sink", "--action", "command")).stdout).toContain("pending");
  const wish = ["mood-light", "Sink", "command"];
  expect((await terminal.type(["developer", "refuse", ...wish])).code).toBe(2);
  expect((await terminal.type(["developer", "refuse", ...wish, "--reason", "not here"])).stdout).toContain(
    "refused (not here)",
  );
  expect((await terminal.type(["developer", "approve", ...wish])).stdout).toContain("approved");
  expect((await terminal.type(["developer", "list"])).stdout).toMatch(
    /^mood-light +command l-\w+: approved/m,
  );
  expect((await terminal.type(["developer", "revoke", ...wish])).stdout).toContain("revoked");
  expect((await terminal.type(["developer", "revoke", ...wish])).code).toBe(6);
  const log = await terminal.json<Shape<"DeveloperCalls">["data"]>("developer", "log", "mood-light");
  expect(log).toMatchObject([{ route: "POST /developer/resources", outcome: 201 }]);
  expect((await terminal.type(["developer", "revoke", "mood-light", "--yes"])).code).toBe(0);
  expect((await terminal.type(["developer", "list"])).stdout).toContain("no programs");
});

test("guests: a link for one, a link for the wall, and both taken back", async () => {
  expect((await terminal.type(["scene", "save", "Evening", "--of", "Kitchen"])).code).toBe(0);
  const invited = await terminal.type(["guest", "invite", "Sink", "--expires", "2d", "--stays", "3d"]);
  expect(invited.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#guest=[\w-]{22}\n/);
  expect((await terminal.type(["guest", "wall", "Evening"])).code).toBe(0);
  const passes = await terminal.json<readonly Shape<"GuestCode">[]>("guest", "list");
  expect(passes.map(({ kind }) => kind).sort()).toEqual(["invitation", "wall"]);
  for (const { id } of passes) expect((await terminal.type(["guest", "revoke", id, "--yes"])).code).toBe(0);
  expect((await terminal.type(["guest", "list"])).stdout).toContain("no codes");
});

test("a guardian answers for somebody under age, at the button; then they are forgotten", async () => {
  const word = file("word", `${password}\n`);
  const setPassword = (name: string) =>
    terminal.type(["account", "password", "set", name, "--password-file", word]);
  expect((await terminal.type(["person", "country", "DE"])).stdout).toContain("below 16");
  for (const name of ["Parent", "Kim"]) expect((await terminal.type(["person", "add", name])).code).toBe(0);
  await terminal.type(["person", "age", "Parent", "of-age"]);
  expect((await terminal.type(["person", "age", "Kim", "under"])).stdout).toContain("under 16");
  expect((await setPassword("Kim")).code).toBe(6);
  expect((await setPassword("Parent")).code).toBe(0);
  const token = join(terminal.folder, "parent.token");
  const start = [
    "session",
    "start",
    "Parent",
    "--hub",
    terminal.url,
    "--out",
    token,
    "--password-file",
    word,
  ];
  expect((await typed(start)).code).toBe(0);
  const asParent = (...words: readonly string[]) =>
    typed([...words, "--hub", terminal.url, "--token-file", token]);
  expect((await asParent("person", "guardian", "Kim")).stdout).toContain("press the hub's button");
  expect((await asParent("person", "guardian", "Kim", "--confirm")).code).toBe(6);
  terminal.house.panel.work("pressed");
  terminal.house.panel.work("released");
  expect((await asParent("person", "guardian", "Kim", "--confirm")).code).toBe(0);
  expect((await setPassword("Kim")).code).toBe(0);
  expect((await asParent("person", "guardian", "Kim", "--withdraw")).code).toBe(0);
  expect((await terminal.type(["person", "access", "Kim"])).stdout).toContain("as resident");
  expect((await terminal.type(["person", "grants"])).stdout).toMatch(/^Kim +person +resident/m);
  expect((await terminal.type(["person", "purge", "Kim", "--yes"])).code).toBe(0);
  expect((await terminal.type(["person", "access", "Kim"])).code).toBe(5);
});

test("nothing is done in a dry run", async () => {
  await terminal.type(["person", "add", "Kim"]);
  for (const words of [
    ["person", "purge", "Kim"],
    ["person", "age", "Kim", "under"],
    ["person", "country", "DE"],
    ["person", "guardian", "Kim"],
    ["guest", "invite", "Sink"],
  ])
    expect((await terminal.type([...words, "--dry-run"])).code).toBe(0);
  expect((await apply("--agree", "--dry-run")).code).toBe(0);
  expect(terminal.house.people.list()).toMatchObject([{ name: "Kim" }]);
  expect(terminal.house.people.list()[0]).not.toHaveProperty("age");
  expect(terminal.house.privacy.members.passes.list()).toEqual([]);
  expect(terminal.house.privacy.members.developers.list()).toEqual([]);
});
