import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { completionsFor } from "../../../app-sim/cli/completion.ts";
import { completionScripts } from "../../../app-sim/cli/shells.ts";
import { type Program, requireProgram } from "../../support/programs.ts";
import { Terminal, typed } from "./terminal.ts";

const live = async (kind: string) => (kind === "lamp" ? ["Hall", "Desk lamp"] : []);
/** What a script prints in a shell without its owner's settings. */
const said = (shell: Program, script: string): string =>
  execFileSync(requireProgram(shell), [...(shell === "zsh" ? ["-f"] : []), "-c", script], {
    encoding: "utf8",
  });
const installing = { timeout: 300_000 };
const complete = (...words: readonly string[]) => completionsFor(words, live);

describe("completion", () => {
  test.each([
    [["sc"], ["scene", "schedule", "scenario"]],
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
    [["schedule", "ex"], ["explain"]],
    [["schedule", "add", "x", "--lamp", "H"], ["Hall"]],
    [["schedule", "change", "x", "--set-mode", "n"], ["night"]],
    [["mode", ""], ["set"]],
    [
      ["mode", "set", ""],
      ["home", "night", "away", "vacation"],
    ],
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

  test("bash completes through it, spaces and all", () => {
    const script = `lampkeeper() { printf '%s\\n' "Desk lamp" Hall; }
${completionScripts.bash}
COMP_WORDS=(lampkeeper lamp on ""); COMP_CWORD=3; _lampkeeper; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(said("bash", script)).toBe("Desk\\ lamp\nHall\n");
  });

  test("zsh completes through it, spaces and all", installing, () => {
    const script = `compdef() { :; }; compadd() { printf '%s\\n' "\${found[@]}"; }
lampkeeper() { print -rl -- "Desk lamp" "\${@[-1]}!"; }
${completionScripts.zsh}
words=(lampkeeper lamp on Ha); CURRENT=4; _lampkeeper`;
    expect(said("zsh", script)).toBe("Desk lamp\nHa!\n");
  });

  test("fish completes through it, spaces and all", installing, () => {
    const script = `function lampkeeper; printf '%s\\n' 'Desk lamp' "$argv[-1]all"; end
${completionScripts.fish}
complete -C 'lampkeeper lamp on H'`;
    expect(said("fish", script)).toBe("Hall\n");
    expect(said("fish", script.replace("on H'", "on '"))).toContain("Desk lamp\n");
  });
});
