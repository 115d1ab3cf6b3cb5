import { signal } from "@preact/signals";
import type { Device, HubClock, Light, Room, Scene } from "../model/shapes.ts";
import { ApiProblem, api } from "./api.ts";
import { applyEvent, type EventKind, eventKinds } from "./events.ts";
import { home, type Snapshot } from "./home.ts";
import { tell } from "./notices.ts";
import { learnTime } from "./time.ts";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting"; readonly inSeconds: number }
  | { readonly kind: "offline"; readonly since: number; readonly inSeconds: number }
  | { readonly kind: "signed-out" };

export const connection = signal<Connection>({ kind: "connecting" });

const offlineAfterFailures = 3;
const longestWaitSeconds = 30;
const refreshMs = 150;
const clockMs = 20_000;

let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let refreshing: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
let lostAt = 0;

/** Events that come while a snapshot is on its way; they are applied after it. */
let held: (() => void)[] | undefined;

/** Opens the stream, then takes the snapshot, so that nothing falls between. Called again, it starts anew. */
export const connect = (): void => {
  clearTimeout(retry);
  source?.close();
  const opened = api.events();
  source = opened;
  for (const kind of eventKinds) {
    opened.addEventListener(kind, (event) => hear(kind, (event as MessageEvent<string>).data));
  }
  for (const kind of ["home.changed", "stream.resync"]) opened.addEventListener(kind, refresh);
  opened.addEventListener("stream.dropped", () => lose());
  opened.onerror = () => lose();
  opened.onopen = () => void arrive(opened);
};

const hear = (kind: EventKind, text: string): void => {
  if (held) held.push(() => applyEvent(kind, text));
  else applyEvent(kind, text);
};

const arrive = async (opened: EventSource): Promise<void> => {
  try {
    await takeSnapshot();
    if (source !== opened) return;
    if (failures > 0) tell("The hub is back.");
    failures = 0;
    connection.value = { kind: "live" };
  } catch (problem) {
    if (source === opened) lose(problem);
  }
};

const takeSnapshot = async (): Promise<void> => {
  const mine: (() => void)[] = [];
  held = mine;
  try {
    const [taken, clock] = await Promise.all([snapshot(), api.get<HubClock>("clock")]);
    home.take(taken);
    learnTime(clock);
  } finally {
    if (held === mine) held = undefined;
    for (const apply of mine) apply();
  }
};

const snapshot = async (): Promise<Snapshot> => {
  const [lights, rooms, scenes, devices] = await Promise.all([
    list<Light>("lights"),
    list<Room>("rooms"),
    list<Scene>("scenes"),
    list<Device>("devices"),
  ]);
  return { lights, rooms, scenes, sensors: devices.filter(({ kind }) => kind === "sensor") };
};

/** A simulated clock may run faster, pause or jump, and a real one gains trust: looked at again every so often. */
const lookAtClock = (): void => {
  if (connection.peek().kind === "live") void api.get<HubClock>("clock").then(learnTime, () => {});
};
setInterval(lookAtClock, clockMs);

const list = async <Thing>(path: string): Promise<readonly Thing[]> =>
  (await api.get<{ readonly data: readonly Thing[] }>(path)).data;

/** Names, rooms and scenes change in bunches; one look at all of them a moment later is enough. */
const refresh = (): void => {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => void takeSnapshot().catch(lose), refreshMs);
};

const isSignedOut = (problem: unknown): boolean => problem instanceof ApiProblem && problem.status === 401;

const lose = (problem?: unknown): void => {
  source?.close();
  source = undefined;
  if (failures === 0) lostAt = Date.now();
  failures += 1;
  countDown(Math.min(longestWaitSeconds, 2 ** (failures - 1)));
  if (isSignedOut(problem)) signOut();
  // An event stream does not say why it ended; only an ordinary request tells a lost session from a lost hub.
  else void api.get("session").catch((refused: unknown) => isSignedOut(refused) && signOut());
};

const signOut = (): void => {
  clearTimeout(retry);
  source?.close();
  source = undefined;
  connection.value = { kind: "signed-out" };
};

const countDown = (inSeconds: number): void => {
  clearTimeout(retry);
  if (inSeconds === 0) {
    connect();
    return;
  }
  connection.value =
    failures > offlineAfterFailures
      ? { kind: "offline", since: lostAt, inSeconds }
      : { kind: "reconnecting", inSeconds };
  retry = setTimeout(() => countDown(inSeconds - 1), 1_000);
};
