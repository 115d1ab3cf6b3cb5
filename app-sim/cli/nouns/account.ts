import type { Shape } from "../../../hub/api/contract.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { fileOption, secretOf } from "../secret-options.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

const passwordFile = fileOption("password-file", "file with the password");

const shownText = (account: Shape<"Account">, timeZone: string | undefined): string =>
  [
    account.name,
    `  id             ${account.person}`,
    `  role           ${account.role}`,
    `  password       since ${timeText(account.since, timeZone)}`,
    `  authenticator  ${account.totp ? `on, ${account.recoveryCodes} recovery codes left` : "off"}`,
    ...(account.expires === null ? [] : [`  expires        ${timeText(account.expires, timeZone)}`]),
  ].join("\n");

/** Of somebody else, or without a name one's own. */
const setPassword = async (context: Context, word: string | undefined, options: Options): Promise<Result> => {
  const hub = context.hub();
  const person =
    word === undefined ? undefined : findOne("person", word, (await hub.call("listPeople")).data);
  if (context.dryRun) return { data: { id: person?.id }, text: "the password would be set" };
  const bytes = await secretOf(context, options, "password-file", "New password");
  try {
    if (person === undefined) await hub.call("changeOwnPassword", { bytes });
    else await hub.call("setPassword", { id: person.id, bytes });
  } finally {
    bytes.fill(0);
  }
  const who = person === undefined ? "you are" : `${person.name} can sign in, and is`;
  return { data: { id: person?.id }, text: `${who} signed out everywhere` };
};

const removePassword = async (context: Context, word: string | undefined): Promise<Result> => {
  if (word === undefined) throw usageError("account password remove takes a person");
  const hub = context.hub();
  const { id, name } = findOne("person", word, (await hub.call("listPeople")).data);
  if (context.dryRun) return { data: { id }, text: `${name} could not sign in any more` };
  await context.confirm(`Take the account of ${name} away? They stay known, and cannot sign in.`);
  await hub.call("removePassword", { id });
  return { data: { id }, text: `${name} cannot sign in any more` };
};

const beginTotp = async (context: Context): Promise<Result> => {
  if (context.dryRun) return { data: {}, text: "an authenticator would be set up" };
  const setUp = await context.hub().call("beginTotp");
  return {
    data: setUp,
    text: `${setUp.uri}\nshow it to your authenticator, then: lampkeeper account totp confirm`,
  };
};

const confirmTotp = async (context: Context, options: Options): Promise<Result> => {
  if (context.dryRun) return { data: {}, text: "codes would be asked for" };
  const bytes = await secretOf(context, options, "code-file", "Code of the authenticator");
  const answer = await context.hub().call("confirmTotp", { bytes });
  bytes.fill(0);
  const said =
    "codes are asked for from now on; each of these is good for once when the authenticator is lost";
  return { data: answer, text: [said, ...answer.codes].join("\n  ") };
};

const endTotp = async (context: Context): Promise<Result> => {
  if (context.dryRun) return { data: {}, text: "a password would be enough" };
  await context.confirm("Ask for no code any more?");
  await context.hub().call("endTotp");
  return { data: {}, text: "a password is enough" };
};

export const accountCommands: readonly CommandDefinition[] = [
  {
    path: "account show",
    summary: "Your own account; sign in first",
    examples: ["lampkeeper account show --hub http://127.0.0.1:8080 --token-file me.token"],
    run: async (context) => {
      const account = await context.hub().call("getAccount");
      return { data: account, text: shownText(account, settingOf(context.settings, "time-zone").value) };
    },
  },
  {
    path: "account password",
    summary: "Let somebody sign in, give them another password, or take their account away",
    details:
      "Without a person: your own. 8 to 128 bytes, made of whatever you like; only the commonest are refused. Whoever gets another password is signed out everywhere.",
    args: [
      { name: "what", help: "set or remove", completes: { choices: ["set", "remove"] } },
      { name: "person", help: "id or name of a person", optional: true, completes: "person" },
    ],
    options: [passwordFile],
    examples: [
      "lampkeeper account password set Ana",
      "lampkeeper account password set Ana --password-file -",
      "lampkeeper account password remove Ana --yes",
    ],
    run: async (context, [what, person], options) => {
      if (what === "set") return await setPassword(context, person, options);
      if (what === "remove") return await removePassword(context, person);
      throw usageError("account password takes set or remove");
    },
  },
  {
    path: "account totp",
    summary: "Ask for a code of your authenticator as well, or no longer",
    details:
      "on shows what the authenticator reads as a QR code (RFC 6238); nothing is asked for before confirm has seen its first code. Recovery codes are shown once.",
    args: [{ name: "what", help: "on, confirm or off", completes: { choices: ["on", "confirm", "off"] } }],
    options: [fileOption("code-file", "file with the first code")],
    examples: [
      "lampkeeper account totp on",
      "lampkeeper account totp confirm --code-file -",
      "lampkeeper account totp off --yes",
    ],
    run: async (context, [what], options) => {
      if (what === "on") return await beginTotp(context);
      if (what === "confirm") return await confirmTotp(context, options);
      if (what === "off") return await endTotp(context);
      throw usageError("account totp takes on, confirm or off");
    },
  },
];
