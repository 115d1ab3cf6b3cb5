import type { Shape } from "../../../hub/api/contract.ts";
import { CliError, type Exit, usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { bytesOfDigits } from "../hex-secret.ts";
import type { Result } from "../output.ts";
import { secondsOf } from "../quantities.ts";
import { fileOption, secretOf } from "../secret-options.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

type Wifi = Shape<"Wifi">;
type Outcome = Shape<"JoinOutcome">["outcome"];

const linkText: Readonly<Record<Wifi["link"], string>> = {
  "no-service": "this machine's radio is not managed by NetworkManager",
  "no-radio": "this machine has no Wi-Fi radio",
  off: "the radio is off",
  apart: "not in the network",
  joining: "joining",
  joined: "in the network",
};

const outcomeText: Readonly<Record<Outcome, string>> = {
  joined: "joined",
  "wrong-password": "the password is wrong",
  "not-found": "there is no network of that name in reach",
  "timed-out": "the network did not answer in time",
  "no-service": linkText["no-service"],
  "no-radio": linkText["no-radio"],
  "not-supported": "NetworkManager's command line cannot take a name like this one",
  failed: "it did not join; the log of NetworkManager may say why",
};

const exitOf = (outcome: Outcome): Exit => {
  if (outcome === "joined") return "ok";
  if (outcome === "timed-out") return "timeout";
  return outcome === "no-radio" || outcome === "no-service" ? "hardwareMissing" : "refused";
};

const outcomeResult = (data: { readonly outcome: Outcome }): Result => ({
  data,
  text: outcomeText[data.outcome],
  exit: exitOf(data.outcome),
});

/** Whoever is visiting, unless it is said whose phone it is. */
const holderIn = async (context: Context, word: string | boolean | undefined) =>
  typeof word === "string"
    ? { person: findOne("person", word, (await context.hub().call("listPeople")).data).id }
    : {};

type Told = Shape<"SimPhoneTold">;

const toldText: Readonly<Record<Told["outcome"], string>> = {
  provisioned: "the phone has told the hub, and the hub is in the network",
  "no-hub": "the phone finds no hub that lets itself be told",
  busy: "the hub talks to another phone",
  "not-authorized": "the hub wants its button to be pressed first",
  "cannot-connect": "the hub could not join that network",
  refused: "the hub refused what the phone said",
  "no-answer": "the hub said nothing any more",
  "not-permitted": "the phone's app may not use Bluetooth",
};

const toldResult = (told: Told): Result => ({
  data: told,
  text: toldText[told.outcome],
  exit: told.outcome === "provisioned" ? "ok" : "refused",
  ...(told.outcome === "no-hub" ? { next: "press its button: lampkeeper panel press --seconds 1" } : {}),
});

/** A phone of one's own is in nobody's hand but one's own. @throws CliError */
const simulatedPhone = async <Answer>(call: Promise<Answer>): Promise<Answer> =>
  await call.catch((error: unknown) => {
    if (!(error instanceof CliError) || error.exit !== "notFound") throw error;
    throw new CliError(
      "refused",
      "phone_is_real",
      "this hub is not simulated: tell it the network with a phone of your own, by an app that speaks Improv",
      "press the button on its case first",
    );
  });

/** Both parts, asked for unseen or from files. Whoever gets it wipes it. @throws CliError */
const askedNetwork = async (
  context: Context,
  options: Parameters<CommandDefinition["run"]>[2],
): Promise<Uint8Array> => {
  if (options["ssid-file"] === "-" && options["password-file"] === "-")
    throw usageError("only one of the two can come from standard input");
  const ssid = await secretOf(context, options, "ssid-file", "Name of the network");
  const password = await secretOf(context, options, "password-file", "Password");
  const bytes = packed(ssid, password);
  for (const each of [ssid, password]) each.fill(0);
  return bytes;
};

const networkOptions = [
  fileOption("ssid-file", "file with the name of the network"),
  fileOption("password-file", "file with its password"),
];

const statusText = (context: Context, { set, link, since, outcome, openUntil }: Wifi): string => {
  const timeZone = settingOf(context.settings, "time-zone").value;
  return [
    set ? "a network is set" : "no network is set\n  set one: lampkeeper wifi set",
    `  link  ${linkText[link]}, since ${timeText(since, timeZone)}`,
    ...(outcome === undefined || outcome === "joined" ? [] : [`  last attempt  ${outcomeText[outcome]}`]),
    ...(openUntil === undefined ? [] : [`  lamps may be told it until ${timeText(openUntil, timeZone)}`]),
  ].join("\n");
};

/** `length (1) | name | length (1) | password`; what is too long for its byte is told here. */
const packed = (ssid: Uint8Array, password: Uint8Array): Uint8Array => {
  for (const part of [ssid, password])
    if (part.length > 255) throw usageError("the name has at most 32 bytes, the password at most 64");
  return Uint8Array.of(ssid.length, ...ssid, password.length, ...password);
};

/** As the hub takes it. @throws CliError */
const addressOf = (word: string): Buffer => {
  const bytes = bytesOfDigits(Buffer.from(word));
  if (bytes?.length !== 6) throw usageError("an address looks like a4:c1:38:02:83:f4");
  return bytes;
};

/**
 * Tells a lamp of the air the network: in clear where somebody said the word for that, else sealed with the code on its label.
 * @param options those of `wifi improv`
 */
export const shareByImprov = async (context: Context, address: string, options: Options): Promise<Result> => {
  const { confirm } = options;
  if (typeof confirm === "string")
    return outcomeResult(await context.hub().call("shareWifiInClear", { body: { address, confirm } }));
  const code = await secretOf(context, options, "code-file", "Code on the lamp's label");
  const bytes = Buffer.concat([addressOf(address), code]);
  const said = await context.hub().call("shareWifiSealed", { bytes });
  for (const each of [code, bytes]) each.fill(0);
  return outcomeResult(said);
};

export const wifiCommands: readonly CommandDefinition[] = [
  {
    path: "wifi status",
    summary: "Whether a network is set, and how the hub's link is",
    examples: ["lampkeeper wifi status"],
    run: async (context) => {
      const wifi = await context.hub().call("readWifi");
      return { data: wifi, text: statusText(context, wifi) };
    },
  },
  {
    path: "wifi set",
    summary: "Set name and password of the home's network; they are sealed, and shown to nobody again",
    details:
      "Both are asked for unseen, or come from files; a line break at the end of a file does not count.",
    options: networkOptions,
    examples: ["lampkeeper wifi set", "lampkeeper wifi set --ssid-file name.txt --password-file -"],
    run: async (context, _, options) => {
      const bytes = await askedNetwork(context, options);
      if (context.dryRun) return { data: {}, text: "the network would be set" };
      const wifi = await context.hub().call("setWifi", { bytes });
      bytes.fill(0);
      return { data: wifi, text: "the network is set; see how it goes: lampkeeper wifi test" };
    },
  },
  {
    path: "wifi phone",
    summary:
      "Let a simulated phone tell the hub a network, as an app that speaks Improv would; press the button first",
    details: "Only in a simulated home. The hub tries the network before it keeps it.",
    options: [
      ...networkOptions,
      { name: "person", value: "PERSON", help: "whose phone: it needs permission for Bluetooth" },
    ],
    examples: [
      "lampkeeper panel press --seconds 1",
      "lampkeeper wifi phone --ssid-file name.txt --password-file password.txt",
    ],
    run: async (context, _, options) => {
      const bytes = await askedNetwork(context, options);
      if (context.dryRun) return { data: {}, text: "the phone would tell the hub the network" };
      const { paused } = await simulatedPhone(context.hub().call("readSimClock"));
      if (paused)
        throw new CliError("refused", "clock_paused", "the clock stands still, and so does the phone");
      const query = await holderIn(context, options["person"]);
      const told = await context.hub().call("tellBySimPhone", { bytes, query });
      bytes.fill(0);
      return toldResult(told);
    },
  },
  {
    path: "wifi test",
    summary: "Join the network anew, and say what came of it",
    examples: ["lampkeeper wifi test --timeout 1m"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "the network would be joined anew" };
      return outcomeResult(await context.hub().call("testWifi"));
    },
  },
  {
    path: "wifi forget",
    summary: "Destroy the key of name and password, and leave the network",
    examples: ["lampkeeper wifi forget --yes"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "the network would be forgotten" };
      await context.confirm("Forget the network? A hub without a cable is then reached by nobody.");
      await context.hub().call("forgetWifi");
      return { data: {}, text: "the network is forgotten" };
    },
  },
  {
    path: "wifi allow",
    summary: "For a while, lamps may be told the network",
    options: [{ name: "for", value: "TIME", help: "how long, at most 10m (default 2m)" }],
    examples: ["lampkeeper wifi allow --for 5m"],
    run: async (context, _, options) => {
      const time = options["for"];
      const body = typeof time === "string" ? { seconds: secondsOf(time, "--for") } : {};
      if (context.dryRun) return { data: body, text: "lamps could be told the network" };
      const wifi = await context.hub().call("openProvisioning", { body });
      return { data: wifi, text: statusText(context, wifi) };
    },
  },
  {
    path: "wifi deny",
    summary: "Lamps are told nothing from now on",
    examples: ["lampkeeper wifi deny"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "lamps would be told nothing" };
      await context.hub().call("closeProvisioning");
      return { data: {}, text: "lamps are told nothing from now on" };
    },
  },
  {
    path: "wifi share",
    summary: "Tell a lamp the network, which it tries before it keeps it; allow it first",
    args: [{ name: "lamp", help: "id or name of a lamp", completes: "lamp" }],
    options: [fileOption("code-file", "file with the code printed on the lamp")],
    examples: ["lampkeeper wifi share 'Desk lamp' --code-file label.txt"],
    run: async (context, [word = ""], options) => {
      const { id, name } = findOne("lamp", word, (await context.hub().call("listLights")).data);
      if (context.dryRun) return { data: { id }, text: `${name} would be told the network` };
      const code = await secretOf(context, options, "code-file", "Code on the lamp's label");
      const said = await context.hub().call("shareWifi", { id, bytes: code });
      code.fill(0);
      return outcomeResult(said);
    },
  },
  {
    path: "wifi improv",
    summary: "Tell a lamp that speaks Improv the network, over Bluetooth; allow it first",
    details:
      "Sealed with the code on the lamp's label, where the lamp knows how. Where it does not, the password travels so that whoever is near can read it: that takes --confirm unencrypted.",
    args: [{ name: "address", help: "of the lamp, such as a4:c1:38:02:83:f4" }],
    options: [
      fileOption("code-file", "file with the code printed on the lamp"),
      { name: "confirm", value: "WORD", help: "unencrypted: let the password be read by whoever is near" },
    ],
    examples: [
      "lampkeeper wifi improv a4:c1:38:02:83:f4 --code-file label.txt",
      "lampkeeper wifi improv a4:c1:38:02:83:f4 --confirm unencrypted",
    ],
    run: async (context, [word = ""], options) => {
      addressOf(word);
      if (context.dryRun) return { data: { address: word }, text: `${word} would be told the network` };
      return await shareByImprov(context, word, options);
    },
  },
];
