import type { Shape } from "../../hub/api/contract.ts";
import { usageError } from "./cli-error.ts";
import type { CliOption } from "./definition.ts";
import { brightnessOf, brightnessStepOf, numberOf, secondsOf, xyOfHex, xyOfText } from "./quantities.ts";
import type { Options } from "./settings.ts";

export const fadeOption: CliOption = { name: "fade", value: "TIME", help: "take so long, such as 2s" };

export const waitOption: CliOption = {
  name: "wait",
  help: "return when the lamp has confirmed, within --timeout",
};

export const lightOptions: readonly CliOption[] = [
  { name: "on", help: "switch on" },
  { name: "off", help: "switch off" },
  { name: "bri", value: "LEVEL", help: "60%, or 0 to 254; +10% or -10% to step" },
  { name: "kelvin", value: "K", help: "white of this colour temperature, such as 2700" },
  { name: "mirek", value: "M", help: "the same as reciprocal, such as 370" },
  { name: "xy", value: "X,Y", help: "CIE 1931 colour, such as .45,.41" },
  { name: "hex", value: "#RRGGBB", help: "colour as on a screen; brightness is not taken from it" },
  { name: "effect", value: "NAME", help: "one of the lamp's effects" },
  fadeOption,
];

const colorOptions = ["kelvin", "mirek", "xy", "hex"] as const;

/** @throws CliError when the flags contradict each other or say nothing */
export const lightCommandOf = (options: Options): Shape<"LightCommand"> => {
  const command = { ...switchOf(options), ...levelOf(options), ...colorOf(options), ...effectOf(options) };
  if (Object.keys(command).length === 0) {
    throw usageError(`nothing to set; say one of ${lightOptions.map(({ name }) => `--${name}`).join(" ")}`);
  }
  return { ...command, ...fadeOf(options) };
};

/** `--fade` alone. */
export const fadeOf = (options: Options): { transition?: number } =>
  typeof options["fade"] === "string" ? { transition: secondsOf(options["fade"], "--fade") } : {};

const switchOf = (options: Options): { on?: boolean } => {
  if (options["on"] === true && options["off"] === true)
    throw usageError("--on and --off exclude each other");
  return options["on"] === true ? { on: true } : options["off"] === true ? { on: false } : {};
};

const levelOf = (options: Options): { brightness?: number; brightnessStep?: number } => {
  const text = options["bri"];
  if (typeof text !== "string") return {};
  const step = brightnessStepOf(text);
  if (step !== undefined) return { brightnessStep: step };
  return { brightness: brightnessOf(text) };
};

const colorOf = (options: Options): { colorTemperature?: number; color?: { x: number; y: number } } => {
  const given = colorOptions.filter((name) => typeof options[name] === "string");
  if (given.length > 1)
    throw usageError(`${given.map((name) => `--${name}`).join(" and ")} exclude each other`);
  const [name] = given;
  if (name === undefined) return {};
  const text = String(options[name]);
  if (name === "kelvin") return { colorTemperature: numberOf(text, "--kelvin") };
  if (name === "mirek") return { colorTemperature: kelvinOfMirek(numberOf(text, "--mirek")) };
  return { color: name === "xy" ? xyOfText(text) : xyOfHex(text) };
};

const kelvinOfMirek = (mirek: number): number => {
  if (mirek <= 0) throw usageError("--mirek takes a number above 0");
  return 1e6 / mirek;
};

const effectOf = (options: Options): { effect?: string } =>
  typeof options["effect"] === "string" ? { effect: options["effect"] } : {};
