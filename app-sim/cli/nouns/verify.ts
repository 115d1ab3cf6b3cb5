import { type Certificate, checkCertificate } from "../../verify/certificate-check.ts";
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

/** 64 hex digits, or a file that holds them or the 32 bytes themselves. */
const deviceKeyIn = (context: Context, word: string): Buffer => {
  const text = /^[0-9a-f]{64}$/i.test(word) ? word : context.readFile(word).trim();
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw usageError("--device-key takes the 64 hex digits of the device's public key, or a file with them");
  return Buffer.from(text, "hex");
};

const counterOf = (word: string | undefined): number | undefined => {
  if (word === undefined) return undefined;
  if (!/^\d{1,10}$/.test(word)) throw usageError("--counter takes a whole number");
  return Number(word);
};

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

const certificateText = ({ reset, sanitization, devices }: Certificate): string =>
  [
    `genuine: reset ${reset.id} (${reset.level}), number ${reset.counter} of this device, ended ${reset.ended}: ${sanitization.description}`,
    ...(devices.unconfirmed.length === 0
      ? []
      : [
          `${plural(devices.unconfirmed.length, "device")} did not prove that they forgot: ${devices.unconfirmed.join(", ")}`,
        ]),
    ...(devices.unable.length === 0
      ? []
      : [
          `${plural(devices.unable.length, "device")} cannot be told; erase them by hand: ${devices.unable.join(", ")}`,
        ]),
  ].join("\n");

const verified = (context: Context, file: string, options: Options): Result => {
  const key = textOf(options, "device-key");
  if (key === undefined) throw usageError("--device-key says of which device the certificate has to be");
  const verdict = checkCertificate(context.readFile(file), {
    deviceKey: deviceKeyIn(context, key),
    counter: counterOf(textOf(options, "counter")),
    challenge: textOf(options, "challenge")?.toLowerCase(),
  });
  if (!verdict.isGood) throw new CliError("integrity", verdict.refusal.replace("-", "_"), verdict.detail);
  const { certificate } = verdict;
  return { data: certificate, text: certificateText(certificate) };
};

/** Checks for whoever buys or sells a hub: of files only, no hub has to run. */
export const verifyCommands: readonly CommandDefinition[] = [
  {
    path: "verify-certificate",
    summary:
      "Check what a hub certifies of its reset; exit code 11 if it is forged, of another device or of another reset",
    details:
      "The device's key and counter are shown by the hub before the reset. A challenge that you drew and the reset was asked for with cannot stand in an older certificate.",
    args: [{ name: "file", help: "the certificate; - reads standard input", completes: "file" }],
    options: [
      {
        name: "device-key",
        value: "KEY",
        help: "the device's public key: 64 hex digits, or a file with them",
        completes: "file",
      },
      { name: "counter", value: "N", help: "the least number of this reset, as the hub said before it" },
      { name: "challenge", value: "HEX", help: "what the reset was asked for with" },
    ],
    examples: ["lampkeeper verify-certificate wiped.json --device-key device-key.txt --counter 1"],
    run: async (context, [file = ""], options) => verified(context, file, options),
  },
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
