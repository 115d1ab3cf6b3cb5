import { parseArgs } from "node:util";
import type { HubConfig, PortChoice, SimConfig } from "./config.ts";
import { deployerOf } from "./domain/deployer.ts";
import { InvalidInput } from "./domain/errors.ts";
import { parsePosition } from "./domain/place.ts";
import { parseZone } from "./domain/time-zone.ts";
import { type Duration, Seconds } from "./domain/units.ts";
import { protectorKinds } from "./domain/vault.ts";
import {
  type OptionDefinition,
  type OptionName,
  type OptionValues,
  optionDefinitions,
  supervisionDefinitions,
} from "./option-definitions.ts";

/** The words after `serve` or `sim`. @throws InvalidInput for what is not an option */
export const parseOptions = (isSim: boolean, args: readonly string[]): OptionValues => {
  const known = optionDefinitions.filter((option) => isSim || !("sim" in option));
  return parsed(southern(args), known, isSim ? "sim" : "serve");
};

const parsed = (
  args: readonly string[],
  known: readonly OptionDefinition[],
  command: string,
): OptionValues => {
  const options = Object.fromEntries(
    known.map(({ name, kind }) => [name, { type: kind === "switch" ? "boolean" : "string" } as const]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as OptionValues;
  } catch (error) {
    const what = error instanceof Error ? error.message : "unknown option";
    throw new InvalidInput(`${what}; see: lampkeeper ${command} --help`);
  }
};

/** A latitude of the south begins with a hyphen, which the parser would take for an option. */
const southern = (args: readonly string[]): string[] =>
  args.flatMap((arg, index) => {
    if (arg === "--place" && /^-\d/.test(args[index + 1] ?? "")) return [`${arg}=${args[index + 1]}`];
    return args[index - 1] === "--place" && /^-\d/.test(arg) ? [] : [arg];
  });

/** What is supervised, and how patiently. */
export interface SupervisionConfig {
  readonly patience: { readonly trial: Duration; readonly silence: Duration };
  readonly command: "serve" | "sim";
  /** Of that command. */
  readonly options: readonly string[];
}

/** The words after `supervise`. @throws InvalidInput naming the option */
export const parseSupervision = (words: readonly string[]): SupervisionConfig => {
  const at = words.findIndex((word) => word === "serve" || word === "sim");
  if (at < 0)
    throw new InvalidInput("say what to supervise: lampkeeper supervise serve", { path: "command" });
  const given = parsed(words.slice(0, at), supervisionDefinitions, "supervise");
  return {
    patience: {
      trial: Seconds(number(given, "trial", 90, 1, 3_600)),
      silence: Seconds(number(given, "silence", 30, 1, 3_600)),
    },
    command: words[at] as "serve" | "sim",
    options: words.slice(at + 1),
  };
};

/** Up to here every simulated device is a client of its own; above, objects behind the hub's broker. */
const mostClients = 200;

/** @throws InvalidInput naming the option */
export const hubConfig = (given: OptionValues): HubConfig => {
  assertCompanions(given);
  const data = text(given, "data") ?? ".lampkeeper";
  const host = text(given, "host") ?? "127.0.0.1";
  const readyFile = text(given, "ready-file");
  const updateKey = text(given, "update-key");
  const updateFrom = text(given, "update-from");
  return {
    data,
    keyDir: text(given, "key-dir") ?? `${data}/keys`,
    ...protection(given),
    host,
    appPort: portChoice(given, "app-port", 8080),
    mqttHost: text(given, "mqtt-host") ?? host,
    mqttPort: portChoice(given, "mqtt-port", 1883),
    base: baseTopic(given),
    ...tls(given),
    ...legacy(given),
    ...external(given),
    homeAssistant: given["home-assistant"] === true,
    ...place(given),
    ...deployer(given),
    ...(readyFile === undefined ? {} : { readyFile }),
    ...(updateKey === undefined ? {} : { updateKey }),
    ...(updateFrom === undefined ? {} : { updateFrom }),
    ...panel(given),
    ble: oneOf(given, "ble", ["auto", "bluez", "hci", "none"], "auto"),
    logLevel: oneOf(given, "log-level", ["debug", "info", "warn", "error"], "warn"),
  };
};

/** @throws InvalidInput naming the option */
export const simConfig = (given: OptionValues): SimConfig => {
  const bulbs = whole(given, "bulbs", 20, 0, 100_000);
  const sensors = whole(given, "sensors", 6, 0, 10_000);
  const scenario = text(given, "scenario");
  // A broker of the owner's own is there to take many clients, and objects could not live on it.
  const isCrowd = bulbs + sensors > mostClients && given.broker === undefined;
  const lamps = oneOf(given, "lamps", ["mqtt", "object"], isCrowd ? "object" : "mqtt");
  if (given.external !== undefined && lamps === "mqtt") {
    throw new InvalidInput("--external needs --lamps object", { path: "external" });
  }
  return {
    bulbs,
    sensors,
    bleLamps: whole(given, "ble-lamps", given.bulbs === undefined ? 3 : 0, 0, 200),
    twoRadios: whole(given, "two-radios", 0, 0, 200),
    people: whole(given, "people", 2, 0, 100),
    seed: whole(given, "seed", 1, 0, 2 ** 32 - 1),
    speed: number(given, "speed", 1, 0.01, 100_000),
    lamps,
    external: whole(given, "external", 0, 0, mostClients),
    ...(scenario === undefined ? {} : { scenario }),
    headless: given.headless === true,
  };
};

/** Options that mean nothing without another one: said alone they would do nothing, and nobody would notice. */
const companions: readonly (readonly [OptionName, OptionName])[] = [
  ["legacy-port", "legacy-host"],
  ["new-passphrase-file", "passphrase-file"],
  ["broker-user", "broker"],
  ["broker-password-file", "broker"],
  ["broker-ca", "broker"],
  ["broker-cert", "broker"],
  ["broker-key", "broker-cert"],
  ["home-assistant", "broker"],
];

const assertCompanions = (given: OptionValues): void => {
  const alone = companions.find(([name, other]) => given[name] !== undefined && given[other] === undefined);
  if (alone !== undefined) {
    throw new InvalidInput(`--${alone[0]} needs --${alone[1]}`, { path: alone[0] });
  }
};

const text = (given: OptionValues, name: OptionName): string | undefined => {
  const value = given[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value.length === 0)
    throw new InvalidInput(`--${name} needs a value`, { path: name });
  return value;
};

const number = (
  given: OptionValues,
  name: OptionName,
  fallback: number,
  min: number,
  max: number,
): number => {
  const value = text(given, name);
  if (value === undefined) return fallback;
  const parsed = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(parsed >= min && parsed <= max)) {
    throw new InvalidInput(`--${name} takes a number from ${min} to ${max}`, { path: name, min, max });
  }
  return parsed;
};

const whole = (given: OptionValues, name: OptionName, fallback: number, min: number, max: number): number => {
  const value = number(given, name, fallback, min, max);
  if (!Number.isInteger(value)) throw new InvalidInput(`--${name} takes a whole number`, { path: name });
  return value;
};

const portChoice = (given: OptionValues, name: OptionName, usual: number): PortChoice => ({
  port: whole(given, name, usual, 0, 65_535),
  mayMove: given[name] === undefined,
});

const oneOf = <Choice extends string>(
  given: OptionValues,
  name: OptionName,
  choices: readonly Choice[],
  fallback: Choice,
): Choice => {
  const value = text(given, name) ?? fallback;
  const choice = choices.find((each) => each === value);
  if (choice === undefined)
    throw new InvalidInput(`--${name} takes one of ${choices.join(", ")}`, { path: name });
  return choice;
};

/** One or more levels without wildcards; `homeassistant` belongs to Home Assistant's discovery. */
const baseTopic = (given: OptionValues): string => {
  const base = text(given, "base") ?? "lampkeeper";
  if (!/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/.test(base) || base === "homeassistant") {
    throw new InvalidInput(
      "--base takes letters, digits, - and _ in levels divided by /, and not homeassistant",
      {
        path: "base",
      },
    );
  }
  return base;
};

const tls = (given: OptionValues): Pick<HubConfig, "tls"> => {
  const certificateFile = text(given, "tls-cert");
  const keyFile = text(given, "tls-key");
  if (certificateFile === undefined && keyFile === undefined) return {};
  if (certificateFile === undefined || keyFile === undefined) {
    throw new InvalidInput("--tls-cert and --tls-key go together", { path: "tls-cert" });
  }
  return { tls: { certificateFile, keyFile } };
};

const legacy = (given: OptionValues): Pick<HubConfig, "legacy"> => {
  const host = text(given, "legacy-host");
  return host === undefined ? {} : { legacy: { host, port: whole(given, "legacy-port", 1884, 0, 65_535) } };
};

/** @throws NoticeContactMissing */
const deployer = (given: OptionValues): Pick<HubConfig, "deployer"> => {
  const [controller, officer, representative] = [
    text(given, "controller"),
    text(given, "privacy-officer"),
    text(given, "eu-representative"),
  ];
  const contacts = deployerOf({
    ...(controller === undefined ? {} : { controller }),
    ...(officer === undefined ? {} : { officer }),
    ...(representative === undefined ? {} : { representative }),
  });
  return contacts === undefined ? {} : { deployer: contacts };
};

const place = (given: OptionValues): Pick<HubConfig, "place" | "zone"> => {
  const position = text(given, "place");
  const zone = text(given, "zone");
  return {
    ...(position === undefined ? {} : { place: parsePosition(position) }),
    ...(zone === undefined ? {} : { zone: parseZone(zone) }),
  };
};

const protection = (
  given: OptionValues,
): Pick<HubConfig, "protector" | "passphraseFile" | "newPassphraseFile"> => {
  const passphraseFile = text(given, "passphrase-file");
  const newPassphraseFile = text(given, "new-passphrase-file");
  return {
    ...(given.protector === undefined
      ? {}
      : { protector: oneOf(given, "protector", protectorKinds, "key-file") }),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(newPassphraseFile === undefined ? {} : { newPassphraseFile }),
  };
};

const panel = (given: OptionValues): Pick<HubConfig, "panel"> => {
  const button = text(given, "button");
  const led = text(given, "led");
  if (button === undefined && led === undefined) return {};
  return {
    panel: { ...(button === undefined ? {} : { button }), ...(led === undefined ? {} : { led }) },
  };
};

/** A key that is not shown inside TLS would be no use, and nobody would notice. */
const brokerIdentity = (
  given: OptionValues,
  isTls: boolean,
): Pick<NonNullable<HubConfig["external"]>, "identityFiles"> => {
  const certificateFile = text(given, "broker-cert");
  const keyFile = text(given, "broker-key");
  if (certificateFile === undefined) return {};
  if (keyFile === undefined || !isTls)
    throw new InvalidInput("--broker-cert needs --broker-key, and a broker at mqtts://", {
      path: "broker-cert",
    });
  return { identityFiles: { certificateFile, keyFile } };
};

const external = (given: OptionValues): Pick<HubConfig, "external"> => {
  const address = text(given, "broker");
  if (address === undefined) return {};
  const url = URL.parse(address);
  if (url === null || !/^mqtts?:$/.test(url.protocol) || url.hostname === "" || url.username !== "") {
    throw new InvalidInput("--broker takes mqtt://host:port or mqtts://host:port, without credentials", {
      path: "broker",
    });
  }
  const isTls = url.protocol === "mqtts:";
  const user = text(given, "broker-user");
  const passwordFile = text(given, "broker-password-file");
  const authorityFile = text(given, "broker-ca");
  return {
    external: {
      // Sockets take an IPv6 address without the brackets of a URL.
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? (isTls ? 8883 : 1883) : Number(url.port),
      tls: isTls,
      ...(user === undefined ? {} : { user }),
      ...(passwordFile === undefined ? {} : { passwordFile }),
      ...(authorityFile === undefined ? {} : { authorityFile }),
      ...brokerIdentity(given, isTls),
    },
  };
};
