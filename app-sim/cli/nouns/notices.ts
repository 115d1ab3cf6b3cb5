import { join } from "node:path";
import type { Shape } from "../../../hub/api/contract.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

type Notice = Shape<"Notice">;
type Layer = Notice["layers"][number];

const languages = ["en", "vi"] as const;

const languageOf = (options: Options): (typeof languages)[number] => {
  const word = options["lang"] ?? "en";
  const found = languages.find((language) => language === word);
  if (found === undefined) throw usageError(`--lang takes one of ${languages.join(", ")}`);
  return found;
};

/** A version of the notice, as a number from 1. */
const versionOf = (options: Options, name: string): number | undefined => {
  const word = options[name];
  if (word === undefined) return undefined;
  if (typeof word !== "string" || !/^[1-9]\d{0,4}$/.test(word))
    throw usageError(`--${name} takes the number of a version; see: lampkeeper privacy notices`);
  return Number(word);
};

const layerText = ({ title, sentences, items }: Layer): readonly string[] => [
  title.toUpperCase(),
  ...sentences.map(({ text, rows }) => `  ${text} [${rows.join(" ")}]`),
  ...items.flatMap(({ what, source, purpose, examples, kept, rows }) => [
    "",
    `  ${what} [${rows.join(" ")}]`,
    `    ${purpose}`,
    `    ${examples}`,
    `    ${source}; ${kept}`,
  ]),
  "",
];

const noticeText = ({ version, updated, effective, hash, layers }: Notice): string =>
  [
    ...layers.flatMap(layerText),
    `version ${version}, updated ${updated}, in effect from ${effective}`,
    `sha256 ${hash}`,
  ].join("\n");

const readNotice = async (context: Context, options: Options): Promise<Result> => {
  const lang = languageOf(options);
  const old = versionOf(options, "diff");
  if (old !== undefined) return compare(context, old, lang);
  const version = versionOf(options, "edition");
  const data = await context.door().call("readNotice", {
    query: {
      lang,
      ...(version === undefined ? {} : { version }),
      ...(options["summary"] === true ? { summary: "only" as const } : {}),
    },
  });
  return { data, text: noticeText(data) };
};

const compare = async (context: Context, from: number, lang: "en" | "vi"): Promise<Result> => {
  const { data } = await context.door().call("compareNotices", { query: { from, lang } });
  return {
    data,
    text: {
      columns: ["ABOUT", "WHAT CHANGED FOR YOU", "YOU ARE ASKED"],
      rows: data.map(({ axis, says, needsAcceptance }) => [axis, says, needsAcceptance ? "yes" : "no"]),
    },
  };
};

/** What `privacy documents` writes, each under its file's name. */
const documents = {
  "map.json": "readPrivacyMap",
  "record-of-processing.json": "readRecordOfProcessing",
  "ccpa.json": "readCcpa",
  "impact-assessment.json": "readImpactAssessment",
  "erasure-plan.json": "readErasurePlan",
  "support.json": "readSupport",
  "mud.json": "readUsageDescription",
} as const;

/** Those that other programs read as they are. */
const asTheyAre = {
  "export.schema.json": "readExportSchema",
  "dpv.jsonld": "readDpv",
  "gpc.json": "readGpcSupport",
  "security.txt": "readSecurityContact",
} as const;

const writeDocuments = async (context: Context, options: Options): Promise<Result> => {
  const folder = options["out"];
  if (typeof folder !== "string") throw usageError("privacy documents needs --out DIR, a folder that exists");
  const hub = context.door();
  const files = new Map<string, string>();
  for (const [file, route] of Object.entries(documents)) {
    const { mapHash, content } = await hub.call(route);
    files.set(file, `${JSON.stringify({ mapHash, ...(content as object) }, null, 1)}\n`);
  }
  for (const [file, route] of Object.entries(asTheyAre)) {
    const { status, text } = await hub.read(route);
    if (status !== 200) throw new CliError("refused", "document_not_read", `the hub did not give ${file}`);
    files.set(file, text);
  }
  for (const lang of languages) {
    const notice = await hub.call("readNotice", { query: { lang } });
    files.set(`notice.${lang}.txt`, `${noticeText(notice)}\n`);
  }
  const paths = [...files].map(([file, text]) => [join(folder, file), text] as const);
  if (!context.dryRun) for (const [path, text] of paths) context.writeReport(path, text);
  return { data: paths.map(([path]) => path), text: paths.map(([path]) => path).join("\n") };
};

const listVersions = async (context: Context): Promise<Result> => {
  const { data } = await context.door().call("listNotices");
  return {
    data,
    text: {
      columns: ["VERSION", "UPDATED", "IN EFFECT FROM", "STATE", "SHA-256"],
      rows: data.map(({ version, updated, effective, state, hash }) => [
        `${version}`,
        updated,
        effective,
        state,
        hash.slice(0, 16),
      ]),
    },
  };
};

const readMap = async (context: Context): Promise<Result> => {
  const data = await context.door().call("readPrivacyMap");
  const { items } = data.content as {
    readonly items: readonly {
      readonly id: string;
      readonly label: { readonly en: string };
      readonly purposes: readonly string[];
      readonly legalBasis: string;
      readonly key: string;
      readonly places: readonly string[];
    }[];
  };
  return {
    data,
    text: {
      columns: ["ITEM", "WHAT", "PURPOSES", "BASIS", "KEY", "FIELDS"],
      rows: items.map(({ id, label, purposes, legalBasis, key, places }) => [
        id,
        label.en,
        purposes.join(" "),
        legalBasis,
        key,
        `${places.length}`,
      ]),
    },
  };
};

const listAuthorities = async (context: Context, country: string | undefined): Promise<Result> => {
  const query = country === undefined ? {} : { country };
  const { data } = await context.door().call("listAuthorities", { query });
  return {
    data,
    text: {
      columns: ["COUNTRY", "AUTHORITY", "SITE"],
      rows: data.map(({ country: of, name, site }) => [of, name, site]),
    },
  };
};

const review = async (context: Context, options: Options): Promise<Result> => {
  const hub = context.hub();
  const isSigning = options["sign"] === true && !context.dryRun;
  const data = isSigning ? await hub.call("signMapReview") : await hub.call("readMapReview");
  const zone = settingOf(context.settings, "time-zone").value;
  const said = data.overdue ? "overdue since" : "due";
  return {
    data,
    text: `looking through the data map is ${said} ${timeText(data.due, zone)}`,
    ...(data.overdue ? { next: "read: lampkeeper privacy map; then: lampkeeper privacy review --sign" } : {}),
  };
};

const language = {
  name: "lang",
  value: "LANGUAGE",
  help: "en or vi (default en)",
  completes: { choices: languages },
} as const;

export const noticeCommands: readonly CommandDefinition[] = [
  {
    path: "privacy notice",
    summary: "The privacy notice, without signing in; behind each sentence what it answers",
    options: [
      language,
      { name: "summary", help: "the part that fits one screen" },
      { name: "edition", value: "N", help: "an earlier version" },
      { name: "diff", value: "N", help: "what changed for you since that version" },
    ],
    examples: [
      "lampkeeper privacy notice --summary",
      "lampkeeper privacy notice --lang vi",
      "lampkeeper privacy notice --diff 1",
    ],
    run: (context, _args, options) => readNotice(context, options),
  },
  {
    path: "privacy notices",
    summary: "Every version of the privacy notice, with its dates",
    examples: ["lampkeeper privacy notices"],
    run: (context) => listVersions(context),
  },
  {
    path: "privacy map",
    summary: "The data map: what is kept, what for, on which basis and under which key",
    examples: ["lampkeeper privacy map", "lampkeeper privacy map --json"],
    run: (context) => readMap(context),
  },
  {
    path: "privacy documents",
    summary: "Write notice, record of processing and every other document into a folder",
    options: [{ name: "out", value: "DIR", help: "a folder that exists", completes: "file" }],
    examples: ["lampkeeper privacy documents --out papers"],
    run: (context, _args, options) => writeDocuments(context, options),
  },
  {
    path: "privacy authorities",
    summary: "Data protection authorities, by country",
    args: [{ name: "country", help: "such as VN, DE or US-CA", optional: true }],
    examples: ["lampkeeper privacy authorities VN"],
    run: (context, [country]) => listAuthorities(context, country),
  },
  {
    path: "privacy review",
    summary: "When the data map was last looked through; once a year it is time",
    options: [{ name: "sign", help: "say that you have" }],
    examples: ["lampkeeper privacy review", "lampkeeper privacy review --sign"],
    run: (context, _args, options) => review(context, options),
  },
];
