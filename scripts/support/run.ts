import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";

/** Runs a program, those of node_modules first, on this terminal. @returns its exit code */
export const run = (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> =>
  new Promise((resolve, reject) => {
    const path = [join("node_modules", ".bin"), process.env["PATH"]].join(delimiter);
    const child = spawn(program, args, {
      stdio: "inherit",
      env: { ...process.env, PATH: path, ...env },
      shell: process.platform === "win32",
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
