import { batch, computed, signal } from "@preact/signals";
import type { BodyOf } from "../../../hub/api/contract.ts";
import { HubProblem, HubUnreachable } from "../../client/hub-problem.ts";
import type { HomeMode, HubEvent, Rule, Run, SunDay } from "../model/shapes.ts";
import { hub } from "./hub.ts";
import { tell } from "./notices.ts";
import { closeSheet } from "./route.ts";
import { homeZone, hubClock, learnTime, now } from "./time.ts";

const soonMs = 150;
const againMs = 30_000;
const daysAhead = 8;

/** What the screen "day" shows. `sun` is null where no place is set, or it rests. */
export const rules = signal<readonly Rule[] | undefined>(undefined);
export const sun = signal<SunDay | null>(null);
export const mode = signal<HomeMode>("home");
/** From the start of the civil day on, for a week. */
const runs = signal<readonly Run[]>([]);

/** The civil day of the home that the hub's clock is in. */
const today = computed(() =>
  new Intl.DateTimeFormat("en-CA", { ...(homeZone.value ? { timeZone: homeZone.value } : {}) }).format(
    now.value,
  ),
);

const dateOf = (at: string): string =>
  new Intl.DateTimeFormat("en-CA", { ...(homeZone.value ? { timeZone: homeZone.value } : {}) }).format(
    new Date(at),
  );

/** What runs, or was due, on this civil day. */
export const todaysRuns = computed(() => runs.value.filter(({ at }) => dateOf(at) === today.value));

/** What is still to come, in order; held back or not. */
export const comingRuns = computed(() => runs.value.filter(({ at }) => Date.parse(at) > now.value));

export const nextRunOf = (rule: Rule): Run | undefined =>
  comingRuns.value.find((run) => run.rule === rule.id);

/** Screens that show it now; nothing is asked for nobody. */
let watchers = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Counts what was begun and done from here: an answer that was under way meanwhile may be older than it. */
let deeds = 0;

const load = async (): Promise<void> => {
  const before = deeds;
  const from = new Date(now.peek() - 86_400_000).toISOString();
  const [rulesNow, coming, sunNow, modeNow] = await Promise.all([
    hub.call("listSchedules"),
    hub.call("listUpcoming", { query: { from, days: daysAhead + 1 } }),
    sunOfToday(),
    hub.call("readMode"),
  ]);
  if (before !== deeds) return;
  batch(() => {
    rules.value = rulesNow.data;
    runs.value = coming.data;
    sun.value = sunNow;
    mode.value = modeNow.mode;
  });
};

/** Asked for only where there is one: a refusal would stand in the browser's console. */
const sunOfToday = async (): Promise<SunDay | null> => {
  const { set, held } = await hub.call("readPlace");
  return set && held === undefined ? await hub.call("readSun", { query: {} }) : null;
};

const loadSoon = (afterMs: number): void => {
  clearTimeout(waiting);
  if (watchers === 0) return;
  // A lost hub is told by the connection; here it is only asked again.
  waiting = setTimeout(() => void load().then(again, again), afterMs);
};

/** A simulated day may pass in a minute. */
const again = (): void => loadSoon(againMs);

/** Keeps it up to date until the returned function is called. */
export const watchDay = (): (() => void) => {
  watchers += 1;
  loadSoon(0);
  return () => {
    watchers -= 1;
  };
};

const changing: readonly HubEvent["kind"][] = [
  "home.changed",
  "rule.fired",
  "rule.not-run",
  "mode.changed",
  "clock.changed",
];

/** An event may change what the day looks like. */
export const hearOfDay = ({ kind }: HubEvent): void => {
  if (changing.includes(kind)) loadSoon(soonMs);
  if (kind === "clock.changed") void hub.call("readClock").then(learnTime, () => undefined);
};

/** Does something, says how it went, and shows what came of it. @returns whether it was done */
const attempt = async (what: string, act: () => Promise<unknown>): Promise<boolean> => {
  deeds += 1;
  try {
    await act();
    if (what !== "") tell(what);
    return true;
  } catch (problem) {
    tell(problemWords(problem), "danger", problem instanceof HubProblem ? problem.code : "hub_unreachable");
    return false;
  } finally {
    deeds += 1;
    loadSoon(0);
  }
};

/** What the hub refuses, in its own words, each with its place. */
export const problemWords = (problem: unknown): string => {
  if (problem instanceof HubUnreachable) return "Nothing was changed: the hub did not answer.";
  return problem instanceof HubProblem
    ? `Nothing was changed: ${problem.errors[0]?.detail ?? problem.message}`
    : String(problem);
};

/** Shown at once; when the hub refuses, the next look takes it back. */
export const setEnabled = (rule: Rule, enabled: boolean): Promise<boolean> => {
  rules.value = rules.peek()?.map((each) => (each.id === rule.id ? { ...each, enabled } : each));
  return attempt("", () => hub.call("changeSchedule", { id: rule.id, body: { enabled } }));
};

export const runRule = (rule: Rule): Promise<boolean> =>
  attempt(`${rule.name} is done.`, () => hub.call("runSchedule", { id: rule.id }));

/** @param seconds absent: until it is resumed */
export const pauseRule = (rule: Rule, seconds?: number): Promise<boolean> =>
  attempt(`${rule.name} rests.`, () =>
    hub.call("pauseSchedule", { id: rule.id, body: seconds === undefined ? {} : { for: seconds } }),
  );

export const resumeRule = (rule: Rule): Promise<boolean> =>
  attempt(`${rule.name} runs again.`, () => hub.call("resumeSchedule", { id: rule.id }));

export const removeRule = async (rule: Rule): Promise<void> => {
  if (await attempt(`${rule.name} is removed.`, () => hub.call("removeSchedule", { id: rule.id })))
    closeSheet();
};

export const saveRule = async (id: string | undefined, body: BodyOf<"addSchedule">): Promise<void> => {
  const save = () =>
    id === undefined ? hub.call("addSchedule", { body }) : hub.call("changeSchedule", { id, body });
  if (await attempt(`${body.name} is saved.`, save)) closeSheet();
};

/** As `setEnabled`. */
export const chooseMode = (wanted: HomeMode): Promise<boolean> => {
  mode.value = wanted;
  return attempt("", () => hub.call("setMode", { body: { mode: wanted } }));
};

/** @param time absent: the hub's clock is right as it is */
export const trustClock = (time?: string): Promise<boolean> =>
  attempt("The clock is trusted now.", async () => {
    const body = time === undefined ? {} : { now: time, source: "phone" as const };
    learnTime(await hub.call("vouchForClock", { body }));
  });

export const isClockTrusted = computed(() => (hubClock.value?.trust ?? "trusted") === "trusted");
