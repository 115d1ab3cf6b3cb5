import type { LightCommand } from "../model/shapes.ts";
import { ApiProblem, api, unreachable } from "./api.ts";
import { home, type LampModel } from "./home.ts";
import { tell } from "./notices.ts";

/** Smallest gap between two commands of one control: a dragged slider sends 12 a second, not 60. */
const gapMs = 80;

interface Outbox {
  /** The newest unsent command; what it replaces is merged into it. */
  next: LightCommand | undefined;
  busy: boolean;
}

const outboxes = new Map<string, Outbox>();
let tickets = 0;

/** Lamps change on the page at once; the hub confirms, or they go back and a message says why. */
export const commandLamp = (lamp: LampModel, command: LightCommand): void =>
  post(`lights/${lamp.id}/state`, [lamp], lamp.light.peek().name, command);

export const commandRoom = (room: string, lamps: readonly LampModel[], command: LightCommand): void =>
  post(`rooms/${room}/state`, lamps, home.roomName(room) ?? "The room", command);

export const recallScene = async (id: string, name: string): Promise<void> => {
  try {
    await api.post(`scenes/${id}/recall`, {});
    tell(`Scene ${name} is on.`);
  } catch (problem) {
    complain(name, problem);
  }
};

const post = (path: string, lamps: readonly LampModel[], name: string, command: LightCommand): void => {
  const ticket = ++tickets;
  for (const lamp of lamps) lamp.expect(ticket, command);
  const outbox = outboxes.get(path) ?? { next: undefined, busy: false };
  outboxes.set(path, outbox);
  outbox.next = { ...withoutOldTint(outbox.next, command), ...command };
  waiting.set(path, [...(waiting.get(path) ?? []), ticket]);
  if (!outbox.busy) void drain(path, outbox, lamps, name);
};

/** Tickets that the next request of a path will answer. */
const waiting = new Map<string, number[]>();

const withoutOldTint = (old: LightCommand | undefined, command: LightCommand): LightCommand => {
  if (!old || (command.color === undefined && command.colorTemperature === undefined)) return old ?? {};
  const { color: _color, colorTemperature: _white, ...rest } = old;
  return rest;
};

/** One request in flight per control, the newest wish wins: two in flight could arrive in the wrong order. */
const drain = async (path: string, outbox: Outbox, lamps: readonly LampModel[], name: string) => {
  outbox.busy = true;
  while (outbox.next) {
    const command = outbox.next;
    const tickets = waiting.get(path) ?? [];
    outbox.next = undefined;
    waiting.delete(path);
    await send(path, command, tickets, lamps, name);
    await new Promise((done) => setTimeout(done, gapMs));
  }
  outbox.busy = false;
};

const send = async (
  path: string,
  command: LightCommand,
  tickets: readonly number[],
  lamps: readonly LampModel[],
  name: string,
): Promise<void> => {
  try {
    const answer = await api.put<{ clamped?: readonly string[] }>(path, command);
    for (const lamp of lamps) for (const ticket of tickets) lamp.accept(ticket);
    if (answer?.clamped?.includes("color"))
      tell(`${name} cannot show that colour; it shows the nearest it can.`);
  } catch (problem) {
    for (const lamp of lamps) for (const ticket of tickets) lamp.forget(ticket);
    complain(name, problem);
  }
};

const complain = (name: string, problem: unknown): void => {
  const { code, message } =
    problem instanceof ApiProblem ? problem : { code: "app_error", message: String(problem) };
  tell(
    code === unreachable
      ? `${name} was not changed: the hub did not answer. It is as it was.`
      : `${name} was not changed: ${message}`,
    "danger",
    code,
  );
};
