import { computed, signal } from "@preact/signals";
import { HubProblem } from "../../client/hub-problem.ts";
import type { HubEvent } from "../model/shapes.ts";
import { hearOfDay } from "./day.ts";
import { applyEvent } from "./events.ts";
import { home, type Snapshot } from "./home.ts";
import { hub, waiting } from "./hub.ts";
import { isGuest, learnWhoIAm, me } from "./me.ts";
import { tell } from "./notices.ts";
import { hearOfPairing } from "./pairing.ts";
import { learnTheme, theme } from "./theme.ts";
import { homeZone, learnTime } from "./time.ts";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting"; readonly inSeconds: number }
  | { readonly kind: "offline"; readonly since: number; readonly inSeconds: number }
  | { readonly kind: "signed-out" };

export const connection = signal<Connection>({ kind: "connecting" });

/** What the page shows may be old, and what is done would not arrive: values stay, controls rest. */
export const isStale = computed(() => ["offline", "reconnecting"].includes(connection.value.kind));

const offlineAfterAttempts = 3;
const refreshMs = 150;
const clockMs = 20_000;

/** Ends the stream that is read now. */
let current = new AbortController();
let refreshing: ReturnType<typeof setTimeout> | undefined;
let attempts = 0;
let lostAt = 0;

/** Events that come while a snapshot is on its way; they are applied after it. */
let held: HubEvent[] | undefined;

/** Follows the hub until it signs us out. Called again, it starts anew at once. */
export const connect = (): void => {
  current.abort();
  current = new AbortController();
  // It may be somebody else's session by now.
  me.value = undefined;
  void follow(current.signal);
};

const follow = async (until: AbortSignal): Promise<void> => {
  try {
    const onConnection = (isLive: boolean): void => (isLive ? void arrive(until) : lose());
    for await (const { data } of hub.events({ signal: until, onConnection })) hear(data);
  } catch (problem) {
    if (!until.aborted) refused(problem);
  }
};

const hear = (event: HubEvent): void => {
  hearOfDay(event);
  hearOfPairing(event);
  if (event.kind === "home.changed" || event.kind === "stream.resync") refresh();
  else if (held) held.push(event);
  else applyEvent(event);
};

/** The stream is open: now a snapshot, so that nothing falls between. */
const arrive = async (until: AbortSignal): Promise<void> => {
  try {
    await takeSnapshot();
    if (until.aborted) return;
    if (attempts > 0) tell("The hub is back.");
    attempts = 0;
    connection.value = { kind: "live" };
  } catch (problem) {
    if (!until.aborted) refused(problem);
  }
};

const takeSnapshot = async (): Promise<void> => {
  const mine: HubEvent[] = [];
  held = mine;
  try {
    if (me.peek() === undefined) await Promise.all([learnWhoIAm(), learnTheme()]);
    const [lights, clock, around] = await Promise.all([
      hub.call("listLights"),
      hub.call("readClock"),
      isGuest.value ? nothingAround : readAround(),
    ]);
    home.take({ lights: lights.data, ...around });
    learnTime(clock);
  } finally {
    if (held === mine) held = undefined;
    for (const event of mine) applyEvent(event);
  }
};

/** What there is in a home besides its lamps. */
type Around = Omit<Snapshot, "lights">;

const nothingAround: Around = { rooms: [], scenes: [], sensors: [] };

const readAround = async (): Promise<Around> => {
  const [rooms, scenes, devices, place] = await Promise.all([
    hub.call("listRooms"),
    hub.call("listScenes"),
    hub.call("listDevices"),
    hub.call("readPlace"),
  ]);
  homeZone.value = place.zone;
  const sensors = devices.data.filter(({ kind }) => kind === "sensor");
  return { rooms: rooms.data, scenes: scenes.data, sensors };
};

/** Names, rooms and scenes change in bunches; one look at all of them a moment later is enough. */
const refresh = (): void => {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => void takeSnapshot().catch(refused), refreshMs);
};

/** A simulated clock may run faster, pause or jump, and a real one gains trust: looked at every so often. */
setInterval(() => {
  if (connection.peek().kind === "live") void hub.call("readClock").then(learnTime, () => undefined);
}, clockMs);

/** The session is over, or the hub is in trouble; only for the second does it help to come back. */
const refused = (problem: unknown): void => {
  current.abort();
  if (problem instanceof HubProblem && problem.status === 401) {
    leave();
    return;
  }
  lose();
  current = new AbortController();
  const { signal: until } = current;
  void waiting.pass(2 ** Math.min(attempts, 5) * 1_000, until).then(
    () => follow(until),
    () => undefined,
  );
};

/** Nothing of what somebody saw is left for whoever comes next. */
export const leave = (): void => {
  current.abort();
  clearTimeout(refreshing);
  home.take({ lights: [], ...nothingAround });
  home.isLoaded.value = false;
  me.value = undefined;
  theme.value = "auto";
  homeZone.value = undefined;
  connection.value = { kind: "signed-out" };
};

const lose = (): void => {
  if (attempts === 0) lostAt = Date.now();
  attempts += 1;
};

const countdown = (inSeconds: number): Connection =>
  attempts > offlineAfterAttempts
    ? { kind: "offline", since: lostAt, inSeconds }
    : { kind: "reconnecting", inSeconds };

/** Waits, and shows how long there is still to wait. */
waiting.pass = (ms, until) =>
  new Promise((done, abandoned) => {
    const end = Date.now() + ms;
    const look = (): void => {
      connection.value = countdown(Math.ceil((end - Date.now()) / 1_000));
      if (Date.now() >= end) finish(done);
    };
    const finish = (settle: () => void): void => {
      clearInterval(looking);
      until.removeEventListener("abort", stop);
      settle();
    };
    const stop = (): void => finish(abandoned);
    const looking = setInterval(look, 250);
    until.addEventListener("abort", stop);
    look();
  });
