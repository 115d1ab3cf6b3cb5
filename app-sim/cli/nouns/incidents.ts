import type { Shape } from "../../../hub/api/contract.ts";
import { noticeParts } from "../../../hub/domain/incident.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

type Incident = Shape<"Incident">;
type Action = (context: Context, id: string, options: Options) => Promise<Result>;

const stateOf = ({ closed, reported, notified }: Incident): string =>
  closed !== undefined
    ? "closed"
    : reported !== undefined
      ? "reported"
      : notified !== undefined
        ? "told"
        : "open";

const textOf = (incident: Incident, zone: string | undefined): string =>
  [
    `${incident.drill ? "Drill: " : ""}${incident.title}`,
    `  id        ${incident.id}`,
    `  state     ${stateOf(incident)}`,
    `  since     ${timeText(incident.since, zone)}`,
    `  report by ${timeText(incident.due, zone)}`,
    `  people    ${incident.people}`,
    ...incident.steps.map((step) => `  - ${step}`),
  ].join("\n");

const zoneOf = ({ settings }: Context): string | undefined => settingOf(settings, "time-zone").value;

const shown = (context: Context, incident: Incident): Result => ({
  data: incident,
  text: textOf(incident, zoneOf(context)),
});

const registered = async (context: Context, drill: boolean): Promise<Result> => {
  if (context.dryRun) return { data: { drill }, text: "an incident would be registered" };
  return shown(context, await context.hub().call("addIncident", { body: { drill } }));
};

const actions: Readonly<Record<string, Action>> = {
  list: async (context) => {
    const { data } = await context.hub().call("listIncidents");
    const zone = zoneOf(context);
    return {
      data,
      text: {
        columns: ["ID", "WHAT", "STATE", "REPORT BY", "DRILL"],
        rows: data.map((incident) => [
          incident.id,
          incident.title,
          stateOf(incident),
          timeText(incident.due, zone),
          incident.drill ? "yes" : "",
        ]),
      },
    };
  },
  drill: (context) => registered(context, true),
  add: (context) => registered(context, false),
  show: async (context, id) => shown(context, await context.hub().call("getIncident", { id })),
  draft: async (context, id) => {
    const report = await context.hub().call("draftReport", { id });
    const lines = [
      ...(report.drill ? ["DRILL: nobody is to be told of this"] : []),
      `Nature: ${report.nature}`,
      `Categories of data: ${report.categories.join(", ") || "none"}`,
      `People concerned: ${report.people}; records: ${report.records}`,
      `Contact: ${report.contact || "(say who can be asked)"}`,
      `Likely consequences: ${report.consequences}`,
      `Measures: ${report.measures}`,
    ];
    return { data: report, text: lines.join("\n") };
  },
  tell: async (context, id, options) => {
    const part = (name: string): string => {
      const words = options[name];
      return typeof words === "string" ? words : "";
    };
    const body = {
      situation: part("situation"),
      measures: part("measures"),
      suggestions: part("suggestions"),
      remedies: part("remedies"),
      contact: part("contact"),
    };
    if (context.dryRun) return { data: body, text: "people would be told" };
    const { reached, banner } = await context.hub().call("sendIncidentNotice", { id, body });
    const text = `${reached} people were told${banner ? "; who could not be reached can read it before signing in" : ""}`;
    return { data: { reached, banner }, text };
  },
  reported: async (context, id) => shown(context, await context.hub().call("markReported", { id })),
  close: async (context, id) => shown(context, await context.hub().call("closeIncident", { id })),
};

const partHelp: Readonly<Record<(typeof noticeParts)[number], string>> = {
  situation: "what happened and what it may mean",
  measures: "what was done",
  suggestions: "what people can do themselves",
  remedies: "what is offered to put it right",
  contact: "where they can ask",
};

const withoutId = ["list", "drill", "add"];

export const incidentCommands: readonly CommandDefinition[] = [
  {
    path: "privacy incident",
    summary: "The register of what went wrong: its 72 hours, the report, and telling people",
    details:
      "list, drill, add; show ID, draft ID, tell ID with all five parts, reported ID, close ID. A drill is marked as one everywhere, and its clock runs as that of a real one.",
    args: [
      { name: "action", help: Object.keys(actions).join(", "), completes: { choices: Object.keys(actions) } },
      { name: "id", help: "of an incident", optional: true },
    ],
    options: noticeParts.map((name) => ({
      name,
      value: "TEXT",
      help: `with tell: ${partHelp[name]}`,
    })),
    examples: ["lampkeeper privacy incident drill", "lampkeeper privacy incident draft in-abcdefghijkl"],
    run: async (context, [word = "", id], options) => {
      const action = actions[word];
      if (action === undefined)
        throw usageError(`there is no action "${word}"`, `one of ${Object.keys(actions).join(", ")}`);
      if (id === undefined && !withoutId.includes(word)) throw usageError("say which incident, by its id");
      return await action(context, id ?? "", options);
    },
  },
  {
    path: "privacy checkup",
    summary: "What is weak in how this home is set up, worst first, each with what to do",
    options: [{ name: "reviewed", help: "say that what is kept here was looked through" }],
    examples: ["lampkeeper privacy checkup", "lampkeeper privacy checkup --reviewed"],
    run: async (context, _, options) => {
      if (options["reviewed"] === true && !context.dryRun) await context.hub().call("signMapReview");
      const { data } = await context.hub().call("checkUpSecurity");
      const lines = data.flatMap(({ severity, found, repair }) => [
        `${severity.toUpperCase().padEnd(6)} ${found}`,
        `       ${repair}`,
      ]);
      return { data, text: lines.length === 0 ? "no weak point that is known here" : lines.join("\n") };
    },
  },
  {
    path: "token leaked",
    summary: "A token was found in other hands: it ends at once, and you get another like it",
    args: [{ name: "token", help: "id or name", completes: "token" }],
    options: [{ name: "out", value: "FILE", help: "a new file for the new token", completes: "file" }],
    examples: ["lampkeeper token leaked dashboard --out new.token --yes"],
    run: async (context, [word = ""], options) => {
      const file = options["out"];
      if (typeof file !== "string") throw usageError("--out says in which new file the new token shall be");
      const { data: tokens } = await context.hub().call("listTokens");
      const { id, name } = findOne("token", word, tokens);
      if (context.dryRun) return { data: { id }, text: `${name} would be replaced` };
      await context.confirm(`Replace ${name}? Programs that use the old one stop working.`);
      const { token, id: replacement } = await context.hub().call("replaceLeakedToken", { id });
      context.writeFile(file, `${token}\n`);
      return {
        data: { id: replacement },
        text: `${name} is worth nothing any more; the new one is in ${file}`,
      };
    },
  },
];
