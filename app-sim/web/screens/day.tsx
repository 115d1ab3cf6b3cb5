import { useEffect } from "preact/hooks";
import { templates } from "../model/rule-form.ts";
import type { HomeMode, Rule, Run, SunDay } from "../model/shapes.ts";
import { notRunWords, timeOfDay, until } from "../model/words.ts";
import { DayPicture } from "../parts/day-picture.tsx";
import { Icon } from "../parts/icon.tsx";
import {
  chooseMode,
  comingRuns,
  isClockTrusted,
  mode,
  nextRunOf,
  rules,
  setEnabled,
  sun,
  trustClock,
  watchDay,
} from "../store/day.ts";
import { linkTo, route } from "../store/route.ts";
import { homeZone, hubClock, now } from "../store/time.ts";

const clock = (at: string): string => timeOfDay(at, homeZone.value);

/** "Sunset in 24 minutes, at 20:56." */
const sunWords = (day: SunDay | null): string => {
  if (day === null) return "Your day";
  const turns = day.events.filter(({ event }) => event === "sunrise" || event === "sunset");
  const next = turns.find(({ time }) => Date.parse(time) > now.value);
  if (next) {
    const name = next.event === "sunrise" ? "Sunrise" : "Sunset";
    return `${name} ${until(next.time, now.value)}, at ${clock(next.time)}.`;
  }
  if (turns.length > 0) return "The sun is down for today.";
  return (day.curve[0]?.elevation ?? 0) > 0 ? "The sun does not set today." : "The sun does not rise today.";
};

const weekday = (at: string): string =>
  new Intl.DateTimeFormat("en", {
    weekday: "long",
    ...(homeZone.value ? { timeZone: homeZone.value } : {}),
  }).format(new Date(at));

const whenWords = ({ at }: Run): string => {
  const isFar = Date.parse(at) - now.value > 86_400_000 / 2;
  return `${until(at, now.value)}, ${isFar && weekday(at) !== weekday(new Date(now.value).toISOString()) ? `${weekday(at)} ` : ""}at ${clock(at)}`;
};

const nextWords = (): string => {
  const next = comingRuns.value.find(({ held }) => held === undefined);
  if (next) return `Next: ${next.name}, ${whenWords(next)}.`;
  return rules.value?.length === 0
    ? "Nothing is planned yet. Start with one of the templates."
    : "Nothing runs by clock or sun within a week.";
};

const modes: Readonly<Record<HomeMode, string>> = {
  home: "Home",
  night: "Night",
  away: "Away",
  vacation: "Vacation",
};

const Modes = () => (
  <fieldset class="modes">
    <legend class="unseen">Mode of the home</legend>
    <div class="chips chips--wide">
      {(Object.keys(modes) as HomeMode[]).map((name) => (
        <label key={name} class="chip">
          <input
            type="radio"
            name="mode"
            checked={mode.value === name}
            onChange={() => void chooseMode(name)}
          />
          {modes[name]}
        </label>
      ))}
    </div>
  </fieldset>
);

const doubts = {
  restored: "It has not been confirmed since the hub started, and may be hours behind.",
  unknown: "The hub does not know what time it is.",
} as const;

/** Schedules by clock and sun wait for a clock that can be believed; here somebody can say that it can. */
const ClockBanner = () => {
  const trust = hubClock.value?.trust;
  if (isClockTrusted.value || trust === undefined || trust === "trusted") return null;
  return (
    <section class="banner" role="status" aria-label="The clock">
      <Icon name="clock" />
      <div>
        <strong>Schedules are on hold: the clock cannot be trusted yet.</strong>
        <p>{`It shows ${timeOfDay(now.value, homeZone.value)}. ${doubts[trust]}`}</p>
      </div>
      <div class="banner__acts">
        <button type="button" class="button button--primary" onClick={() => void trustClock()}>
          It is right
        </button>
        <button type="button" class="button" onClick={() => void trustClock(new Date().toISOString())}>
          Take this device's time
        </button>
      </div>
    </section>
  );
};

const standing = (rule: Rule): string => {
  if (!rule.enabled) return "Off";
  const next = nextRunOf(rule);
  if (rule.pausedUntil !== undefined) {
    return rule.pausedUntil === null ? "Rests until you resume it" : `Rests until ${clock(rule.pausedUntil)}`;
  }
  if (rule.held !== undefined) return `On hold: ${notRunWords(rule.held)}`;
  if (next === undefined) return "Waits for what sets it off";
  const words = whenWords(next);
  return `Runs ${words}`;
};

const RuleRow = ({ rule }: { rule: Rule }) => (
  <li class="row rule" data-rule={rule.id} data-enabled={rule.enabled}>
    <a
      class="row__link rule__link"
      href={linkTo("day", rule.id)}
      aria-current={route.value.sheet === rule.id ? "true" : undefined}
    >
      <span class="row__name">
        <strong>{rule.name}</strong>
        <span class="quiet">{rule.text.sentence}</span>
        <span class="rule__next">{standing(rule)}</span>
      </span>
      <Icon name="more" />
    </a>
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={rule.enabled}
      aria-label={`${rule.name} in use`}
      onClick={() => void setEnabled(rule, !rule.enabled)}
    />
  </li>
);

const templateIcons = { "evening-light": "moon", "wake-up": "sun", holiday: "home", new: "plus" } as const;

const Templates = () => (
  <section class="card templates" aria-labelledby="templates-title">
    <h2 id="templates-title">Add a schedule</h2>
    <ul>
      {(Object.keys(templates) as (keyof typeof templates)[]).map((name) => (
        <li key={name}>
          <a class="template" href={linkTo("day", name)}>
            <Icon name={templateIcons[name]} />
            <span class="row__name">
              <strong>{templates[name].title}</strong>
              <span class="quiet">{templates[name].says}</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  </section>
);

const Rules = () => (
  <section class="card" aria-labelledby="rules-title">
    <h2 id="rules-title">Schedules</h2>
    {rules.value?.length === 0 ? (
      <p class="quiet">None yet.</p>
    ) : (
      <ul class="rows">
        {rules.value?.map((rule) => (
          <RuleRow key={rule.id} rule={rule} />
        ))}
      </ul>
    )}
  </section>
);

const MovedNote = () =>
  comingRuns.value.some(({ movedOnPurpose }) => movedOnPurpose) ? (
    <p class="quiet moved">
      Sun times of schedules are moved by a few minutes on purpose, so that nobody can read from them where
      you live.
    </p>
  ) : null;

const DaySkeleton = () => (
  <div class="late" role="status" aria-label="Loading the day">
    <div class="card skeleton">
      <div class="bone bone--title" />
      <div class="bone bone--sky" />
    </div>
  </div>
);

export const DayScreen = () => {
  useEffect(watchDay, []);
  const isLoaded = rules.value !== undefined;
  return (
    <>
      <header class="greeting">
        <div>
          <h1>{isLoaded ? sunWords(sun.value) : "Your day"}</h1>
          <p class="greeting__more">{isLoaded ? nextWords() : ""}</p>
        </div>
      </header>
      <ClockBanner />
      {isLoaded ? (
        <>
          <Modes />
          <DayPicture />
          <MovedNote />
          <div class="day-columns">
            <Rules />
            <Templates />
          </div>
        </>
      ) : (
        <DaySkeleton />
      )}
    </>
  );
};
