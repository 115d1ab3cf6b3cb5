import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const run = (program: string, ...args: string[]): string | undefined => {
  try {
    execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[1] ?? error.message) : `${error}`;
  }
};

/** A real, small file system of its own. */
export interface SmallDisk {
  readonly folder: string;
  remountReadOnly(): void;
  dispose(): void;
}

/** @param sizeKib how much fits @throws Error when this user may not mount; ask `mountObstacle` first */
export const smallDisk = (sizeKib: number): SmallDisk => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const failed = run("mount", "-t", "tmpfs", "-o", `size=${sizeKib}k`, "tmpfs", folder);
  if (failed !== undefined) {
    rmSync(folder, { recursive: true });
    throw new Error(failed);
  }
  return {
    folder,
    remountReadOnly: () => {
      const refused = run("mount", "-o", "remount,ro", folder);
      if (refused !== undefined) throw new Error(refused);
    },
    dispose: () => {
      run("umount", "-l", folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Why no small disk can be mounted here; undefined when it can. */
export const mountObstacle = (): string | undefined => {
  try {
    smallDisk(64).dispose();
    return undefined;
  } catch (error) {
    return `no tmpfs can be mounted here: ${error instanceof Error ? error.message : error}`;
  }
};
