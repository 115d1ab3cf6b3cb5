import { resolve } from "node:path";
import type { Shape } from "../../../hub/api/contract.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { type LocalProof, proveLocal } from "../proof/local-proof.ts";
import type { Options } from "../settings.ts";
import type { Table } from "../table.ts";
import { timeText } from "../wording.ts";
import { zoneOf } from "./target.ts";

type Recipient = Shape<"Recipient">;
type Preview = Shape<"RecipientPreview">;
type Line = Shape<"Disclosure">;
type Report = Shape<"DisclosureReport">;

const hostOption = {
  name: "host",
  value: "HOST",
  help: "where a recipient of your own is, as tls://host:port; several with commas between them",
} as const;
const yearOption = {
  name: "year",
  value: "YYYY",
  help: "a calendar year (default: the last twelve months)",
} as const;

const textOf = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

const listOf = (options: Options, name: string): readonly string[] =>
  (textOf(options, name) ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

const yearOf = (options: Options): { readonly query: Shape<"YearQuery"> } => {
  const year = textOf(options, "year");
  if (year !== undefined && !/^\d{4}$/.test(year)) throw usageError("--year takes four digits");
  return { query: year === undefined ? {} : { year: Number(year) } };
};

const stateOf = ({ on, atStart }: Recipient): string => (on ? (atStart ? "on, by its option" : "on") : "off");

const recipientsTable = (data: readonly Recipient[]): Table => ({
  columns: ["RECIPIENT", "STATE", "WHO", "COUNTRY", "SAFEGUARD"],
  rows: data.map((each) => [each.id, stateOf(each), each.is, each.country, each.safeguard]),
});

const previewText = ({
  is,
  why,
  purpose,
  fields,
  retention,
  country,
  safeguard,
  hosts,
  subRecipients,
  hash,
}: Preview) =>
  [
    `${is}: ${why}`,
    `purpose          ${purpose}`,
    `kept             ${retention}`,
    `country          ${country}`,
    `safeguard        ${safeguard}`,
    `where            ${hosts.join(", ") || "not named yet: --host"}`,
    `passed on to     ${subRecipients.join(", ") || "nobody"}`,
    "what leaves",
    ...fields.map((field) => `  ${field}`),
    `hash             ${hash}`,
  ].join("\n");

const ledgerTable = (data: readonly Line[], zone: string | undefined): Table => ({
  columns: ["TIME", "WHAT", "RECIPIENT", "PURPOSE", "GROUND", "MESSAGES", "BYTES", "FIELDS"],
  rows: data.map((line) => [
    timeText(line.at, zone),
    line.open ? `${line.act}, open` : line.act,
    line.recipient,
    line.purpose,
    line.basis,
    `${line.messages}`,
    `${line.bytes}`,
    line.fields.join(" "),
  ]),
});

const kernelText = ({ verifiable, counted, sent, difference }: Report["kernel"]): string =>
  verifiable
    ? `since the start the kernel has sent ${sent} bytes, the ledger has ${counted}: ${difference} are headers, answers or unwritten`
    : "not verifiable here: the kernel does not count this hub's bytes apart";

const reportText = (report: Report): string =>
  [
    `${report.from.slice(0, 10)} to ${report.to.slice(0, 10)}`,
    ...(report.recipients.length === 0 ? ["nothing has left"] : []),
    ...report.recipients.map(
      ({ recipient, messages, bytes, fields, broken }) =>
        `${recipient}: ${messages} messages, ${bytes} bytes: ${fields.join(", ")}${broken === 0 ? "" : `; ${broken} connections without a known end`}`,
    ),
    `requests of authorities: ${report.legalRequests}, answered by the owner: ${report.answeredRequests}`,
    kernelText(report.kernel),
  ].join("\n");

const recipientArgument = { name: "recipient", help: "as `privacy recipients` names it" } as const;

const previewOf = (context: Context, recipient: string, options: Options): Promise<Preview> =>
  context.hub().call("previewRecipient", { body: { recipient, hosts: listOf(options, "host") } });

const proofText = ({ days, evenings, control, packets, lookUps, ipv6, silent }: LocalProof): string =>
  [
    `before    one call by name and one by address, on purpose: ${control.lookUps} look-up and ${control.packets} packets seen and answered`,
    `lived     ${days} simulated days, the evening rule fired in ${evenings}`,
    `packets   ${packets}`,
    `look-ups  ${lookUps.length}${lookUps.length === 0 ? "" : `: ${[...new Set(lookUps)].join(", ")}`}`,
    `IPv6      ${ipv6} attempts`,
    silent ? "verdict   nothing left this hub" : "verdict   SOMETHING LEFT THIS HUB",
  ].join("\n");

const daysOf = (options: Options): number => {
  const days = Number(textOf(options, "days") ?? "7");
  if (!Number.isInteger(days) || days < 1 || days > 3_660) throw usageError("--days takes 1 to 3660");
  return days;
};

/** The launcher, which this command line runs under too. */
const hubCommand = (): readonly string[] => {
  const launcher = process.argv[1];
  if (launcher === undefined || !/launch\.mjs$|lampkeeper$/.test(launcher))
    throw new CliError("refused", "no_hub_to_start", "only the installed command line can start a hub");
  const home = [
    "sim",
    "--headless",
    "--app-port",
    "0",
    "--mqtt-port",
    "0",
    "--bulbs",
    "4",
    "--sensors",
    "1",
    "--people",
    "2",
  ];
  return [process.execPath, resolve(launcher), ...home];
};

/** Who gets what from this home. */
export const disclosureCommands: readonly CommandDefinition[] = [
  {
    path: "privacy recipients",
    summary: "Everybody who can get data from this hub, and whether they are on",
    examples: ["lampkeeper privacy recipients"],
    run: async (context) => {
      const { data } = await context.hub().call("listRecipients");
      return { data, text: recipientsTable(data) };
    },
  },
  {
    path: "privacy preview",
    summary: "What would leave to a recipient, to the last field",
    args: [recipientArgument],
    options: [hostOption],
    examples: ["lampkeeper privacy preview owner-broker --host tls://broker.home.arpa:8883"],
    run: async (context, [recipient = ""], options) => {
      const preview = await previewOf(context, recipient, options);
      return { data: preview, text: previewText(preview) };
    },
  },
  {
    path: "privacy share",
    summary: "Switch a recipient on, after its preview",
    details:
      "Scripts give the hash of the preview that they have shown; at a terminal the preview is shown and asked for.",
    args: [recipientArgument],
    options: [hostOption, { name: "preview", value: "HASH", help: "hash of the preview that was shown" }],
    examples: ["lampkeeper privacy share assistant"],
    run: async (context, [recipient = ""], options) => {
      const shown = textOf(options, "preview");
      const preview = await previewOf(context, recipient, options);
      if (shown === undefined) {
        context.out.say(previewText(preview));
        await context.confirm(`let ${recipient} have this from now on?`);
      }
      if (context.dryRun) return { data: preview, text: previewText(preview) };
      const { hosts } = preview;
      const isNamed = listOf(options, "host").length > 0;
      const data = await context.hub().call("shareWith", {
        body: { recipient, preview: shown ?? preview.hash, ...(isNamed ? { hosts } : {}) },
      });
      return { data, text: `${recipient} is on` };
    },
  },
  {
    path: "privacy unshare",
    summary: "Switch a recipient off; what is open to them ends at once",
    args: [recipientArgument],
    examples: ["lampkeeper privacy unshare assistant"],
    run: async (context, [recipient = ""]) => {
      if (context.dryRun) return { data: {}, text: `${recipient} would be switched off` };
      const data = await context.hub().call("stopSharing", { body: { recipient } });
      return { data, text: `${recipient} is off` };
    },
  },
  {
    path: "privacy ledger",
    summary: "What has left this hub: who got what, when, why and on which ground",
    options: [yearOption],
    examples: ["lampkeeper privacy ledger", "lampkeeper privacy ledger --year 2026 --json"],
    run: async (context, _args, options) => {
      const { data } = await context.hub().call("listDisclosures", yearOf(options));
      const text = data.length === 0 ? "nothing has left" : ledgerTable(data, await zoneOf(context));
      return { data, text };
    },
  },
  {
    path: "privacy transparency",
    summary:
      "The report of a year: what has left by recipient, requests of authorities, and the kernel's own count",
    options: [yearOption],
    examples: ["lampkeeper privacy transparency --year 2026"],
    run: async (context, _args, options) => {
      const report = await context.hub().call("reportDisclosures", yearOf(options));
      return { data: report, text: reportText(report) };
    },
  },
  {
    path: "privacy disclose-legal-request",
    summary: "Write down that an authority asked, and what you gave",
    details: "The hub gives nothing itself: nobody but its owner holds its keys.",
    args: [{ name: "reference", help: "who asked, and how they call it" }],
    options: [
      { name: "gave", value: "WORDS", help: "what you handed over, with commas between; absent: nothing" },
      { name: "person", value: "IDS", help: "ids of whom it was about, with commas between" },
    ],
    examples: ['lampkeeper privacy disclose-legal-request "district court, 3 C 17/27"'],
    run: async (context, [reference = ""], options) => {
      const body = { reference, gave: listOf(options, "gave"), people: listOf(options, "person") };
      if (context.dryRun) return { data: body, text: "it would be written down" };
      const data = await context.hub().call("addLegalRequest", { body });
      return { data, text: "it is in the ledger" };
    },
  },
  {
    path: "privacy prove-local",
    summary: "Prove on this machine that nothing leaves a hub: run one behind a watched cable and count",
    details:
      "A hub with a simulated home lives through so many days in a network of its own, in which everybody would " +
      "answer. Exit code 8 when anything left, 10 when this machine cannot show it.",
    options: [
      { name: "days", value: "N", help: "simulated days (default 7)" },
      { name: "capture", value: "FILE", help: "keep everything on the cable as a capture (needs tshark)" },
    ],
    examples: ["lampkeeper privacy prove-local", "lampkeeper privacy prove-local --days 365 --json"],
    run: async (context, _args, options) => {
      const capture = textOf(options, "capture");
      const proof = await proveLocal({
        days: daysOf(options),
        hub: hubCommand(),
        capture: capture === undefined ? undefined : resolve(capture),
        onDay: (day) => context.out.detail(`day ${day}`),
        signal: context.signal,
      });
      return {
        data: proof,
        text: proofText(proof),
        ...(proof.silent ? {} : { exit: "assertionFailed" as const }),
      };
    },
  },
];
