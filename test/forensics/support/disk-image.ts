import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireProgram } from "../../support/programs.ts";
import { fastFolder } from "./fast-folder.ts";

const imageBytes = 64 * 1_048_576;

const run = (program: string, ...args: readonly string[]): void => {
  try {
    execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    throw new Error(error instanceof Error ? error.message.trim().split("\n").at(-1) : `${error}`);
  }
};

/** A file that is a disk, with a file system on it. */
export interface DiskImage {
  /** The disk as it is, sector by sector; whole once it is unmounted. */
  readonly file: string;
  /** Where it is mounted. */
  readonly folder: string;
  /** Again is fine. */
  unmount(): void;
}

/** @param root an empty folder of the test's own @throws Error when this user may not mount; ask `imageObstacle` first */
export const ext4Image = (root: string): DiskImage => {
  const [file, folder] = [join(root, "disk"), join(root, "mounted")];
  writeFileSync(file, "");
  truncateSync(file, imageBytes);
  mkdirSync(folder);
  run(requireProgram("mkfs"), "-q", "-F", file);
  run("mount", "-o", "loop", file, folder);
  let isMounted = true;
  const unmount = (): void => {
    if (isMounted) run("umount", folder);
    isMounted = false;
  };
  return { file, folder, unmount };
};

/** Why no disk image can be mounted here; undefined when it can. */
export const imageObstacle = (): string | undefined => {
  const root = fastFolder();
  try {
    ext4Image(root).unmount();
    return undefined;
  } catch (error) {
    return `no disk image can be mounted here: ${error instanceof Error ? error.message : error}`;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
