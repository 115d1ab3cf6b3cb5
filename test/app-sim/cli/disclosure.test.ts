import { afterEach, beforeEach, expect, test } from "vitest";
import { proves } from "../../support/proves.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const type = async (...words: readonly string[]) => {
  const { code, stdout, stderr } = await terminal.type(["privacy", ...words]);
  return { code, said: `${stdout}${stderr}` };
};

test(`each recipient is shown with country and safeguard, and what has left is told to be nothing ${proves("U38", "A15")}`, async () => {
  const { said } = await type("recipients");
  expect(said).toMatch(/owner-broker +off +the owner's own MQTT broker +home +owner-keeps-it/);
  expect((await type("ledger")).said).toContain("nothing has left");
  expect((await type("transparency")).said).toMatch(/nothing has left[\s\S]*not verifiable here/);
});

test("a preview says every field, and where", async () => {
  const { said } = await type("preview", "owner-broker", "--host", "tls://broker.example:8883");
  for (const part of ["lampkeeper/{id}/availability", "tls://broker.example:8883", "hash ", "nobody"])
    expect(said).toContain(part);
});

test("a host in clear on another machine is refused before anything is asked", async () => {
  const { code, said } = await type("share", "owner-broker", "--host", "tcp://10.0.0.7:1883", "--yes");
  expect(code).toBe(4);
  expect(said).toContain("over TLS");
});

test("what only the start switches on says so; nobody is switched on by it", async () => {
  const { code, said } = await type("share", "owner-broker", "--host", "tls://broker.example:8883", "--yes");
  expect(code).toBe(6);
  expect(said).toContain("--broker");
  expect((await type("unshare", "owner-broker")).code).toBe(0);
  expect((await type("ledger")).said).toContain("nothing has left");
});

test("nobody is asked for nothing: without --yes and without a terminal nothing is switched on", async () => {
  const { code, said } = await type("share", "owner-broker", "--host", "tls://broker.example:8883");
  expect(code).toBe(2);
  expect(said).toContain("let owner-broker have this from now on?");
});

test("a year that is none, and days that are none, are wrong usage", async () => {
  expect((await type("ledger", "--year", "soon")).code).toBe(2);
  expect((await type("prove-local", "--days", "0")).code).toBe(2);
  expect((await type("prove-local", "--days", "7.5")).code).toBe(2);
});
