import type { Shape } from "../../../hub/api/contract.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { secondsOf } from "../quantities.ts";
import { wordsOf } from "../rights-options.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";
import { lampsOf } from "./target.ts";

type Connector = Shape<"ConnectorList">["data"][number];
type Connection = Shape<"Connection">;

const notFound = (message: string, hint: string): CliError =>
  new CliError("notFound", "not_found", message, hint);

const serviceArgument = { name: "service", help: "name of a service, as connect list shows it" } as const;

const connectorNamed = async (context: Context, name: string): Promise<Connector> => {
  const { data } = await context.hub().call("listConnectors");
  return data.find((each) => each.name === name) ?? unknown(name, data);
};

const unknown = (name: string, among: readonly Connector[]): never => {
  throw notFound(
    `there is no service "${name}"`,
    among.length === 0 ? "this hub knows none" : "see connect list",
  );
};

const connectionNamed = async (context: Context, name: string): Promise<Connection> => {
  const { data } = await context.hub().call("listConnections");
  const found = data.find(({ connector, id }) => connector === name || id === name);
  if (found === undefined) throw notFound(`"${name}" was not let in`, "see connect list");
  return found;
};

const stateText = (connection: Connection | undefined): string => {
  if (connection === undefined) return "off";
  const { state, reason, what } = connection;
  return state === "paused" ? `rests: ${[reason, what].filter(Boolean).join(" ")}` : state;
};

const previewText = (connector: Connector): string => {
  const { title, warning, fields, hosts, country, safeguard, retention, subRecipients, terms } = connector;
  return [
    title,
    `  ${warning}`,
    "  it gets exactly:",
    ...fields.map(({ says }) => `    - ${says}`),
    `  hosts          ${hosts.join(", ")} (TLS only)`,
    `  country        ${country}, ${safeguard}`,
    `  it keeps it    ${retention}`,
    `  hands it on    ${subRecipients.map(({ name, country: at, purpose }) => `${name} (${at}): ${purpose}`).join("; ") || "to nobody"}`,
    `  terms          version ${terms.version}: ${terms.text}`,
  ].join("\n");
};

/** `Sink=Desk light`: what a lamp is called here, and what it is to be called there. */
const sharedLamps = async (context: Context, words: readonly string[]) => {
  const known = words.length === 0 ? [] : await lampsOf(context);
  return words.map((word) => {
    const [name = "", alias] = word.split("=", 2);
    if (alias === undefined || alias === "")
      throw usageError(`--lamps takes "lamp=name for it there", not "${word}"`);
    return { lamp: findOne("lamp", name, known).id, alias };
  });
};

const enable = async (context: Context, name: string, options: Options): Promise<Result> => {
  const connector = await connectorNamed(context, name);
  const lamps = await sharedLamps(context, wordsOf(options["lamps"]));
  const { expires, rate } = options;
  if (context.dryRun) return { data: { connector: name }, text: previewText(connector) };
  await context.confirm(`${previewText(connector)}\nLet it in?`);
  const body = {
    connector: name,
    preview: connector.preview,
    terms: connector.terms.version,
    ...(lamps.length === 0 ? {} : { lamps }),
    ...(typeof expires === "string" ? { expiresIn: secondsOf(expires, "--expires") } : {}),
    ...(typeof rate === "string" ? { mostPerMinute: Number(rate) } : {}),
  };
  const connection = await context.hub().call("addConnection", { body });
  return { data: connection, text: `${name} is let in (${connection.id})` };
};

const noticesResult = ({ data }: Shape<"ServiceNotices">, timeZone: string | undefined): Result => ({
  data,
  text: {
    columns: ["SERVICE", "TOLD TO", "TRIES", "CONFIRMED"],
    rows: data.map(({ connector, what, tries, confirmed }) => [
      connector,
      what,
      `${tries}`,
      confirmed === null ? "no" : timeText(confirmed, timeZone),
    ]),
    empty: "no service was told anything",
  },
  // What a stranger has not confirmed is not done.
  ...(data.every(({ confirmed }) => confirmed !== null) ? {} : { exit: "partial" as const }),
});

const actWords = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw usageError(`"${word}" is not key=value`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );

export const connectCommands: readonly CommandDefinition[] = [
  {
    path: "connect list",
    summary: "Services of others: which there are, and which were let in",
    examples: ["lampkeeper connect list"],
    run: async (context) => {
      const hub = context.hub();
      const { data: connectors, refused } = await hub.call("listConnectors");
      const { data: connections } = await hub.call("listConnections");
      const of = (name: string) => connections.find(({ connector }) => connector === name);
      return {
        data: { connectors, refused, connections },
        text: {
          columns: ["SERVICE", "KIND", "STATE", "COUNTRY", "GETS"],
          rows: [
            ...connectors.map(({ name, kind, country, fields }) => [
              name,
              kind,
              stateText(of(name)),
              country,
              fields.map(({ field }) => field).join(" "),
            ]),
            ...refused.map(({ name, reason, what }) => [
              name,
              "",
              `does not load: ${reason} ${what}`,
              "",
              "",
            ]),
          ],
          empty: "this hub knows no services of others; a simulated home has some to try",
        },
      };
    },
  },
  {
    path: "connect preview",
    summary: "All that a service would get and do, before it is let in",
    args: [serviceArgument],
    examples: ["lampkeeper connect preview sim-assistant"],
    run: async (context, [name = ""]) => {
      const connector = await connectorNamed(context, name);
      return { data: connector, text: previewText(connector) };
    },
  },
  {
    path: "connect enable",
    summary: "Let a service in, after its preview was shown",
    args: [serviceArgument],
    options: [
      {
        name: "lamps",
        value: "LIST",
        help: 'of an assistant: "Sink=Desk light,Table=Lamp" (lamp = its name there)',
      },
      { name: "expires", value: "TIME", help: "such as 30d (default: until it is taken back)" },
      { name: "rate", value: "N", help: "commands in a minute, at most (default 30)" },
    ],
    examples: ['lampkeeper connect enable sim-assistant --lamps "Sink=Desk light" --expires 30d --yes'],
    run: (context, [name = ""], options) => enable(context, name, options),
  },
  {
    path: "connect accept",
    summary: "Agree to what has changed in what a service declares; until then it rests",
    args: [serviceArgument],
    examples: ["lampkeeper connect accept sim-assistant --yes"],
    run: async (context, [name = ""]) => {
      const { id, connector } = await connectionNamed(context, name);
      const shown = await connectorNamed(context, connector);
      if (context.dryRun) return { data: { id }, text: previewText(shown) };
      await context.confirm(`${previewText(shown)}\nAgree?`);
      const body = { preview: shown.preview, terms: shown.terms.version };
      const data = await context.hub().call("acceptConnection", { id, body });
      return { data, text: `${connector} is ${stateText(data)}` };
    },
  },
  {
    path: "connect revoke",
    summary: "Take a service back at once; it is told to forget",
    args: [serviceArgument],
    examples: ["lampkeeper connect revoke sim-assistant --yes"],
    run: async (context, [name = ""]) => {
      const { id, connector } = await connectionNamed(context, name);
      if (context.dryRun) return { data: { id }, text: `${connector} would be taken back` };
      await context.confirm(`Take ${connector} back?`);
      await context.hub().call("removeConnection", { id });
      return { data: { id }, text: `${connector} is off; whether it has forgotten: connect notices` };
    },
  },
  {
    path: "connect code",
    summary: "A code for an assistant's own app, good once and for ten minutes",
    args: [serviceArgument],
    examples: ["lampkeeper connect code sim-assistant"],
    run: async (context, [name = ""]) => {
      const { id } = await connectionNamed(context, name);
      if (context.dryRun) return { data: { id }, text: "a code would be shown" };
      const data = await context.hub().call("linkConnection", { id });
      return { data, text: `code  ${data.code}\nkey   ${data.key}` };
    },
  },
  {
    path: "connect rename",
    summary: "Another name of a lamp for a service; the service is told",
    args: [
      serviceArgument,
      { name: "name", help: "of the lamp there, now" },
      { name: "new-name", help: "1 to 64 visible characters" },
    ],
    examples: ['lampkeeper connect rename sim-assistant "Desk light" "Reading light"'],
    run: async (context, [name = "", before = "", alias = ""]) => {
      const { id, lamps } = await connectionNamed(context, name);
      const lamp = lamps.find((each) => each.alias === before || each.handle === before);
      if (lamp === undefined)
        throw notFound(`no lamp is called "${before}" there`, "see connect list --json");
      if (context.dryRun) return { data: { id }, text: `${before} would be called ${alias}` };
      const body = { handle: lamp.handle, alias };
      const data = await context.hub().call("renameSharedLamp", { id, body });
      return { data, text: `${before} is called ${alias} there` };
    },
  },
  {
    path: "connect forget",
    summary:
      "Take every service back and make each forget; those that have not confirmed are listed (exit code 9)",
    examples: ["lampkeeper connect forget --yes"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "every service would be taken back" };
      await context.confirm("Take every service back, and make each forget what it has?");
      return noticesResult(
        await context.hub().call("eraseEverywhere"),
        settingOf(context.settings, "time-zone").value,
      );
    },
  },
  {
    path: "connect notices",
    summary: "Which services were told to correct or forget, and which have confirmed",
    options: [{ name: "retry", help: "ask those again that have not" }],
    examples: ["lampkeeper connect notices", "lampkeeper connect notices --retry"],
    run: async (context, _, options) => {
      const hub = context.hub();
      const isAsked = options["retry"] === true && !context.dryRun;
      return noticesResult(
        await hub.call(isAsked ? "retryServiceNotices" : "listServiceNotices"),
        settingOf(context.settings, "time-zone").value,
      );
    },
  },
  {
    path: "connect viewers",
    summary: "Who may see the home from far away, through the relay",
    examples: ["lampkeeper connect viewers"],
    run: async (context) => {
      const { data } = await context.hub().call("listViewers");
      return {
        data,
        text: {
          columns: ["VIEWER", "SINCE"],
          rows: data.map(({ id, since }) => [
            id,
            timeText(since, settingOf(context.settings, "time-zone").value),
          ]),
          empty: "nobody",
        },
      };
    },
  },
  {
    path: "connect invite",
    summary: "Let a phone see the home from far away, by the public key that it has made",
    args: [{ name: "key", help: "X25519, base64" }],
    examples: ["lampkeeper connect invite hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="],
    run: async (context, [publicKey = ""]) => {
      if (context.dryRun) return { data: {}, text: "the phone would be let see" };
      const data = await context.hub().call("addViewer", { body: { publicKey } });
      return { data, text: `viewer   ${data.id}\nhub key  ${data.hubKey}\nmailbox  ${data.mailbox}` };
    },
  },
  {
    path: "connect uninvite",
    summary: "No further frame leaves for this phone",
    args: [{ name: "viewer", help: "id, as connect viewers shows it" }],
    examples: ["lampkeeper connect uninvite vi-aaaaaaaaaaaa"],
    run: async (context, [id = ""]) => {
      if (context.dryRun) return { data: { id }, text: `${id} would see nothing any more` };
      await context.hub().call("removeViewer", { id });
      return { data: { id }, text: `${id} sees nothing any more` };
    },
  },
  {
    path: "connect simulate",
    summary: "The simulated services of others: what each got last, or let one do something",
    details:
      "Without a service: all of them, with what each can be told to do. Words for an act are key=value.",
    args: [
      { name: "service", help: "name of a simulated service", optional: true },
      { name: "act", help: "what it does", optional: true },
      { name: "words", help: "key=value", optional: true, variadic: true },
    ],
    examples: [
      "lampkeeper connect simulate",
      "lampkeeper connect simulate sim-assistant discover",
      "lampkeeper connect simulate sim-assistant terms text='We sell it now.'",
    ],
    run: async (context, [service, act, ...words]) => {
      const hub = context.hub();
      if (service === undefined) return servicesResult((await hub.call("listSimServices")).data);
      if (act === undefined) throw usageError("connect simulate takes a service and an act");
      const body = { service, act, with: actWords(words) };
      if (context.dryRun) return { data: body, text: `${service} would ${act}` };
      const data = await hub.call("actSimService", { body });
      return { data, text: data.done ? data.said : "the hub has refused it, and said nothing" };
    },
  },
];

const servicesResult = (data: Shape<"SimServices">["data"]): Result => ({
  data,
  text: {
    columns: ["SERVICE", "GOT", "LAST", "CAN"],
    rows: data.map(({ name, received, newest, acts }) => [name, `${received}`, newest ?? "", acts.join(" ")]),
  },
});
