import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { proves } from "../../support/proves.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

/** A guest without an account, and the file that holds the code they were handed. */
const invited = async (): Promise<string> => {
  await terminal.type(["person", "add", "Oma", "--guest"]);
  const file = join(terminal.folder, "code");
  const { stdout } = await terminal.type(["person", "invite", "Oma"]);
  writeFileSync(file, stdout);
  return file;
};

const oma = () => terminal.house.people.list().find(({ name }) => name === "Oma");

test(`who was handed a code reads what is asked, and accepts ${proves("H44")}`, async () => {
  const file = await invited();
  const read = await terminal.type(["privacy", "invitation", file]);
  expect(read.stdout).toContain("Whether you are home");
  expect(read.stdout).toContain("who gets it");
  expect((await terminal.type(["person", "home", "Oma"])).code).toBe(6);
  expect((await terminal.type(["privacy", "invitation", file, "accept", "--yes"])).code).toBe(0);
  expect((await terminal.type(["person", "home", "Oma"])).code).toBe(0);
  expect((await terminal.type(["privacy", "invitation", file, "accept", "--yes"])).code).toBe(4);
});

test(`who declines with it is erased, once they have said so twice ${proves("H44")}`, async () => {
  const file = await invited();
  expect((await terminal.type(["privacy", "invitation", file, "decline"])).code).not.toBe(0);
  expect(oma()).toBeDefined();
  expect((await terminal.type(["privacy", "invitation", file, "decline", "--yes"])).code).toBe(0);
  expect(oma()).toBeUndefined();
});

test("a resident who is to be asked is not taken to have agreed; the one who is not, is, and it says so", async () => {
  const asked = await terminal.type(["person", "add", "Ana", "--ask"]);
  expect(asked.stdout).toContain("nothing is recorded of them before they agree");
  expect((await terminal.type(["person", "away", "Ana"])).code).toBe(6);
  const witnessed = await terminal.type(["person", "add", "Ben"]);
  expect(witnessed.stdout).toContain("on record as having told you");
  expect((await terminal.type(["person", "away", "Ben"])).code).toBe(0);
  expect((await terminal.type(["person", "show", "Ben"])).stdout).toContain("yes, by witness");
});

test(`one command gives, one takes back, and taking back asks no question ${proves("H41", "GDPR:7")}`, async () => {
  const purpose = "owner-broker";
  const refused = await terminal.type(["privacy", "allow", purpose]);
  expect([refused.code === 0, terminal.house.privacy.consents.allows(purpose)]).toEqual([false, false]);
  const given = await terminal.type(["privacy", "allow", purpose, "--yes"]);
  expect([given.code, terminal.house.privacy.consents.allows(purpose)]).toEqual([0, true]);
  const withdrawn = await terminal.type(["privacy", "withdraw", purpose]);
  expect([withdrawn.code, terminal.house.privacy.consents.allows(purpose)]).toEqual([0, false]);
  const data = (await terminal.json("privacy", "receipts")) as Shape<"ConsentReceipt">[];
  expect(data.map(({ event }) => event[0]?.event_state)).toEqual(["given", "withdrawn"]);
});

test.each([
  [["privacy", "limit", "maybe"], 2],
  [["privacy", "allow", "everything", "--yes"], 5],
  [["person", "agreed", "Ana", "perhaps"], 2],
  [["device", "scope", "Sink", "--state", "dim"], 2],
  [["device", "scope", "Sink", "--accept", "--decline"], 2],
  [["privacy", "invitation", "no-such-file"], 5],
])("%o is refused", async (words, code) => {
  const said = await terminal.type(words);
  expect({ code: said.code, stdout: said.stdout }).toEqual({ code, stdout: "" });
});
