import type { Shape } from "../../../hub/api/contract.ts";
import { jurisdictions } from "../../../hub/domain/jurisdiction.ts";
import { declineCodes, extensionReasons, relationships, requestKinds } from "../../../hub/domain/request.ts";
import { usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { fileOption, secretOf } from "../secret-options.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

type Request = Shape<"Request">;
type Action = (context: Context, words: readonly string[], options: Options) => Promise<Result>;

/** @throws CliError unless it is one of these */
const oneOf = <Word extends string>(known: readonly Word[], word: string, what: string): Word => {
  const found = known.find((each) => each === word);
  if (found === undefined) throw usageError(`there is no ${what} "${word}"`, `one of ${known.join(", ")}`);
  return found;
};

const idIn = ([id]: readonly string[]): string => {
  if (id === undefined) throw usageError("say which request, by its id");
  return id;
};

const optionOf = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

const rowOf = ({ id, kind, state, lastDay, law }: Request): readonly string[] => [
  id,
  kind,
  state,
  lastDay,
  law,
];
const tableOf = (requests: readonly Request[]): Result["text"] =>
  requests.length === 0
    ? "nothing is asked"
    : { columns: ["ID", "KIND", "STATE", "LAST DAY", "LAW"], rows: requests.map(rowOf) };

const textOf = (request: Request, zone: string | undefined): string =>
  [
    `${request.kind} ${request.id}`,
    `  state     ${request.state}`,
    `  answer by ${request.lastDay} (${request.law})`,
    `  identity  ${request.identity ?? "none"}, ${request.neededIdentity} is needed`,
    ...(request.form === undefined ? [] : [`  words     ${request.form.request}`]),
    ...(request.declined === undefined
      ? []
      : [`  declined  ${request.declined.code}: ${request.declined.text} ${request.declined.appeal}`]),
    ...(request.history ?? []).map(({ at, step }) => `  ${timeText(at, zone)}  ${step}`),
  ].join("\n");

const zoneOf = ({ settings }: Context): string | undefined => settingOf(settings, "time-zone").value;

const shown = (context: Context, request: Request): Result => ({
  data: request,
  text: textOf(request, zoneOf(context)),
});

const formOf = (words: string, options: Options) => ({
  name: optionOf(options, "name") ?? "me",
  ...(optionOf(options, "contact") !== undefined && { contact: optionOf(options, "contact") }),
  relationship: oneOf(relationships, optionOf(options, "as") ?? "self", "relationship"),
  request: words,
});

/** What whoever is signed in asks for themselves. */
const ofMine: Readonly<Record<string, Action>> = {
  ask: async (context, [kind = "", ...words], options) => {
    const body = {
      kind: oneOf(requestKinds, kind, "request"),
      ...formOf(words.join(" "), options),
      ...(optionOf(options, "purpose") !== undefined && {
        purpose: optionOf(options, "purpose") as "security",
      }),
    };
    if (words.length === 0) throw usageError("say what you ask for, in your words");
    if (context.dryRun) return { data: body, text: `would ask: ${body.kind}` };
    return shown(context, await context.hub().call("addRequest", { body }));
  },
  mine: async (context) => {
    const { data } = await context.hub().call("listOwnRequests");
    return { data, text: tableOf(data) };
  },
  status: async (context, words) =>
    shown(context, await context.hub().call("getOwnRequest", { id: idIn(words) })),
  identify: async (context, words) =>
    shown(context, await context.hub().call("identifyForRequest", { id: idIn(words) })),
  appeal: async (context, [id = "", ...words], options) => {
    const body = formOf(words.join(" "), options);
    if (context.dryRun) return { data: body, text: `would appeal against ${id}` };
    return shown(context, await context.hub().call("appealRequest", { id, body }));
  },
  fetch: async (context, words, options) => {
    const file = optionOf(options, "out");
    if (file === undefined) throw usageError("--out says in which new file it shall be");
    if (context.dryRun) return { data: { file }, text: `would write ${file}` };
    const { copy } = await context.hub().call("fetchRequestCopy", { id: idIn(words) });
    context.writeFile(file, `${JSON.stringify(copy, undefined, 2)}\n`);
    return { data: { file }, text: `in ${file}, which only you can read` };
  },
  close: async (context, words) =>
    shown(context, await context.hub().call("closeOwnRequest", { id: idIn(words) })),
  remove: async (context, words) => {
    const id = idIn(words);
    if (context.dryRun) return { data: { id }, text: `${id} would be taken back` };
    await context.confirm(`Take ${id} back, with all that was written?`);
    await context.hub().call("removeOwnRequest", { id });
    return { data: { id }, text: `${id} is taken back` };
  },
};

/** What whoever keeps the home does with what others ask. */
const ofKeeper: Readonly<Record<string, Action>> = {
  show: async (context, words) => shown(context, await context.hub().call("getRequest", { id: idIn(words) })),
  investigate: async (context, words) =>
    shown(context, await context.hub().call("investigateRequest", { id: idIn(words) })),
  extend: async (context, words, options) => {
    const reason = oneOf(extensionReasons, optionOf(options, "reason") ?? "", "reason");
    return shown(context, await context.hub().call("extendRequest", { id: idIn(words), body: { reason } }));
  },
  grant: async (context, words) => {
    const id = idIn(words);
    if (context.dryRun) return { data: { id }, text: `${id} would be granted` };
    await context.confirm(`Grant ${id}? What it asks for is done at once.`);
    return shown(context, await context.hub().call("decideRequest", { id, body: { outcome: "granted" } }));
  },
  decline: async (context, words, options) => {
    const code = oneOf(declineCodes, optionOf(options, "reason") ?? "", "reason");
    const outcome = options["partly"] === true ? "partly-granted" : "declined";
    return shown(
      context,
      await context.hub().call("decideRequest", { id: idIn(words), body: { outcome, code } }),
    );
  },
};

const actions = { ...ofMine, ...ofKeeper };

export const requestCommands: readonly CommandDefinition[] = [
  {
    path: "privacy requests",
    summary: "What people have asked of this home, and until when they are owed an answer",
    examples: ["lampkeeper privacy requests"],
    run: async (context) => {
      const { data } = await context.hub().call("listRequests");
      return { data, text: tableOf(data) };
    },
  },
  {
    path: "privacy request",
    summary: "Ask for something by right, follow it, and answer what others ask; it costs nothing",
    details: `For yourself, signed in: ask KIND WORDS, mine, status ID, identify ID, appeal ID WORDS, fetch ID --out FILE, close ID, remove ID. KIND: ${requestKinds.filter((kind) => kind !== "appeal").join(", ")}. For the home, as its owner: show ID, investigate ID, extend ID --reason, grant ID, decline ID --reason. Do not type passwords or numbers of cards: what looks like one is refused.`,
    args: [
      {
        name: "action",
        help: Object.keys(actions).join(", "),
        completes: { choices: Object.keys(actions) },
      },
      { name: "words", help: "id, kind and words, as the action needs them", optional: true, variadic: true },
    ],
    options: [
      { name: "name", value: "NAME", help: "how you are called (default: me)" },
      { name: "contact", value: "TEXT", help: "where the answer goes, if not to the app" },
      { name: "as", value: "WORD", help: `to the person it is about: ${relationships.join(", ")}` },
      { name: "purpose", value: "NAME", help: "of an objection: to what" },
      {
        name: "reason",
        value: "WORD",
        help: `to extend: ${extensionReasons.join(", ")}; to decline: ${declineCodes.join(", ")}`,
      },
      { name: "partly", help: "with decline: a part of it was done" },
      { name: "out", value: "FILE", help: "a new file for what was granted", completes: "file" },
    ],
    examples: [
      'lampkeeper privacy request ask access "what do you know of me?"',
      "lampkeeper privacy request identify rq-abcdefghijkl",
      "lampkeeper privacy request decline rq-abcdefghijkl --reason not-eligible",
    ],
    run: async (context, [word = "", ...words], options) => {
      const action = actions[oneOf(Object.keys(actions), word, "action")];
      return await action?.(context, words, options);
    },
  },
  {
    path: "privacy jurisdiction",
    summary: "Whose law the deadlines of requests follow; with a word: say it",
    args: [
      {
        name: "where",
        help: "a country as DE, or US-CA, US-NV, other",
        optional: true,
        completes: { choices: [...jurisdictions] },
      },
    ],
    examples: ["lampkeeper privacy jurisdiction", "lampkeeper privacy jurisdiction DE"],
    run: async (context, [word]) => {
      if (word === undefined) {
        const found = await context.hub().call("readJurisdiction");
        return { data: found, text: found.jurisdiction };
      }
      const body = { jurisdiction: oneOf(jurisdictions, word, "jurisdiction") };
      if (context.dryRun) return { data: body, text: `would follow the law of ${body.jurisdiction}` };
      return { data: await context.hub().call("setJurisdiction", { body }), text: body.jurisdiction };
    },
  },
  {
    path: "privacy messages",
    summary: "What you were told unasked, with what you can do; shown ones count as read",
    examples: ["lampkeeper privacy messages"],
    run: async (context) => {
      const { data } = await context.hub().call("listMessages");
      for (const { id, read } of data)
        if (!read && !context.dryRun) await context.hub().call("readMessage", { id });
      const zone = zoneOf(context);
      const lines = data.flatMap(({ at, title, steps, more }) => [
        `${timeText(at, zone)}  ${title}${more === 0 ? "" : ` (and ${more} more that day)`}`,
        ...steps.map((step) => `  - ${step}`),
      ]);
      return { data, text: lines.length === 0 ? "nothing" : lines.join("\n") };
    },
  },
  {
    path: "privacy not-me",
    summary: "This was not me: another password, everything signed out at once, and an incident on record",
    options: [fileOption("password-file", "file with the new password")],
    examples: ["lampkeeper privacy not-me"],
    run: async (context, _, options) => {
      if (context.dryRun) return { data: {}, text: "everything you are signed in with would end" };
      const password = await secretOf(context, options, "password-file", "New password");
      try {
        const { id } = await context.hub().call("wasNotMe", { bytes: new Uint8Array(password) });
        return { data: { id }, text: `signed out everywhere, with another password; incident ${id}` };
      } finally {
        password.fill(0);
      }
    },
  },
];
