import { spawnSync } from "node:child_process";

export interface RefusedStart {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `lampkeeper sim` that is expected to end by itself; null as code means that it did not within 20 s. */
export const startThatEnds = (data: string, ...options: readonly string[]): RefusedStart => {
  const usual = ["--app-port", "0", "--mqtt-port", "0", "--bulbs", "1", "--headless"];
  return lampkeeper("sim", "--data", data, ...usual, ...options);
};

/** The command line as a person has it. */
export const lampkeeper = (...words: readonly string[]): RefusedStart => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/launch.mjs", ...words], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { code: status, stdout, stderr };
};
