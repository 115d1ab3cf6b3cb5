import type { BenchRadio, BleError } from "../../testing/bench/bench.ts";
import type { FoundDevice } from "../../testing/bench/found-devices.ts";
import { CliError, type Exit, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CliOption } from "../definition.ts";
import type { Options } from "../settings.ts";

/** Brought along only by the commands that need it: lamps, drivers and a radio. */
export const loadBench = () => import("../../testing/bench/bench.ts");
export type Bench = Awaited<ReturnType<typeof loadBench>>;

export const radioOption: CliOption = {
  name: "radio",
  value: "RADIO",
  help: "auto (default): the adapter of this machine, by bluetoothd where that answers; bluez or hci[:N]: by bluetoothd, or by noble; hci:SOCKET: a controller on a Unix socket; virtual[:SEED]: a simulated home, without any hardware",
  completes: { choices: ["auto", "bluez", "hci", "virtual"] },
};

type Choice =
  | { readonly kind: "virtual"; readonly seed: number }
  | { readonly kind: "auto" | "bluez" }
  | { readonly kind: "machine"; readonly adapter: number | string };

const defaultSeed = 1;

/** @throws CliError */
const choiceOf = (options: Options): Choice => {
  const { radio } = options;
  const word = typeof radio === "string" ? radio : "auto";
  const [, seed] = /^virtual(?::(\d{1,9}))?$/.exec(word) ?? [];
  if (word.startsWith("virtual") && (seed !== undefined || word === "virtual"))
    return { kind: "virtual", seed: Number(seed ?? defaultSeed) };
  if (word === "auto" || word === "bluez") return { kind: word };
  if (word === "hci") return { kind: "machine", adapter: 0 };
  const [, place = ""] = /^hci:(.+)$/.exec(word) ?? [];
  if (/^\d{1,2}$/.test(place)) return { kind: "machine", adapter: Number(place) };
  if (place !== "") return { kind: "machine", adapter: place };
  throw usageError(`--radio takes auto, bluez, hci, hci:N, hci:SOCKET or virtual:SEED; not "${word}"`);
};

const exits: Readonly<Record<string, Exit>> = {
  "no-radio": "hardwareMissing",
  timeout: "timeout",
  "not-found": "notFound",
};

const hints: Readonly<Record<string, string>> = {
  timeout: "is it near, on its mains, and connected to nobody else?",
  encryption: "it wants to be paired with: see docs/bluetooth-lamps.md",
  "pairing-failed": "make it visible for pairing, or take a radio that keeps pairings",
  "too-long": "its MTU takes less at once",
};

const bleProblem = ({ message, context }: BleError): CliError => {
  const reason = String(context["reason"]);
  return new CliError(exits[reason] ?? "refused", "ble_failed", `${message} (${reason})`, hints[reason]);
};

/** What failed on the air as the command line says it; anything else as it is. */
const problemOf = ({ RadioUnusable, BleError }: Bench, error: unknown): unknown => {
  if (error instanceof BleError) return bleProblem(error);
  if (!(error instanceof RadioUnusable)) return error;
  const { trouble, repair } = error.context;
  const hub = trouble === "taken" ? "stop the hub of this machine, if it runs, or " : "";
  const hint = `${hub}${String(repair)}   (without hardware: --radio virtual)`;
  return new CliError("hardwareMissing", error.code, error.message, hint);
};

const opened = async (bench: Bench, choice: Choice, isLive: boolean): Promise<BenchRadio> => {
  if (choice.kind === "virtual") return bench.virtualRadio(choice.seed, isLive ? "real" : "fast");
  if (choice.kind === "machine") return await bench.machineRadio(choice.adapter);
  return choice.kind === "bluez" ? await bench.bluezRadio() : await bench.ownRadio();
};

/**
 * Opens the radio of `--radio`, and closes it when the work is done.
 * @param isLive somebody looks on: simulated time passes as on a wall, and otherwise as fast as it can
 * @throws CliError
 */
export const withRadio = async <Done>(
  options: Options,
  work: (radio: BenchRadio, bench: Bench) => Promise<Done>,
  isLive = false,
): Promise<Done> => {
  const choice = choiceOf(options);
  const bench = await loadBench();
  try {
    const radio = await opened(bench, choice, isLive);
    try {
      return await radio.run(work(radio, bench));
    } finally {
      await radio.close();
    }
  } catch (error) {
    throw problemOf(bench, error);
  }
};

/** @throws CliError for anything but six bytes, with colons or without */
export const addressOf = (word: string): string => {
  const digits = word.replaceAll(/[:-]/g, "").toLowerCase();
  if (!/^[0-9a-f]{12}$/.test(digits))
    throw usageError(`"${word}" is no address, such as a4:c1:38:02:83:f4`, "see: lampkeeper ble scan");
  return (digits.match(/../g) ?? []).join(":");
};

/** @throws CliError when nobody advertises under this address */
export const heardAt = async (
  { central, clock }: BenchRadio,
  { foundAt }: Bench,
  { signal }: Context,
  address: string,
): Promise<FoundDevice> => {
  const found = await foundAt(central, clock, address, signal);
  if (found === undefined)
    throw new CliError(
      "notFound",
      "lamp_not_heard",
      `nobody advertises as ${address}`,
      "see: lampkeeper ble scan; a lamp that is connected to somebody is silent",
    );
  return found;
};

/** A whole number of an option. @throws CliError */
export const countOf = (options: Options, name: string, least: number, most: number): number | undefined => {
  const value = options[name];
  if (typeof value !== "string") return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most)
    throw usageError(`--${name} takes a whole number from ${least} to ${most}; not "${value}"`);
  return number;
};
