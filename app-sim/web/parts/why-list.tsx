import { useSignal, useSignalEffect } from "@preact/signals";
import { lampColor } from "../model/lamp-color.ts";
import type { LightCapabilities, Why } from "../model/shapes.ts";
import { ago, causeWords, notRunWords, stateWords } from "../model/words.ts";

import type { LampModel } from "../store/home.ts";
import { hub } from "../store/hub.ts";
import { now } from "../store/time.ts";

type Entry = Why["entries"][number];

const sentence = ({ desired, notRun, cause }: Entry, { brightness }: LightCapabilities): string => {
  const what = stateWords(desired, brightness !== undefined);
  return notRun
    ? `${what} was asked by ${causeWords(cause)}, but ${notRunWords(notRun)}`
    : `${what}, by ${causeWords(cause)}`;
};

/** Milliseconds from the wish to the lamp's own word. */
const confirmation = ({ cause, confirmedAt }: Entry): string | undefined =>
  confirmedAt && `confirmed after ${Math.max(0, Date.parse(confirmedAt) - Date.parse(cause.at))} ms`;

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
  if (entries.length === 0) return <p class="quiet">{`As it is ${causeWords(lamp.light.value.cause)}.`}</p>;
  return (
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
};
