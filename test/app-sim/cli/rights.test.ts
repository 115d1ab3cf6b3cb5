import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DataExport } from "../../../hub/rights/data-export.ts";
import { readCalendar } from "../../support/calendar-reader.ts";
import { proves } from "../../support/proves.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const at = (name: string): string => join(terminal.folder, name);
const secret = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};
const empty = (): void => {
  const { inventory } = terminal.house;
  for (const { id } of [...inventory.devices()]) inventory.removeDevice(id);
  for (const { id } of [...inventory.rooms()]) inventory.removeRoom(id);
};

describe("privacy", () => {
  test("export writes a new file of its owner alone, and never over another", async () => {
    const said = await terminal.type(["privacy", "export", "--output", at("home.json")]);
    expect(said).toMatchObject({ code: 0, stderr: "" });
    const copy = JSON.parse(readFileSync(at("home.json"), "utf8")) as DataExport;
    expect(copy).toMatchObject({ schema: "lampkeeper.export/1", scope: "home" });
    expect(JSON.stringify(copy)).toContain("Kitchen");
    expect(statSync(at("home.json")).mode & 0o777).toBe(0o600);
    expect(await terminal.type(["privacy", "export", "--output", at("home.json")])).toMatchObject({
      code: 6,
    });
    expect(
      await terminal.type(["privacy", "export", "--as", "calendar", "-o", at("home.ics")]),
    ).toMatchObject({ code: 0 });
    expect(readCalendar(readFileSync(at("home.ics"), "utf8")).name).toBe("VCALENDAR");
    expect(await terminal.type(["privacy", "export", "--as", "xml"])).toMatchObject({ code: 2 });
    expect(await terminal.type(["privacy", "export", "--own"])).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/sign in/),
    });
  });

  test("import takes an export into an empty hub, and refuses what is none with exit code 11", async () => {
    await terminal.type(["privacy", "export", "--output", at("home.json")]);
    expect(await terminal.type(["privacy", "import", at("home.json")])).toMatchObject({ code: 6 });
    empty();
    expect(await terminal.type(["privacy", "import", secret("bad.json", "{}")])).toMatchObject({ code: 11 });
    expect(terminal.house.staged.waiting).toBeUndefined();
    expect(await terminal.type(["privacy", "import", at("home.json")])).toMatchObject({ code: 0 });
    expect(terminal.house.staged.waiting?.records["devices"]).toHaveLength(3);
  });

  test(`erase takes one person away and nobody else, after a question ${proves("H42", "GDPR:17")}`, async () => {
    for (const name of ["Ana", "Ben"]) await terminal.type(["person", "add", name]);
    expect(await terminal.type(["privacy", "erase", "Ana", "--no-input"])).toMatchObject({ code: 2 });
    expect(await terminal.type(["privacy", "erase", "Ana", "--dry-run"])).toMatchObject({ code: 0 });
    expect(terminal.house.people.list()).toHaveLength(2);
    expect(await terminal.type(["privacy", "erase", "Ana", "--yes"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Ana is erased/),
    });
    expect(terminal.house.people.list().map(({ name }) => name)).toEqual(["Ben"]);
    expect(await terminal.type(["privacy", "erase", "Ana", "--yes"])).toMatchObject({ code: 5 });
  });

  test("lift is refused before the person has been told", async () => {
    await terminal.type(["person", "add", "Ana"]);
    await terminal.type(["privacy", "restrict", "Ana"]);
    await terminal.type(["privacy", "announce-lift", "Ana"]);
    expect(await terminal.type(["privacy", "lift", "Ana"])).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/tell this person/),
    });
    const [ana] = terminal.house.people.list();
    terminal.house.privacy.personal.rights.noticeSeen(ana?.id ?? ("" as never));
    expect(await terminal.type(["privacy", "lift", "Ana"])).toMatchObject({ code: 0 });
  });
});

describe("backup", () => {
  test("create, verify and restore go by files; a wrong passphrase and a short file end with exit code 11", async () => {
    const [word, other] = [
      secret("word", "correct horse battery\n"),
      secret("other", "another passphrase\n"),
    ];
    const said = await terminal.type(["backup", "create", at("home.backup"), "--password-file", word]);
    expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/sealed/) });
    const file = readFileSync(at("home.backup"));
    expect([file.includes("Kitchen"), statSync(at("home.backup")).mode & 0o777]).toEqual([false, 0o600]);
    expect(
      await terminal.type(["backup", "create", at("home.backup"), "--password-file", word]),
    ).toMatchObject({ code: 6 });
    const verify = (name: string, passphrase: string) =>
      terminal.type(["backup", "verify", at(name), "--password-file", passphrase]);
    expect(await verify("home.backup", word)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/rooms {2}1/),
    });
    expect(await verify("home.backup", other)).toMatchObject({ code: 11 });
    writeFileSync(at("short.backup"), file.subarray(0, file.length - 10));
    expect(await verify("short.backup", word)).toMatchObject({ code: 11 });
    const restore = ["backup", "restore", at("home.backup"), "--password-file", word];
    expect(await terminal.type([...restore, "--no-input"])).toMatchObject({ code: 2 });
    expect(terminal.house.staged.waiting).toBeUndefined();
    expect(await terminal.type([...restore, "--yes"])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/restart/),
    });
    expect(terminal.house.staged.waiting?.records["rooms"]).toHaveLength(1);
    expect(await terminal.type(["backup", "status"])).toMatchObject({
      stdout: expect.stringMatching(/made 20.*waits/),
    });
  }, 60_000);

  test("is asked for a passphrase that is worth it, and leaves no file without one", async () => {
    const word = secret("word", "short\n");
    expect(
      await terminal.type(["backup", "create", at("home.backup"), "--password-file", word]),
    ).toMatchObject({ code: 2 });
    expect(() => statSync(at("home.backup"))).toThrow();
  });
});

test("move goes from an offer to a file and into the hub that offered", async () => {
  expect(await terminal.type(["move", "offer"])).toMatchObject({ code: 6 });
  await using target = await Terminal.open();
  for (const { id } of [...target.house.inventory.devices()]) target.house.inventory.removeDevice(id);
  for (const { id } of [...target.house.inventory.rooms()]) target.house.inventory.removeRoom(id);
  const { offer, code } = await target.json<{ offer: string; code: string }>("move", "offer");
  const send = (words: string) =>
    terminal.type(["move", "send", at("home.move"), "--offer", offer, "--code", words]);
  expect(await send("aaaa-bbbb-cccc")).toMatchObject({ code: 6 });
  expect(await send(code)).toMatchObject({ code: 0 });
  expect(await target.type(["move", "receive", at("home.move")])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/3 devices/),
  });
  expect(target.house.staged.waiting?.records["rooms"]).toHaveLength(1);
});
