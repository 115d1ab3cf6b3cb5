import type { Shape } from "../../../hub/api/contract.ts";
import { usageError } from "../cli-error.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { instantOfText, timeText } from "../wording.ts";
import { zoneOf } from "./target.ts";

type Update = Shape<"Update">;
type System = Shape<"System">;

const reasons = {
  crashed: "it ended by itself",
  silent: "it hung",
  late: "it was not well in time",
  interrupted: "the power or its supervisor went before it was confirmed",
  damaged: "it was damaged",
  asked: "as asked",
} as const;

const imageText = (image: Update["image"]): string => (image === "factory" ? "package" : `slot ${image}`);

const trialText = ({ version, phase, notBefore }: NonNullable<Update["trial"]>, zone: string | undefined) => {
  if (phase === "running") return `${version} is on trial`;
  if (notBefore === undefined || notBefore === "restart") return `${version} waits for the next restart`;
  return `${version} waits until ${timeText(notBefore, zone)}`;
};

const lastText = ({ what, version, reason }: NonNullable<Update["last"]>): string =>
  what === "confirmed"
    ? `${version} was confirmed`
    : `${version} was taken back${reason === undefined ? "" : `: ${reasons[reason]}`}`;

const updateText = (update: Update, zone: string | undefined): string =>
  [
    `running ${update.version} (${imageText(update.image)})${update.supervised ? "" : ", not supervised"}`,
    ...update.images
      .filter(({ image }) => image !== update.image && image !== update.trial?.image)
      .map(({ image, version }) => `there is ${version} (${imageText(image)})`),
    ...(update.trial === undefined ? [] : [trialText(update.trial, zone)]),
    ...(update.last === undefined ? [] : [lastText(update.last)]),
  ].join("\n");

const systemText = ({ model, stages }: System): string =>
  `model ${model}\nstart: ${stages.map(({ stage, ok, ms, code }) => `${stage} ${ok ? `${ms} ms` : `failed (${code})`}`).join(", ")}`;

type Choices = Shape<"UpdateChoices">;

const automaticTexts = {
  on: "come by themselves, at night",
  off: "come when you install them",
  unanswered: "come when you install them, until you say otherwise: lampkeeper update automatic on",
} as const;

const offerText = ({ version, risk }: NonNullable<Choices["offer"]>): string =>
  `there is ${version}${risk === undefined ? "" : `, which ends a risk: ${risk}`}`;

const choicesText = ({ automatic, notices, source, looked, offer }: Choices): string =>
  [
    `updates ${automaticTexts[automatic]}`,
    `notices of updates are ${notices ? "on" : "off"}`,
    ...(source ? [] : ["nowhere to look for them: start the hub with --update-from DIR"]),
    ...(offer === undefined ? [] : [offerText(offer)]),
    ...(looked !== undefined && offer === undefined ? ["nothing newer was found"] : []),
  ].join("\n");

const onOrOff = (word: string | undefined, what: string): boolean => {
  if (word === "on" || word === "off") return word === "on";
  throw usageError(`update ${what} takes on or off`);
};

/** A switch of updates. */
const choiceCommand = (
  what: "automatic" | "notices",
  { summary, details }: Pick<CommandDefinition, "summary" | "details">,
): CommandDefinition => ({
  path: `update ${what}`,
  summary,
  ...(details === undefined ? {} : { details }),
  args: [{ name: "answer", help: "on or off", completes: { choices: ["on", "off"] } }],
  examples: [`lampkeeper update ${what} on`, `lampkeeper update ${what} off`],
  run: async (context, [word]) => {
    const body = { [what]: onOrOff(word, what) };
    if (context.dryRun) return { data: body, text: `${what} would be ${word}` };
    const choices = await context.hub().call("setUpdateChoices", { body });
    return { data: choices, text: choicesText(choices) };
  },
});

const momentOf = (word: string, what: string): string =>
  word === "restart" ? word : instantOfText(word, what);

const told = async (update: Update, zone: Promise<string | undefined>): Promise<Result> => ({
  data: update,
  text: updateText(update, await zone),
});

/** What a bundle, a restart or a word does to the hub's own software. */
export const updateCommands: readonly CommandDefinition[] = [
  {
    path: "update status",
    summary: "Which version runs, what waits or is on trial, and how the start went",
    examples: ["lampkeeper update status"],
    run: async (context) => {
      const hub = context.hub();
      const [update, choices, system, zone] = await Promise.all([
        hub.call("readUpdate"),
        hub.call("readUpdateChoices"),
        hub.call("readSystem"),
        zoneOf(context),
      ]);
      return {
        data: { ...update, choices, model: system.model, stages: system.stages },
        text: [
          updateText(update, zone),
          ...(update.supervised ? [choicesText(choices)] : []),
          systemText(system),
        ].join("\n"),
      };
    },
  },
  choiceCommand("automatic", {
    summary: "Let updates come by themselves, at night, or only when you install them",
    details:
      "Whatever is newer in the folder of --update-from, signed by whom the hub trusts, is taken and tried. Until you answer, nothing comes by itself.",
  }),
  choiceCommand("notices", { summary: "Be told in app and API that there is an update, or not" }),
  {
    path: "update look",
    summary: "Look for a new version now; the hub does so after each start and every day",
    examples: ["lampkeeper update look"],
    run: async (context) => {
      const choices = await context.hub().call("lookForUpdate");
      return { data: choices, text: choicesText(choices) };
    },
  },
  {
    path: "update install",
    summary: "Take a signed update; the hub restarts into it, on trial",
    details: "A version that is not well within 90 seconds is taken back by itself",
    args: [{ name: "file", help: "the update", completes: "file" }],
    options: [
      {
        name: "at",
        value: "TIME",
        help: "restart into it then, such as 2026-12-24T03:00; restart: wait for the next one",
      },
    ],
    examples: [
      "lampkeeper update install lampkeeper-0.2.0.update",
      "lampkeeper update install lampkeeper-0.2.0.update --at restart",
    ],
    run: async (context, [file = ""], options) => {
      const bytes = context.openBytes(file);
      const at = typeof options["at"] === "string" ? momentOf(options["at"], "--at") : undefined;
      if (context.dryRun) {
        await bytes.cancel();
        return { data: { file }, text: `${file} would be sent` };
      }
      const query = at === undefined ? {} : { notBefore: at };
      const update = await context.hub().call("installUpdate", { bytes, query });
      return { ...(await told(update, zoneOf(context))), next: "then: lampkeeper update status" };
    },
  },
  {
    path: "update confirm",
    summary: "Keep the version that is on trial",
    examples: ["lampkeeper update confirm"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "the version on trial would be kept" };
      return await told(await context.hub().call("confirmUpdate"), zoneOf(context));
    },
  },
  {
    path: "update revert",
    summary: "Go back to the version before, or drop an update that waits",
    examples: ["lampkeeper update revert --yes"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "the hub would go back to the version before" };
      await context.confirm("Go back to the version before? The hub restarts.");
      return await told(await context.hub().call("revertUpdate"), zoneOf(context));
    },
  },
  {
    path: "update postpone",
    summary: "Let an update that waits wait on",
    args: [{ name: "time", help: "a time such as 2026-12-24T03:00, or restart" }],
    examples: ["lampkeeper update postpone 2026-12-24T03:00", "lampkeeper update postpone restart"],
    run: async (context, [word = ""]) => {
      const body = { notBefore: momentOf(word, "the time") };
      if (context.dryRun) return { data: body, text: "the update would wait" };
      return await told(await context.hub().call("postponeUpdate", { body }), zoneOf(context));
    },
  },
];
