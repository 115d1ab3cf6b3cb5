import { HubProblem, HubUnreachable } from "../../client/hub-problem.ts";
import type { LightCommand } from "../model/shapes.ts";
import { home, type LampModel } from "./home.ts";
import { hub } from "./hub.ts";
import { tell } from "./notices.ts";

/** Smallest gap between two commands of one control: a dragged slider sends 12 a second, not 60. */
const gapMs = 80;

/** Sends a command; answers what the lamps could only do as near as they can. */
type Send = (command: LightCommand) => Promise<readonly string[]>;

interface Wish {
  readonly command: LightCommand;
  /** The pending entries on lamps that this wish will settle. */
  readonly tickets: readonly { readonly lamp: LampModel; readonly ticket: number }[];
}

/** What a control still has to send; there while one of its commands is under way. */
const outboxes = new Map<string, Wish | undefined>();
let tickets = 0;

/** A lamp changes on the page at once; the hub confirms, or it goes back and a message says why. */
export const commandLamp = (lamp: LampModel, command: LightCommand): void =>
  wish(lamp.id, [lamp], lamp.light.peek().name, command, async (body) => {
    const { clamped } = await hub.call("setLight", { id: lamp.id, body });
    return clamped;
  });

export const commandRoom = (room: string, lamps: readonly LampModel[], command: LightCommand): void =>
  wish(room, lamps, home.roomName(room) ?? "The room", command, async (body) => {
    await hub.call("setRoom", { id: room, body });
    return [];
  });

export const giveBackToTheSun = async (lamp: LampModel): Promise<void> => {
  try {
    const { circadian } = await hub.call("resumeCircadian", { id: lamp.id });
    home.changeLight(lamp.id, circadian === undefined ? {} : { circadian });
  } catch (problem) {
    complain(lamp.light.peek().name, problem);
  }
};

export const recallScene = async (id: string, name: string): Promise<void> => {
  try {
    await hub.call("recallScene", { id, body: {} });
    tell(`Scene ${name} is on.`);
  } catch (problem) {
    complain(name, problem);
  }
};

const wish = (
  control: string,
  lamps: readonly LampModel[],
  name: string,
  command: LightCommand,
  send: Send,
): void => {
  tickets += 1;
  const ticket = tickets;
  for (const lamp of lamps) lamp.expect(ticket, command);
  const waiting = outboxes.get(control);
  const isBusy = outboxes.has(control);
  outboxes.set(control, {
    command: waiting ? merged(waiting.command, command) : command,
    tickets: [...(waiting?.tickets ?? []), ...lamps.map((lamp) => ({ lamp, ticket }))],
  });
  if (!isBusy) void drain(control, name, send);
};

/** The newer command wins, attribute by attribute; a colour and a white exclude each other. */
const merged = (older: LightCommand, newer: LightCommand): LightCommand => {
  if (newer.color === undefined && newer.colorTemperature === undefined) return { ...older, ...newer };
  const { color: _color, colorTemperature: _white, ...rest } = older;
  return { ...rest, ...newer };
};

/** One request in flight per control: two could arrive in the wrong order, and the older would win. */
const drain = async (control: string, name: string, send: Send): Promise<void> => {
  for (let next = outboxes.get(control); next; next = outboxes.get(control)) {
    outboxes.set(control, undefined);
    await settle(next, name, send);
    await new Promise((done) => setTimeout(done, gapMs));
  }
  outboxes.delete(control);
};

const settle = async ({ command, tickets }: Wish, name: string, send: Send): Promise<void> => {
  try {
    const clamped = await send(command);
    for (const { lamp, ticket } of tickets) lamp.accept(ticket);
    if (clamped.includes("color")) tell(`${name} cannot show that colour; it shows the nearest it can.`);
  } catch (problem) {
    for (const { lamp, ticket } of tickets) lamp.forget(ticket);
    complain(name, problem);
  }
};

const complain = (name: string, problem: unknown): void => {
  if (problem instanceof HubUnreachable) {
    tell(`${name} was not changed: the hub did not answer. It is as it was.`, "danger", problem.code);
  } else {
    const { code, message } =
      problem instanceof HubProblem ? problem : { code: "app_error", message: String(problem) };
    tell(`${name} was not changed: ${message}`, "danger", code);
  }
};
