import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { settingOf } from "../settings.ts";

/** One thing `doctor` looked at, and the one command that repairs it. */
interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly repair?: string;
}

const check = (what: string, ok: boolean, detail: string, repair: string): Finding =>
  ok ? { what, ok, detail } : { what, ok, detail, repair };

const nodeFinding = (): Finding =>
  check(
    "node",
    Number(process.versions["napi"]) >= 10,
    `${process.version}, Node-API ${process.versions["napi"]}`,
    "install Node 24 LTS from https://nodejs.org",
  );

const portFinding = async (port: number, purpose: string): Promise<Finding> => {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  const repair = `lampkeeper sim --${purpose === "app" ? "app" : "mqtt"}-port 0`;
  return check(`port ${port} (${purpose})`, isFree, isFree ? "free" : "in use", repair);
};

const folderFinding = (folder: string): Finding => {
  if (!existsSync(folder))
    return { what: "data folder", ok: true, detail: `${folder} is made at the first start` };
  const isPrivate = (statSync(folder).mode & 0o077) === 0;
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return check("data folder", false, `${folder} cannot be written`, `chown -R "$USER" ${folder}`);
  }
  return check(
    "data folder",
    isPrivate,
    `${folder}, ${isPrivate ? "yours alone" : "readable by others"}`,
    `chmod -R go= ${folder}`,
  );
};

const adapterFinding = (): Finding =>
  process.platform !== "linux"
    ? { what: "bluetooth", ok: true, detail: "the system's own" }
    : check(
        "bluetooth",
        existsSync("/sys/class/bluetooth/hci0"),
        existsSync("/sys/class/bluetooth/hci0") ? "adapter hci0" : "no adapter",
        "plug in an adapter; simulated lamps need none",
      );

/** What the hub found when it started; nothing when it does not run, or when this credential may not know. */
const startFindings = async (context: Context): Promise<readonly Finding[]> => {
  try {
    const { data } = await context.hub().call("listChecks");
    return data.map(({ check, state, found, repair }) => ({
      what: check,
      ok: state === "ok",
      detail: found,
      ...(repair === undefined ? {} : { repair }),
    }));
  } catch (error) {
    if (error instanceof CliError) return [];
    throw error;
  }
};

const hubFinding = async (context: Context): Promise<Finding> => {
  try {
    const { status } = await context.hub().read("checkReadiness");
    return check("hub", status === 200, status === 200 ? "ready" : "starting", "wait, then look again");
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return check("hub", false, error.message, "lampkeeper sim");
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

const findingsOf = async (context: Context): Promise<readonly Finding[]> => {
  const hub = await hubFinding(context);
  // A running hub holds its ports; that is as it should be.
  const ports = hub.ok ? [] : await Promise.all([portFinding(8080, "app"), portFinding(1883, "mqtt")]);
  const start = hub.ok ? await startFindings(context) : [];
  const radio = start.some(({ what }) => what === "bluetooth") ? [] : [adapterFinding()];
  return [nodeFinding(), hub, ...ports, folderFinding(dataFolder(context)), ...start, ...radio];
};

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
    path: "doctor",
    summary: "Looks at Node, hub, ports, storage, what could leak, and radio; one repair per finding",
    examples: ["lampkeeper doctor"],
    run: async (context) => {
      const findings = await findingsOf(context);
      const isWell = findings.every(({ ok, what }) => ok || what === "hub" || what === "bluetooth");
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
