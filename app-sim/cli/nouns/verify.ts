import { checkWipe, type WipeReport } from "../../verify/wipe-check.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";

const textOf = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

const canariesIn = (context: Context, file: string): readonly string[] => {
  const lines = context.readFile(file).split("\n");
  const canaries = lines.map((line) => line.replace(/\r$/, "")).filter((line) => line !== "");
  if (canaries.length === 0) throw usageError(`${file} holds no canary`, "one on each line");
  return canaries;
};

const searched = (paths: readonly string[], canaries: readonly string[]): WipeReport => {
  try {
    return checkWipe(paths, canaries);
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message);
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CliError("notFound", "file_not_found", `cannot read ${path ?? paths.join(", ")} (${code})`);
  }
};

/** Canaries by number: an output is read by others too. */
const wipeResult = ({ leftovers, ...size }: WipeReport): Result => {
  const found = new Set(leftovers.map(({ canary }) => canary)).size;
  const summary = `${found} of ${size.canaries} canaries found in ${size.files} files, ${size.bytes} bytes`;
  const places = leftovers.map(
    ({ canary, encoding, file, at }) => `canary ${canary + 1} as ${encoding} in ${file} at ${at}`,
  );
  return {
    data: { ...size, found, leftovers },
    text: [summary, ...places].join("\n"),
    ...(found > 0 ? { exit: "integrity" as const } : {}),
  };
};

/** Checks for whoever buys or sells a hub: of files only, no hub has to run. */
export const verifyCommands: readonly CommandDefinition[] = [
  {
    path: "verify-wipe",
    summary:
      "Search every file of a hub, or a raw image, for texts that must be gone; exit code 11 if one is found",
    details:
      "FILE of --canaries holds one text of at least six bytes on each line. Each is searched for as it is, in base64, hex, UTF-16, and URL- and JSON-escaped.",
    options: [
      { name: "data", value: "DIR", help: "the hub's folder (default .lampkeeper)", completes: "file" },
      {
        name: "image",
        value: "FILE",
        help: "a raw image or a block device; alone, or beside --data",
        completes: "file",
      },
      { name: "canaries", value: "FILE", help: "the texts; - reads standard input", completes: "file" },
    ],
    examples: [
      "lampkeeper verify-wipe --canaries names.txt",
      "lampkeeper verify-wipe --image card.img --canaries names.txt",
    ],
    run: async (context, _, options) => {
      const file = textOf(options, "canaries");
      if (file === undefined) throw usageError("--canaries names the file with the texts to search for");
      const image = textOf(options, "image");
      const data = textOf(options, "data") ?? (image === undefined ? ".lampkeeper" : undefined);
      const paths = [data, image].filter((path) => path !== undefined);
      return wipeResult(searched(paths, canariesIn(context, file)));
    },
  },
];
