import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { completionsFor } from "../../../app-sim/cli/completion.ts";
import { completionScripts } from "../../../app-sim/cli/shells.ts";
import { testUnless } from "../../support/not-run.ts";
import { Terminal, typed } from "./terminal.ts";

const live = async (kind: string) => (kind === "lamp" ? ["Hall", "Desk lamp"] : []);
const complete = (...words: readonly string[]) => completionsFor(words, live);

describe("completion", () => {
  test.each([
    [["sc"], ["scene", "scenario"]],
    [
      ["lamp", "re"],
      ["rename", "remove"],
    ],
    [["access", "rev"], ["revoke"]],
    [["lamp", "on", "H"], ["Hall"]],
    [
      ["lamp", "on", "Hall", ""],
      ["Hall", "Desk lamp"],
    ],
    [["lamp", "on", "--fade", "2s", "D"], ["Desk lamp"]],
    [["lamp", "set", "Hall", "--bri"], ["--bri"]],
    [["token", "create", "x", "--role", "gu"], ["guest"]],
    [["completion", "z"], ["zsh"]],
    [["sim", "--bul"], ["--bulbs"]],
    [["lamp", "list", "--js"], ["--json"]],
    [["nothing", "x"], []],
  ])("%j", async (words, expected) => {
    expect(new Set(await complete(...words))).toEqual(new Set(expected));
  });

  test("offers the names of a running home", async () => {
    await using terminal = await Terminal.open();
    const environment = { LAMPKEEPER_TIMEOUT: "10s" };
    const { stdout } = await terminal.type(["complete", "--", "lamp", "on", ""], { environment });
    expect(stdout).toBe("Sink\nTable\n");
    const words = ["--ready-file", terminal.readyFile, "--timeout", "10s", "room", "show", ""];
    expect((await typed(["complete", "--", ...words])).stdout).toBe("Kitchen\n");
  });

  test("offers the fixed words without a hub", async () => {
    expect(await typed(["complete", "--", "lamp", "on", ""])).toMatchObject({ code: 0, stdout: "" });
    expect((await typed(["complete", "--", "lamp", "to"])).stdout).toBe("toggle\n");
  });

  for (const [shell, path] of [
    ["bash", "/bin/bash"],
    ["zsh", "/usr/bin/zsh"],
    ["fish", "/usr/bin/fish"],
  ] as const) {
    const obstacle = existsSync(path) ? undefined : `${shell} is not on this machine`;
    testUnless(obstacle, `${shell} can read its script`, () => {
      const script =
        shell === "zsh" ? `compdef() { :; }\n${completionScripts[shell]}` : completionScripts[shell];
      expect(execFileSync(path, ["-c", script], { encoding: "utf8" })).toBe("");
    });
  }

  test("bash completes through it, spaces and all", () => {
    const script = `lampkeeper() { printf '%s\\n' "Desk lamp" Hall; }
${completionScripts.bash}
COMP_WORDS=(lampkeeper lamp on ""); COMP_CWORD=3; _lampkeeper; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(execFileSync("bash", ["-c", script], { encoding: "utf8" })).toBe("Desk\\ lamp\nHall\n");
  });
});
