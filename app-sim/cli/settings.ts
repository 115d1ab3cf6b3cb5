import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError, usageError } from "./cli-error.ts";
import { secondsOf } from "./quantities.ts";

/** Options as typed, by their long names. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** Where a setting came from. Order: flag, environment, default. */
export type Origin = "flag" | "environment" | "default";

export interface Setting {
  readonly name: string;
  readonly value: string | undefined;
  readonly origin: Origin;
  /** The variable that sets it. */
  readonly variable: string;
}

const definitions = [
  { name: "hub", variable: "LAMPKEEPER_HUB" },
  { name: "token-file", variable: "LAMPKEEPER_TOKEN_FILE" },
  { name: "ready-file", variable: "LAMPKEEPER_READY_FILE", fallback: join(".lampkeeper", "ready.json") },
  { name: "timeout", variable: "LAMPKEEPER_TIMEOUT", fallback: "10s" },
  { name: "time-zone", variable: "LAMPKEEPER_TIME_ZONE" },
] as const;

export type SettingName = (typeof definitions)[number]["name"];
export type Environment = Readonly<Record<string, string | undefined>>;

/** All settings with their origin. None is a secret: secrets come from files. */
export const settingsOf = (options: Options, environment: Environment): readonly Setting[] =>
  definitions.map((definition) => {
    const { name, variable } = definition;
    const flag = options[name];
    if (typeof flag === "string") return { name, variable, value: flag, origin: "flag" };
    const given = environment[variable];
    if (given !== undefined && given !== "") return { name, variable, value: given, origin: "environment" };
    const fallback = "fallback" in definition ? definition.fallback : undefined;
    return { name, variable, value: fallback, origin: "default" };
  });

export const settingOf = (settings: readonly Setting[], name: SettingName): Setting => {
  const setting = settings.find((each) => each.name === name);
  return setting ?? { name, value: undefined, origin: "default", variable: "" };
};

/** Where the hub answers, and the credential for it. */
export interface Address {
  /** Ends with /api/v1. */
  readonly url: string;
  readonly token: string;
}

/** `--hub` with `--token-file`, or a ready file. @throws CliError when there is no way to a hub */
export const addressOf = (settings: readonly Setting[], readStdin: () => string): Address => {
  const hub = settingOf(settings, "hub").value;
  return hub === undefined
    ? addressHere(settings)
    : { url: apiUrlOf(hub), token: tokenOf(settings, readStdin) };
};

/** As `addressOf`, for who has no credential yet: `--hub` alone will do. @throws CliError when there is no way to a hub */
export const urlOf = (settings: readonly Setting[]): string => {
  const hub = settingOf(settings, "hub").value;
  return hub === undefined ? addressHere(settings).url : apiUrlOf(hub);
};

const addressHere = (settings: readonly Setting[]): Address => {
  const readyFile = settingOf(settings, "ready-file");
  if (readyFile.value === undefined || !existsSync(readyFile.value)) {
    throw new CliError(
      "unreachable",
      "hub_not_found",
      `no hub is running here: there is no ready file ${readyFile.value ?? ""}`,
      "start one with: lampkeeper sim   or name one with --hub URL --token-file FILE, or --ready-file FILE",
    );
  }
  return addressInReadyFile(readyFile.value);
};

const apiUrlOf = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError(`--hub takes a URL such as http://127.0.0.1:8080; not "${text}"`);
  }
  if (url.username !== "" || url.password !== "") {
    throw usageError("--hub takes no credentials; use --token-file FILE");
  }
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith("/api/v1") ? path : `${path}/api/v1`}`;
};

const tokenOf = (settings: readonly Setting[], readStdin: () => string): string => {
  const file = settingOf(settings, "token-file").value;
  if (file === undefined) {
    throw usageError(
      "--hub needs --token-file FILE (- reads standard input)",
      "make one with: lampkeeper token create",
    );
  }
  const token = (file === "-" ? readStdin() : readText(file, "token file")).trim();
  if (token === "") throw usageError("the token file is empty");
  return token;
};

const addressInReadyFile = (file: string): Address => {
  try {
    const ready = JSON.parse(readText(file, "ready file")) as { api?: { url?: unknown; token?: unknown } };
    const { url, token } = ready.api ?? {};
    if (typeof url === "string" && typeof token === "string") return { url, token };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw usageError(`${file} is not a ready file`);
};

const readText = (file: string, what: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw usageError(`cannot read the ${what} ${file}`);
  }
};

export const timeoutMsOf = (settings: readonly Setting[]): number =>
  secondsOf(settingOf(settings, "timeout").value ?? "10s", "--timeout") * 1_000;
