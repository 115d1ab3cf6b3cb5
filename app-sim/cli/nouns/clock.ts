import type { Shape } from "../../../hub/api/contract.ts";
import { homeModes } from "../../../hub/domain/rule.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { modeOf } from "../rule-words.ts";
import { clockText, instantOfText, timeText } from "../wording.ts";
import { zoneOf } from "./target.ts";

const statusText = (clock: Shape<"Clock">, timeZone: string | undefined): string =>
  `${timeText(clock.now, timeZone)}\n${clockText(clock)}`;

const vouched = async (context: Context, body: Shape<"Vouch">): Promise<Result> => {
  const clock = await context.hub().call("vouchForClock", { body });
  return { data: clock, text: statusText(clock, await zoneOf(context)) };
};

/** The clock that rules rely on, and the mode of the home. */
export const clockCommands: readonly CommandDefinition[] = [
  {
    path: "clock status",
    summary: "The hub's time, and how far it may be believed",
    details: "Rules by clock and sun run only while it is trusted.",
    examples: ["lampkeeper clock status"],
    run: async (context) => {
      const clock = await context.hub().call("readClock");
      return {
        data: clock,
        text: statusText(clock, await zoneOf(context)),
        ...(clock.trust === "trusted"
          ? {}
          : { next: "right? lampkeeper clock trust; wrong? lampkeeper clock set now" }),
      };
    },
  },
  {
    path: "clock trust",
    summary: "Say that the hub's clock is right as it is",
    examples: ["lampkeeper clock trust"],
    run: async (context) =>
      context.dryRun ? { data: {}, text: "the clock would be trusted" } : await vouched(context, {}),
  },
  {
    path: "clock set",
    summary: "Set the hub's clock; from then on it is trusted",
    args: [
      {
        name: "time",
        help: "now (this computer's time), or a time such as 2026-12-24T18:00 (this computer's zone)",
      },
    ],
    examples: ["lampkeeper clock set now", "lampkeeper clock set 2026-12-24T18:00"],
    run: async (context, [time = ""]) => {
      const now = time === "now" ? new Date().toISOString() : instantOfText(time, "the time");
      return context.dryRun
        ? { data: { now }, text: `the clock would be set to ${now}` }
        : await vouched(context, { now });
    },
  },
  {
    path: "mode",
    summary: "What mode the home is in",
    details: "Rules may ask for it, and change it.",
    examples: ["lampkeeper mode"],
    run: async (context) => {
      const { mode } = await context.hub().call("readMode");
      return { data: { mode }, text: mode };
    },
  },
  {
    path: "mode set",
    summary: "Put the home in another mode",
    args: [{ name: "mode", help: homeModes.join(", "), completes: { choices: homeModes } }],
    examples: ["lampkeeper mode set night"],
    run: async (context, [word = ""]) => {
      const mode = modeOf(word);
      if (context.dryRun) return { data: { mode }, text: `the home would be in mode ${mode}` };
      const after = await context.hub().call("setMode", { body: { mode } });
      return { data: after, text: `the home is in mode ${after.mode}` };
    },
  },
];
