import type { Shape } from "../../../hub/api/contract.ts";
import { notRunTexts } from "../../../hub/domain/rule-text.ts";
import { usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { settingOf } from "../settings.ts";
import { causeText, dayText, linkText, stateText, timeText } from "../wording.ts";
import { findLamp, lampsOf, zoneOf } from "./target.ts";

type Why = Shape<"Why">;
type Event = Shape<"Event">;

const endText = (
  { confirmedAt, acceptedAt, notRun }: Why["entries"][number],
  timeZone: string | undefined,
): string => {
  if (notRun !== undefined) return `did not run: ${notRunTexts[notRun]}`;
  if (confirmedAt !== undefined) return `confirmed ${timeText(confirmedAt, timeZone)}`;
  if (acceptedAt === undefined) return "not confirmed yet";
  return `handed over ${timeText(acceptedAt, timeZone)}; this lamp does not say what it shows`;
};

const whyText = (name: string, why: Why, now: string, timeZone: string | undefined): string => {
  const { cause, entries, reachable, settled, rules, links } = why;
  const ruleName = (id: string): string => rules.find(({ rule }) => rule === id)?.name ?? id;
  const last = entries.find((entry) => entry.notRun === undefined);
  const lines = entries.map((entry) => {
    const { cause, desired } = entry;
    const end = endText(entry, timeZone);
    return `  ${timeText(cause.at, timeZone)}  ${stateText(desired)}: ${causeText(cause, ruleName)}; ${end}`;
  });
  const state = last === undefined ? "" : ` is ${stateText(last.desired)}`;
  const note = reachable ? (settled ? "" : "; still on its way") : "; not reachable";
  return [
    `${name}${state}: ${causeText(cause, ruleName)}${note}`,
    ...lines,
    ...(links === undefined
      ? []
      : [`  reached by ${linkText(links)}, since ${timeText(links.since, timeZone)}`]),
    ...rules.map((rule) => `  rule ${ruleLine(rule, now, timeZone)}`),
  ].join("\n");
};

/** What a rule of the lamp will do, and why it did not when it did not. */
const ruleLine = (
  { name, next, last, heldText }: Why["rules"][number],
  now: string,
  timeZone: string | undefined,
): string =>
  [
    `${JSON.stringify(name)}: next ${next === undefined ? "not by clock or sun" : dayText(next.at, now, timeZone)}`,
    ...(heldText === undefined ? [] : [`held back now: ${heldText}`]),
    ...(last === undefined || last.result === "fired"
      ? []
      : [`did not run ${timeText(last.at, timeZone)}: ${last.text}`]),
  ].join("; ");

const eventText = (event: Event, timeZone: string | undefined): string => {
  switch (event.kind) {
    case "light.desired-changed":
      return `${timeText(event.cause.at, timeZone)}  ${event.lamp}  wanted ${stateText(event.desired)}: ${causeText(event.cause)}`;
    case "light.reported":
      return `${timeText(event.cause.at, timeZone)}  ${event.lamp}  shows ${stateText(event.reported)}`;
    case "light.not-run":
      return `${timeText(event.cause.at, timeZone)}  ${event.lamp}  did not run: ${notRunTexts[event.reason]}`;
    default:
      return "at" in event
        ? `${timeText(event.at, timeZone)}  ${JSON.stringify(event)}`
        : JSON.stringify(event);
  }
};

const statusOf = async (context: Context): Promise<Result> => {
  const hub = context.hub();
  const [ready, lamps, devices] = await Promise.all([
    hub.read("checkReadiness"),
    lampsOf(context),
    hub.call("listDevices"),
  ]);
  const count = {
    lamps: lamps.length,
    on: lamps.filter(({ desired }) => desired.on).length,
    unreachable: lamps.filter(({ reachable }) => !reachable).length,
    sensors: devices.data.filter(({ kind }) => kind === "sensor").length,
  };
  const isReady = ready.status === 200;
  const unreachable = count.unreachable === 0 ? "" : `, ${count.unreachable} not reachable`;
  return {
    data: { url: hub.url, ready: isReady, ...count },
    text: `${isReady ? "ready" : "starting"} at ${hub.url}\n${count.on} of ${count.lamps} lamps on${unreachable}, ${count.sensors} sensors`,
    next: "more: lampkeeper lamp list",
  };
};

const sinceOption = { name: "last-event-id", value: "ID", help: "continue where an earlier reader left off" };

export const hubCommands: readonly CommandDefinition[] = [
  {
    path: "status",
    summary: "The home in two lines",
    examples: ["lampkeeper status"],
    run: statusOf,
  },
  {
    path: "health",
    summary: "Whether the hub lives and is ready; exit code 6 while it is not",
    examples: ["lampkeeper health", "until lampkeeper health; do sleep 1; done"],
    run: async (context) => {
      const [alive, ready] = await Promise.all([
        context.hub().read("checkHealth"),
        context.hub().read("checkReadiness"),
      ]);
      const data = { alive: alive.status === 200, ready: ready.status === 200 };
      return {
        data,
        text: data.ready ? "ready" : data.alive ? "alive, not ready" : "not well",
        ...(data.ready ? {} : { exit: "refused" as const }),
      };
    },
  },
  {
    path: "why",
    summary: "Why a lamp is as it is, what did not run, and how its rules stand",
    args: [{ name: "lamp", help: "id or name of a lamp", completes: "lamp" }],
    examples: ["lampkeeper why Hall", "lampkeeper why Hall --json"],
    run: async (context, [word = ""]) => {
      const lamp = await findLamp(context, word);
      const [why, { now }, zone] = await Promise.all([
        context.hub().call("explainLight", { id: lamp.id }),
        context.hub().call("readClock"),
        zoneOf(context),
      ]);
      return {
        data: why,
        text: whyText(lamp.name, why, now, zone),
      };
    },
  },
  {
    path: "events",
    summary: "Everything that happens, as it happens: one line each, or --ndjson",
    options: [
      { name: "count", value: "N", help: "end after so many" },
      { name: "kind", value: "KIND", help: "only events whose kind begins so, such as light." },
      sinceOption,
    ],
    examples: ["lampkeeper events", "lampkeeper events --ndjson --count 10 --kind light."],
    run: async (context, _, options) => {
      const limit = typeof options["count"] === "string" ? Number(options["count"]) : Infinity;
      if (!(limit > 0)) throw usageError("--count takes a number above 0");
      const { kind, "last-event-id": since } = options;
      await follow(
        context,
        limit,
        typeof kind === "string" ? kind : "",
        typeof since === "string" ? since : undefined,
      );
      return undefined;
    },
  },
];

const follow = async (
  context: Context,
  limit: number,
  kind: string,
  since: string | undefined,
): Promise<void> => {
  const timeZone = settingOf(context.settings, "time-zone").value;
  const { json, ndjson } = context.out.voice;
  let seen = 0;
  try {
    for await (const { data: event } of context.hub().events(context.signal, since)) {
      if (!event.kind.startsWith(kind)) continue;
      if (json || ndjson) context.out.line(event);
      else context.out.text(`${eventText(event, timeZone)}\n`);
      if (++seen >= limit) return;
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
};
