import type { Shape } from "../../../hub/api/contract.ts";
import { usageError } from "../cli-error.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Options } from "../settings.ts";

type Item = Shape<"RetentionItem">;

const ruleOf = ({ kind, days, while: purpose }: Item): string => {
  const rule =
    kind === "days" ? `${days} days` : kind === "newest" ? "the newest only" : "until it is removed";
  return purpose === undefined ? rule : `${rule}, while ${purpose} is wanted`;
};

const clockText = ({ state, clock, believed, off }: Shape<"RetentionClock">): string => {
  if (state === "unknown")
    return `The clock says ${clock}, and cannot be believed yet: nothing is forgotten.`;
  if (state === "believed") return `The clock says ${clock}, and is believed.`;
  return `The clock says ${clock}, ${Math.abs(off ?? 0)} s off what is believed: ${believed}. Nothing is forgotten by it.`;
};

const reasons = ["claim", "litigation", "authority"] as const;
const ends = ["delete", "anonymise"] as const;
const recordings = ["history", "changes", "log"] as const;

const oneOf = <Word extends string>(words: readonly Word[], word: string, what: string): Word => {
  const found = words.find((each) => each === word);
  if (found === undefined) throw usageError(`${what} is one of ${words.join(", ")}`);
  return found;
};

const valuesOf = (options: Options, name: string): readonly string[] => {
  const value = options[name];
  return typeof value === "string" ? value.split(",").map((each) => each.trim()) : [];
};

/** What is kept and until when, what was changed, and what whoever helps may see. */
export const retentionCommands: readonly CommandDefinition[] = [
  {
    path: "privacy retention",
    summary: "Everything the home keeps: until when, how much, and what is held",
    examples: ["lampkeeper privacy retention"],
    run: async (context) => {
      const { data } = await context.hub().call("listRetention");
      return {
        data,
        text: {
          columns: ["WHAT", "KEPT", "THEN", "IN USE", "LAPSING", "HELD"],
          rows: data.map((item) => [
            item.item,
            ruleOf(item),
            item.end,
            `${item.records}`,
            `${item.lapsing}`,
            `${item.held}`,
          ]),
        },
      };
    },
  },
  {
    path: "privacy clock",
    summary: "Whether the clock is believed when it comes to forgetting",
    examples: ["lampkeeper privacy clock"],
    run: async (context) => {
      const clock = await context.hub().call("readRetentionClock");
      return {
        data: clock,
        text: clockText(clock),
        ...(clock.state === "doubted"
          ? { next: "is the date right? lampkeeper privacy confirm-date DATE" }
          : {}),
      };
    },
  },
  {
    path: "privacy confirm-date",
    summary: "Say that the date is right after the clock has jumped by more than a day",
    details: "What is past its end by that date is forgotten with the next sweep, within an hour.",
    args: [{ name: "date", help: "today, such as 2026-11-27" }],
    examples: ["lampkeeper privacy confirm-date 2026-11-27"],
    run: async (context, [date = ""]) => {
      if (context.dryRun) return { data: { date }, text: `the date would be confirmed: ${date}` };
      const clock = await context.hub().call("confirmDate", { body: { date } });
      return { data: clock, text: clockText(clock) };
    },
  },
  {
    path: "privacy time-key",
    summary: "Whose signed time is believed: an Ed25519 key, or none",
    args: [{ name: "key", help: "32 bytes in base64url, or none" }],
    examples: ["lampkeeper privacy time-key none"],
    run: async (context, [word = ""]) => {
      const key = word === "none" ? null : word;
      if (context.dryRun) return { data: { key }, text: "the key would be set" };
      const answer = await context.hub().call("setTimeKey", { body: { key } });
      return {
        data: answer,
        text: answer.key === null ? "nobody's signed time is believed" : "the key is set",
      };
    },
  },
  {
    path: "privacy disposals",
    summary: "What has come to its end in the last 365 days, and how",
    examples: ["lampkeeper privacy disposals"],
    run: async (context) => {
      const { data } = await context.hub().call("listDisposals");
      return {
        data,
        text: {
          columns: ["WHEN", "WHAT", "RECORDS", "BECAME", "BECAUSE"],
          rows: data.map((each) => [each.at, each.item, `${each.records}`, each.action, each.reason]),
        },
      };
    },
  },
  {
    path: "privacy holds",
    summary: "What may not be destroyed because somebody needs it for a claim or a court",
    examples: ["lampkeeper privacy holds"],
    run: async (context) => {
      const { data } = await context.hub().call("listHolds");
      return {
        data,
        text: {
          columns: ["ID", "WHAT", "REASON", "OF", "SINCE"],
          rows: data.map(({ id, item, reason, person, opened }) => [
            id,
            item,
            reason,
            person ?? "everybody",
            opened,
          ]),
        },
      };
    },
  },
  {
    path: "privacy hold",
    summary: "Keep something beyond its end, where nothing reads it",
    args: [
      { name: "what", help: "as privacy retention names it" },
      { name: "reason", help: reasons.join(", "), completes: { choices: reasons } },
    ],
    options: [{ name: "person", value: "ID", help: "of this person alone" }],
    examples: ["lampkeeper privacy hold occurrences litigation"],
    run: async (context, [item = "", word = ""], { person }) => {
      const reason = oneOf(reasons, word, "the reason");
      if (context.dryRun) return { data: { item, reason }, text: `${item} would be held` };
      const body = { item, reason, ...(typeof person === "string" ? { person } : {}) };
      const hold = await context.hub().call("openHold", { body });
      return { data: hold, text: `${item} is held: ${hold.id}` };
    },
  },
  {
    path: "privacy release",
    summary: "Close a hold: what is past its end goes within an hour",
    args: [{ name: "hold", help: "its id" }],
    examples: ["lampkeeper privacy release lh-aaaaaaaaaaaa"],
    run: async (context, [id = ""]) => {
      if (context.dryRun) return { data: { id }, text: "the hold would be closed" };
      await context.hub().call("closeHold", { id });
      return { data: { id }, text: "the hold is closed" };
    },
  },
  {
    path: "privacy history-end",
    summary:
      "What becomes of the history of light at its end: deleted, or numbers by the month that are of nobody",
    args: [{ name: "end", help: ends.join(", "), completes: { choices: ends } }],
    examples: ["lampkeeper privacy history-end anonymise"],
    run: async (context, [word = ""]) => {
      const end = oneOf(ends, word, "the end");
      if (context.dryRun) return { data: { end }, text: `it would be: ${end}` };
      const answer = await context.hub().call("chooseEnd", { body: { end } });
      return { data: answer, text: `at its end: ${answer.end}` };
    },
  },
  {
    path: "privacy changes",
    summary: "Who changed a setting, a name or a permission, and when",
    examples: ["lampkeeper privacy changes"],
    run: async (context) => {
      const { data } = await context.hub().call("listChanges");
      return {
        data,
        text: {
          columns: ["WHEN", "WHAT", "OF", "BEFORE", "AFTER", "BY"],
          rows: data.map(({ at, field, id, before, after, by }) => [
            at,
            field,
            id ?? "the home",
            before ?? "-",
            after ?? "-",
            by ?? "the hub",
          ]),
        },
      };
    },
  },
  {
    path: "privacy recording",
    summary: "What the hub writes down about what goes on in it; and have it write down less",
    options: recordings.map((name) => ({ name, value: "on|off", help: `switch ${name} on or off` })),
    examples: ["lampkeeper privacy recording", "lampkeeper privacy recording --log off"],
    run: async (context, _, options) => {
      const wanted = recordings.flatMap((name) => {
        const [word] = valuesOf(options, name);
        return word === undefined ? [] : [[name, oneOf(["on", "off"], word, name) === "on"] as const];
      });
      const recording =
        wanted.length === 0 || context.dryRun
          ? await context.hub().call("readRecording")
          : await context.hub().call("setRecording", { body: Object.fromEntries(wanted) });
      return {
        data: recording,
        text: {
          columns: ["WHAT", "WRITTEN DOWN"],
          rows: recordings.map((name) => [name, recording[name] ? "yes" : "no"]),
        },
      };
    },
  },
  {
    path: "privacy insights",
    summary: "All that is counted of who agreed to it: by the week, coarse, and of at least three people",
    examples: ["lampkeeper privacy insights --json"],
    run: async (context) => {
      const insights = await context.hub().call("readInsights");
      return {
        data: insights,
        text: {
          columns: ["WHEN", "WHAT", "HOW OFTEN"],
          rows: [
            ...insights.counts.map(({ week, what, count }) => [week, what, `${count}`]),
            ...insights.months.map(({ month, changes }) => [month, "changes of light", `${changes}`]),
            ["now", "developers with access", `${insights.developers}`],
          ],
        },
      };
    },
  },
  {
    path: "privacy tastes",
    summary: "What the hub has learned of how you like the light; with --forget, no more",
    options: [{ name: "forget", help: "forget all of it" }],
    examples: ["lampkeeper privacy tastes", "lampkeeper privacy tastes --forget"],
    run: async (context, _, { forget }) => {
      if (forget === true && !context.dryRun) await context.hub().call("forgetTastes");
      const { data } = await context.hub().call("listTastes");
      return {
        data,
        text: {
          columns: ["ROOM", "WHEN", "BRIGHTNESS", "KELVIN", "CHOICES"],
          rows: data.map(({ room, part, brightness, colorTemperature, samples }) => [
            room,
            part,
            `${brightness}%`,
            `${colorTemperature ?? "-"}`,
            `${samples}`,
          ]),
        },
      };
    },
  },
  {
    path: "support bundle",
    summary: "Write a file for whoever helps you: redacted but for the parts that you tick. Nothing is sent",
    details: "Without --out it is only shown, exactly as it would be written.",
    options: [
      { name: "with", value: "PARTS", help: "parts that are to be in it whole, such as rooms,rules" },
      { name: "out", value: "FILE", help: "where to write it", completes: "file" },
    ],
    examples: ["lampkeeper support bundle", "lampkeeper support bundle --out bundle.json --with rules"],
    run: async (context, _, options) => {
      const bundle = await context.hub().call("makeSupportBundle", {
        body: { with: valuesOf(options, "with") },
      });
      const { out } = options;
      if (typeof out === "string" && !context.dryRun)
        context.writeFile(out, `${JSON.stringify(bundle, null, 2)}\n`);
      return {
        data: bundle,
        text: {
          columns: ["PART", "RECORDS", "ABOUT", "IN IT", "BYTES"],
          rows: bundle.parts.map(({ name, records, class: of, ticked, content }) => [
            name,
            `${records}`,
            of,
            ticked ? "whole" : "redacted",
            `${content.length}`,
          ]),
        },
        next:
          typeof out === "string"
            ? `written to ${out}; give it to nobody you would not tell`
            : "--out FILE writes it",
      };
    },
  },
];
