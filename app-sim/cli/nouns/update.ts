import type { Shape } from "../../../hub/api/contract.ts";
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
      const [update, system, zone] = await Promise.all([
        hub.call("readUpdate"),
        hub.call("readSystem"),
        zoneOf(context),
      ]);
      return {
        data: { ...update, model: system.model, stages: system.stages },
        text: `${updateText(update, zone)}\n${systemText(system)}`,
      };
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
