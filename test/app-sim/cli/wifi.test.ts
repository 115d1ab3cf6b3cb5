import { EventEmitter } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReadStream } from "node:tty";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { typedSecret } from "../../../app-sim/cli/typed-secret.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(terminal.folder, name);
  writeFileSync(path, content);
  return path;
};
const set = (ssid: string | Uint8Array, password: string, ...more: readonly string[]) =>
  terminal.type([
    "wifi",
    "set",
    "--ssid-file",
    file("name", ssid),
    "--password-file",
    file("word", password),
    ...more,
  ]);

describe("wifi", () => {
  test("is set from files, joined, told of and forgotten; name and password are never said", async () => {
    const said = [
      await set("Simulated home\n", "moonlight-and-lamps\r\n", "--verbose"),
      await terminal.type(["wifi", "test"]),
      await terminal.type(["wifi", "status"]),
      await terminal.type(["wifi", "status", "--json"]),
      await terminal.type(["wifi", "forget", "--yes"]),
      await terminal.type(["wifi", "status"]),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(said[1]?.stdout).toBe("joined\n");
    expect(said[2]?.stdout).toMatch(/^a network is set\n {2}link {2}in the network, since /);
    expect(JSON.parse(said[3]?.stdout ?? "")).toMatchObject({
      ok: true,
      data: { set: true, link: "joined" },
    });
    expect(said[5]?.stdout).toContain("no network is set");
    expect(JSON.stringify(said)).not.toMatch(/Simulated home|moonlight/);
  });

  test("exits with what came of an attempt", async () => {
    expect(await terminal.type(["wifi", "test"])).toMatchObject({ code: 6, stdout: "" });
    await set("Simulated home", "another password");
    expect(await terminal.type(["wifi", "test"])).toMatchObject({
      code: 6,
      stdout: "the password is wrong\n",
    });
    terminal.house.air.accessPoint.unplug();
    expect((await terminal.type(["wifi", "test"])).stdout).toContain("no network of that name");
  });

  test.each([
    ["n".repeat(33), "12345678", "wifi_ssid_invalid"],
    ["home", "1234567", "wifi_password_invalid"],
    ["home", "1234\x005678", "wifi_password_invalid"],
    ["n".repeat(256), "12345678", "invalid_usage"],
  ])("refuses what cannot be (%#), and does not repeat it", async (ssid, password, code) => {
    const said = await set(ssid, password, "--json");
    expect(said.code).toBe(2);
    expect(JSON.parse(said.stderr)).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(said)).not.toContain(password);
    expect(JSON.stringify(said)).not.toContain("nnnn");
  });

  test("takes neither from an argument, and asks nobody where nobody is", async () => {
    expect((await terminal.type(["wifi", "set", "home", "12345678"])).code).toBe(2);
    expect((await terminal.type(["wifi", "set", "--password", "12345678"])).code).toBe(2);
    const alone = await terminal.type(["wifi", "set"]);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain("--ssid-file FILE");
    const both = await terminal.type(["wifi", "set", "--ssid-file", "-", "--password-file", "-"]);
    expect(both).toMatchObject({ code: 2 });
    const none = await terminal.type(["wifi", "set", "--ssid-file", join(terminal.folder, "none")]);
    expect(none).toMatchObject({ code: 5 });
  });

  test("with --dry-run changes nothing", async () => {
    await set("Simulated home", "moonlight-and-lamps", "--dry-run");
    for (const words of [["test"], ["forget"], ["allow"], ["deny"]])
      expect((await terminal.type(["wifi", ...words, "--dry-run"])).code).toBe(0);
    expect((await terminal.type(["wifi", "share", "Sink", "--dry-run"])).code).toBe(0);
    expect(await terminal.json("wifi", "status")).toMatchObject({ set: false });
    expect(await terminal.json("wifi", "status")).not.toHaveProperty("openUntil");
  });

  test("lamps are told it in a window only", async () => {
    const code = file("label", "ABCD-EFGH-IJKL-MNOP-QRST\n");
    const share = async () => await terminal.type(["wifi", "share", "Sink", "--code-file", code, "--json"]);
    expect(JSON.parse((await share()).stderr)).toMatchObject({ error: { code: "provisioning_closed" } });
    expect((await terminal.type(["wifi", "allow", "--for", "1m"])).stdout).toContain("lamps may be told it");
    expect(JSON.parse((await share()).stderr)).toMatchObject({ error: { code: "lamp_not_in_reach" } });
    expect((await terminal.type(["wifi", "deny"])).code).toBe(0);
    expect((await terminal.type(["wifi", "allow", "--for", "11m"])).code).toBe(2);
  });
});

/** A terminal in raw mode, as far as it is looked at. */
class Keyboard extends EventEmitter {
  readonly modes: boolean[] = [];
  setRawMode(isRaw: boolean): void {
    this.modes.push(isRaw);
  }
  resume(): void {}
  pause(): void {}
}

describe("what is typed unseen", () => {
  const type = async (...keys: readonly string[]): Promise<string | undefined> => {
    const keyboard = new Keyboard();
    const typed = typedSecret(keyboard as unknown as ReadStream);
    for (const each of keys) keyboard.emit("data", Buffer.from(each));
    const secret = await typed;
    expect(keyboard.modes).toEqual([true, false]);
    expect(keyboard.listenerCount("data")).toBe(0);
    return secret?.toString();
  };

  test.each([
    [["word\r"], "word"],
    [["wo", "rd", "\n"], "word"],
    [["woo\u007frd\b\bld\r"], "wold"],
    [["zü\u007fx\r"], "zx"],
    [["\u007f\u007fa\r"], "a"],
    [["\r"], ""],
    [["word\r\nmore"], "word"],
    [["secret\u0003"], undefined],
    [["secret\u0004"], undefined],
  ])("%j", async (keys, secret) => {
    expect(await type(...keys)).toBe(secret);
  });
});
