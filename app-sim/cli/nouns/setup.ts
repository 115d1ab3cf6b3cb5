import { existsSync } from "node:fs";
import { setUpInstructions } from "../../../hub/domain/set-up-instructions.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import {
  clockFinding,
  type Finding,
  folderFinding,
  nodeFinding,
  portFinding,
  type RadioMode,
  radioFinding,
  radioModes,
} from "../doctor/findings.ts";
import { thisMachine } from "../doctor/this-machine.ts";
import { type Options, settingOf } from "../settings.ts";

/** What a call of the hub finds; nothing when this credential may not know. */
const allowed = async (findings: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await findings();
  } catch (error) {
    if (error instanceof CliError) return [];
    throw error;
  }
};

/** What the hub found when it started. */
const startFindings = (context: Context): Promise<readonly Finding[]> =>
  allowed(async () => {
    const { data } = await context.hub().call("listChecks");
    return data.map(({ check, state, found, repair }) => ({
      what: check,
      ok: state === "ok",
      detail: found,
      ...(repair === undefined ? {} : { repair }),
    }));
  });

const clockFindings = (context: Context): Promise<readonly Finding[]> =>
  allowed(async () => [clockFinding((await context.hub().call("readClock")).trust)]);

const keyFindings = (context: Context): Promise<readonly Finding[]> =>
  allowed(async () => {
    const { protector } = await context.hub().call("readVault");
    return [{ what: "keys", ok: true, detail: protector }];
  });

const hubFinding = async (context: Context): Promise<Finding> => {
  try {
    const { status } = await context.hub().read("checkReadiness");
    return status === 200
      ? { what: "hub", ok: true, detail: "ready" }
      : { what: "hub", ok: false, detail: "starting", repair: "wait, then look again" };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { what: "hub", ok: false, detail: error.message, repair: "lampkeeper sim" };
  }
};

/** Where the hub of the ready file keeps its data, or where one that is started here would. */
const dataFolder = (context: Context): string => {
  const usual = ".lampkeeper";
  const readyFile = settingOf(context.settings, "ready-file").value;
  if (readyFile === undefined || !existsSync(readyFile)) return usual;
  try {
    const { data } = JSON.parse(context.readFile(readyFile)) as { data?: unknown };
    return typeof data === "string" ? data : usual;
  } catch {
    // Whatever is wrong with the file was said of the hub already.
    return usual;
  }
};

const modeOf = ({ ble }: Options): RadioMode | undefined => {
  if (ble === undefined) return undefined;
  const mode = radioModes.find((each) => each === ble);
  if (mode === undefined) throw usageError(`--ble takes one of: ${radioModes.join(", ")}`);
  return mode;
};

/** A running hub knows its own radio; a mode that is asked about is looked at here. */
const radioOf = (mode: RadioMode | undefined, start: readonly Finding[]): Finding =>
  (mode === undefined ? start.find(({ what }) => what === "bluetooth") : undefined) ??
  radioFinding(mode ?? "auto", thisMachine.radio());

const findingsOf = async (context: Context, mode: RadioMode | undefined): Promise<readonly Finding[]> => {
  const hub = await hubFinding(context);
  // A running hub holds its ports; that is as it should be.
  const ports = hub.ok
    ? []
    : await Promise.all([thisMachine.port(8080, "app"), thisMachine.port(1883, "mqtt")]);
  const [clock, keys, start] = hub.ok
    ? await Promise.all([clockFindings(context), keyFindings(context), startFindings(context)])
    : [[], [], []];
  return [
    nodeFinding(thisMachine.node),
    hub,
    ...ports.map(portFinding),
    folderFinding(thisMachine.folder(dataFolder(context))),
    ...clock,
    ...keys,
    ...start.filter(({ what }) => what !== "bluetooth"),
    radioOf(mode, start),
  ];
};

/** What is no failure: no hub runs; the clock waits for somebody; no radio was asked about. */
const excused = (mode: RadioMode | undefined): ReadonlySet<string> =>
  new Set(["hub", "clock", ...(mode === undefined ? ["bluetooth"] : [])]);

export const setupCommands: readonly CommandDefinition[] = [
  {
    path: "config show",
    summary: "Settings of the command line",
    options: [{ name: "origin", help: "with where each came from: flag, environment or default" }],
    examples: ["lampkeeper config show --origin"],
    run: async (context, _, options) => ({
      data: context.settings,
      text: {
        columns: ["SETTING", "VALUE", ...(options["origin"] === true ? ["ORIGIN", "VARIABLE"] : [])],
        rows: context.settings.map(({ name, value, origin, variable }) => [
          name,
          value ?? "-",
          ...(options["origin"] === true ? [origin, variable] : []),
        ]),
      },
    }),
  },
  {
    path: "setup instructions",
    summary: "How to set up a hub securely, step by step; no hub is needed",
    examples: ["lampkeeper setup instructions"],
    run: async () => ({ data: { instructions: setUpInstructions }, text: setUpInstructions.trimEnd() }),
  },
  {
    path: "sbom",
    summary:
      "Every component of others that a hub is made of, with version, licence and hash (CycloneDX 1.6); no hub is needed",
    examples: ["lampkeeper sbom", "lampkeeper sbom --json"],
    run: async () => {
      const { default: bill } = await import("../../../docs/sbom.cdx.json", { with: { type: "json" } });
      return {
        data: bill,
        text: {
          columns: ["COMPONENT", "VERSION", "LICENCE", "UPDATED BY"],
          rows: bill.components.map(({ name, version, licenses, properties }) => [
            name,
            version,
            licenses[0]?.license.name ?? "-",
            properties[0]?.value ?? "-",
          ]),
        },
      };
    },
  },
  {
    path: "doctor",
    summary: "Looks at Node, hub, ports, storage, what could leak, and radio; one repair per finding",
    details:
      "With --ble the radio counts: what is missing there ends it with exit code 10 too. Without, a running hub is asked how its own is.",
    options: [
      {
        name: "ble",
        value: "HOW",
        help: "look at Bluetooth as serve --ble would use it: auto, bluez, hci or none",
        completes: { choices: radioModes },
      },
    ],
    examples: ["lampkeeper doctor", "lampkeeper doctor --ble auto --json"],
    run: async (context, _, options) => {
      const mode = modeOf(options);
      const findings = await findingsOf(context, mode);
      const isWell = findings.every(({ ok, what }) => ok || excused(mode).has(what));
      return {
        data: { findings, readyFile: settingOf(context.settings, "ready-file").value },
        text: {
          columns: ["", "WHAT", "FOUND", "REPAIR"],
          rows: findings.map(({ ok, what, detail, repair }) => [ok ? "ok" : "!", what, detail, repair ?? ""]),
        },
        ...(isWell ? {} : { exit: "hardwareMissing" as const }),
      };
    },
  },
];
