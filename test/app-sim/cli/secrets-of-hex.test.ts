import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesOfDigits } from "../../../app-sim/cli/hex-secret.ts";
import { Terminal } from "./terminal.ts";

const irk = "ec0234a357c8ad05341010a60a397d9b";

test("digits in either case and with anything between them are bytes; the rest is nothing", () => {
  expect(bytesOfDigits(Buffer.from("EC:02-34 a3"))?.toString("hex")).toBe("ec0234a3");
  for (const text of ["", "e", "ec0", "ecg0", "0x12", "é1"])
    expect(bytesOfDigits(Buffer.from(text))).toBeUndefined();
});

describe("on the command line", () => {
  let terminal: Terminal;
  beforeEach(async () => {
    terminal = await Terminal.open();
  });
  afterEach(() => terminal.close());

  const file = (content: string): string => {
    const path = join(terminal.folder, "secret");
    writeFileSync(path, content);
    return path;
  };

  test("a beacon is added, listed and removed; by what it is known is never said", async () => {
    terminal.house.people.add({ name: "Ana" });
    const add = (kind: string, content: string, ...more: string[]) =>
      terminal.type(["beacon", "add", "Ana", "--kind", kind, "--identity-file", file(content), ...more]);
    const added = await add("phone", `${irk}\n`, "--json");
    expect(added.code).toBe(0);
    const { id } = (JSON.parse(added.stdout) as { data: { id: string } }).data;
    const listed = await terminal.type(["beacon", "list"]);
    expect(listed.stdout).toMatch(new RegExp(`Ana +phone .* ${id}`));
    const refused = [
      await add("phone", irk),
      await add("phone", "ec02"),
      await add("watch", irk),
      await add("ibeacon", "zz"),
    ];
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    const removed = await terminal.type(["beacon", "remove", id, "--yes"]);
    expect(removed.code).toBe(0);
    expect((await terminal.type(["beacon", "list"])).stdout).toContain("no beacons yet");
    expect(JSON.stringify([added, listed, refused, removed])).not.toContain(irk);
  });

  test("a lamp is told over Bluetooth in clear by a word, which is named when it is missing", async () => {
    await terminal.type(["wifi", "allow"]);
    const said = await terminal.type(["wifi", "improv", "a4:c1:38:02:83:f4", "--confirm", "yes"]);
    expect([said.code, said.stderr]).toEqual([6, expect.stringContaining("say the word unencrypted")]);
    expect((await terminal.type(["wifi", "improv", "Hall", "--confirm", "unencrypted"])).code).toBe(2);
    const sealed = ["wifi", "improv", "a4:c1:38:02:83:f4", "--code-file", file("AAAA-BBBB-CCCC-DDDD-EEEE")];
    expect((await terminal.type(sealed)).code).toBe(6);
  });

  test("a sensor that does not seal takes no key", async () => {
    const said = await terminal.type(["device", "key", "Door", "--key-file", file(irk), "--json"]);
    expect([said.code, JSON.parse(said.stderr || said.stdout)]).toMatchObject([
      6,
      { error: { code: "not_capable" } },
    ]);
  });
});
