import type { Shape } from "../../../hub/api/contract.ts";
import { developerActions } from "../../../hub/domain/access.ts";
import type { DeveloperId } from "../../../hub/domain/ids.ts";
import { DeveloperKey } from "../../client/developer-key.ts";
import { HubClient } from "../../client/hub-client.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { hexSecret } from "../hex-secret.ts";
import type { Result } from "../output.ts";
import { oneOf } from "../rights-options.ts";
import { fileOption } from "../secret-options.ts";

type Program = Shape<"Developer">;

const programArgument = { name: "program", help: "id or label of a program" } as const;
const deviceArgument = { name: "device", help: "id or name of a device, or all" } as const;
const actionArgument = {
  name: "action",
  help: `one of ${developerActions.join(", ")}`,
  completes: { choices: developerActions },
} as const;

const programs = async (context: Context): Promise<readonly (Program & { readonly name: string })[]> =>
  (await context.hub().call("listDevelopers")).data.map((program) => ({ ...program, name: program.label }));

const findProgram = async (context: Context, word: string) =>
  findOne("program", word, await programs(context));

const deviceOf = async (context: Context, word: string): Promise<string> =>
  word === "all" ? word : findOne("device", word, (await context.hub().call("listDevices")).data).id;

const wishText = ({ device, action, state, reason }: Program["resources"][number]): string =>
  `${action} ${device}: ${state}${reason === undefined ? "" : ` (${reason})`}`;

const keyOf = async (context: Context, options: Readonly<Record<string, string | boolean | undefined>>) => {
  const seed = await hexSecret(context, options, "key-file", "Key of the program, 64 hexadecimal digits");
  if (seed.length !== 32) throw usageError("--key-file takes 32 bytes: 64 hexadecimal digits");
  const key = new DeveloperKey(seed);
  seed.fill(0);
  return key;
};

/** A token for a program that shows its key. */
const entered = async (context: Context, key: DeveloperKey, id: string) => {
  const hub = context.hub();
  const { challenge } = await hub.call("challengeDeveloper", { body: { id } });
  const proof = { id, challenge, signature: key.signProof(id, challenge) };
  const { token } = await hub.call("enterDeveloper", { body: proof });
  return new HubClient({ url: hub.url, token, fetch: (request) => fetch(request) });
};

const decided = async (
  context: Context,
  [word = "", device = "", action = ""]: readonly string[],
  decision: "approve" | "refuse" | "revoke",
  reason?: string,
): Promise<Result> => {
  const program = await findProgram(context, word);
  const wish = {
    device: await deviceOf(context, device),
    action: oneOf(action, "action", developerActions),
  };
  if (context.dryRun)
    return { data: { ...wish, decision }, text: `${decision} ${action} for ${program.label}` };
  const body = { ...wish, decision, ...(reason === undefined ? {} : { reason }) };
  const changed = await context.hub().call("decideResource", { id: program.id as DeveloperId, body });
  return { data: changed, text: [changed.label, ...changed.resources.map(wishText)].join("\n  ") };
};

export const developerCommands: readonly CommandDefinition[] = [
  {
    path: "developer apply",
    summary: "Make a program known by its key, or ask for something more; its maker stays unknown",
    details:
      "Prints the words a developer agrees to. The key is 32 random bytes in hexadecimal, which never leave this machine.",
    args: [{ name: "label", help: "what the program is called" }],
    options: [
      fileOption("key-file", "the key of the program"),
      { name: "device", value: "DEVICE", help: "what it asks for: id or name of a device, or all" },
      { name: "action", value: "ACTION", help: actionArgument.help, completes: actionArgument.completes },
      { name: "agree", help: "agree to the words of a developer" },
    ],
    examples: [
      "lampkeeper developer apply mood-light --key-file mood.key --device all --action list --agree",
    ],
    run: async (context, [label = ""], options) => {
      const hub = context.hub();
      const { version, text } = await hub.call("readDeveloperTerms");
      if (options["agree"] !== true) throw usageError(`agree with --agree: "${text}"`);
      const key = await keyOf(context, options);
      if (context.dryRun) return { data: { label }, text: `${label} would be made known` };
      const { publicKey } = key;
      const known = (await programs(context)).find((program) => program.publicKey === publicKey);
      const signature = key.signApplication(label);
      const program =
        known ??
        (await hub.call("applyDeveloper", { body: { label, publicKey, terms: version, signature } }));
      const { device, action } = options;
      if (typeof device !== "string" || typeof action !== "string")
        return { data: program, text: `${program.label} (${program.id}) is known; it may do nothing yet` };
      const own = await entered(context, key, program.id);
      const wish = {
        device: await deviceOf(context, device),
        action: oneOf(action, "action", developerActions),
      };
      const asked = await own.call("askResource", { body: wish });
      return { data: asked, text: `${asked.label} asks: ${asked.resources.map(wishText).join("; ")}` };
    },
  },
  {
    path: "developer list",
    summary: "Programs that may ask, and what became of it",
    examples: ["lampkeeper developer list"],
    run: async (context) => {
      const { data } = await context.hub().call("listDevelopers");
      return {
        data,
        text: {
          columns: ["PROGRAM", "ASKS", "ID"],
          rows: data.map(({ label, resources, id }) => [
            label,
            resources.map(wishText).join("; "),
            { text: id, dim: true },
          ]),
          empty: "no programs",
        },
      };
    },
  },
  {
    path: "developer approve",
    summary: "Allow what a program has asked for",
    args: [programArgument, deviceArgument, actionArgument],
    examples: ["lampkeeper developer approve mood-light Hall command"],
    run: (context, args) => decided(context, args, "approve"),
  },
  {
    path: "developer refuse",
    summary: "Refuse it, and say why",
    args: [programArgument, deviceArgument, actionArgument],
    options: [{ name: "reason", value: "TEXT", help: "what the program is told" }],
    examples: ['lampkeeper developer refuse mood-light Hall command --reason "not in the bedroom"'],
    run: async (context, args, { reason }) => {
      if (typeof reason !== "string") throw usageError("say why, with --reason");
      return decided(context, args, "refuse", reason);
    },
  },
  {
    path: "developer revoke",
    summary: "Take one access back, or forget the whole program; what it has opened ends at once",
    args: [programArgument, { ...deviceArgument, optional: true }, { ...actionArgument, optional: true }],
    examples: [
      "lampkeeper developer revoke mood-light Hall command",
      "lampkeeper developer revoke mood-light --yes",
    ],
    run: async (context, args) => {
      const [word = "", device] = args;
      if (device !== undefined) return decided(context, args, "revoke");
      const program = await findProgram(context, word);
      if (context.dryRun) return { data: { id: program.id }, text: `${program.label} would be forgotten` };
      await context.confirm(`Forget ${program.label}? Its log goes with it.`);
      await context.hub().call("removeDeveloper", { id: program.id as DeveloperId });
      return { data: { id: program.id }, text: `${program.label} is forgotten` };
    },
  },
  {
    path: "developer log",
    summary: "What a program has called: time, route and outcome",
    args: [programArgument],
    examples: ["lampkeeper developer log mood-light"],
    run: async (context, [word = ""]) => {
      const { id } = await findProgram(context, word);
      const { data } = await context.hub().call("listDeveloperCalls", { id: id as DeveloperId });
      return {
        data,
        text: {
          columns: ["AT", "ROUTE", "OUTCOME", "FROM"],
          rows: data.map(({ at, route, outcome, address }) => [at, route, `${outcome}`, address]),
          empty: "it has called nothing",
        },
      };
    },
  },
];
