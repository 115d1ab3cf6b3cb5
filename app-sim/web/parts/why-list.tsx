import { useSignal, useSignalEffect } from "@preact/signals";
import { lampColor } from "../model/lamp-color.ts";
import type { LightCapabilities, Why } from "../model/shapes.ts";
import { ago, causeWords, linkWords, notRunWords, stateWords, timeOfDay, until } from "../model/words.ts";

import type { LampModel } from "../store/home.ts";
import { hub } from "../store/hub.ts";
import { linkTo } from "../store/route.ts";
import { homeZone, now } from "../store/time.ts";

type Entry = Why["entries"][number];

const sentence = ({ desired, notRun, cause }: Entry, { brightness }: LightCapabilities): string => {
  const what = stateWords(desired, brightness !== undefined);
  return notRun
    ? `${what} was asked by ${causeWords(cause)}, but ${notRunWords(notRun)}`
    : `${what}, by ${causeWords(cause)}`;
};

const msBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** Milliseconds from the wish to the lamp's own word, or to its hands where it has none. */
const confirmation = ({ cause, confirmedAt, acceptedAt }: Entry): string | undefined => {
  if (confirmedAt) return `confirmed after ${msBetween(cause.at, confirmedAt)} ms`;
  return acceptedAt && `handed over after ${msBetween(cause.at, acceptedAt)} ms`;
};

/** What happened to a lamp, and what did not, newest first. Asked anew whenever its cause changes. */
export const WhyList = ({ lamp }: { lamp: LampModel }) => {
  const why = useSignal<Why | undefined>(undefined);
  useSignalEffect(() => {
    const { cause } = lamp.light.value;
    void lamp.settled.value;
    if (cause.command)
      void hub.call("explainLight", { id: lamp.id }).then(
        (answer) => (why.value = answer),
        () => {},
      );
  });
  const entries = why.value?.entries ?? [];
  const rules = why.value?.rules ?? [];
  return (
    <>
      {entries.length === 0 ? (
        <p class="quiet">{`As it is ${causeWords(lamp.light.value.cause)}.`}</p>
      ) : (
        <Chain lamp={lamp} entries={entries} />
      )}
      {why.value?.links && <p class="quiet">{linkWords(why.value.links)}</p>}
      {rules.length > 0 && (
        <ul class="rules-of-lamp" aria-label="Schedules of this lamp">
          {rules.map((rule) => (
            <li key={rule.rule} class="quiet">
              <a href={linkTo("day", rule.rule)}>{rule.name}</a> {standing(rule)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
};

/** When a rule of the lamp comes next, and why it did not run last where it did not. */
const standing = ({ next, last, heldText }: Why["rules"][number]): string =>
  [
    next === undefined
      ? "waits for what sets it off"
      : `runs ${until(next.at, now.value)}, at ${timeOfDay(next.at, homeZone.value)}`,
    ...(heldText === undefined ? [] : [`on hold: ${heldText}`]),
    ...(last === undefined || last.result === "fired"
      ? []
      : [`left out at ${timeOfDay(last.at, homeZone.value)}: ${last.text}`]),
  ].join("; ");

const Chain = ({ lamp, entries }: { lamp: LampModel; entries: readonly Entry[] }) => (
  <ol class="chain">
    {entries.slice(0, 8).map((entry) => (
      <li
        key={`${entry.cause.command}${entry.notRun ?? ""}`}
        class={entry.notRun ? "chain__step chain__step--missed" : "chain__step"}
        style={{ "--lamp": entry.desired.on ? lampColor(entry.desired) : "var(--control)" }}
      >
        <p>{sentence(entry, lamp.light.value.capabilities)}</p>
        <p class="chain__when">
          {[ago(entry.cause.at, now.value), confirmation(entry)].filter(Boolean).join(", ")}
        </p>
      </li>
    ))}
  </ol>
);
