import { EventStreamParser } from "../../../app-sim/client/event-stream.ts";
import type { Sighting } from "./sun-attack.ts";

/** Everything that left a hub, by the way it left. */
export interface Outlets {
  /** With the time of arrival, milliseconds since 1970. */
  readonly mqtt: { readonly topic: string; readonly payload: string; readonly at: number }[];
  /** Pieces of the stream, in order. */
  readonly events: string[];
  readonly api: string[];
}

/** A lamp that comes on with the sunset goes off with the sunrise. */
const sighting = (isOn: boolean, at: number): Sighting => ({ kind: isOn ? "sunset" : "sunrise", at });

/** Each change once, by its time: a lamp that says twice that it is on has not come on twice. */
const changes = (states: readonly { readonly on: boolean; readonly at: number }[]): Sighting[] => {
  const inOrder = [...states].sort((a, b) => a.at - b.at);
  return inOrder.flatMap(({ on, at }, index) => (inOrder[index - 1]?.on === on ? [] : [sighting(on, at)]));
};

const byMqtt = ({ mqtt }: Outlets, lamp: string): Sighting[] =>
  changes(
    mqtt
      .filter(({ topic }) => topic === `lampkeeper/${lamp}`)
      .map(({ payload, at }) => ({ on: (JSON.parse(payload) as { state: string }).state === "ON", at })),
  );

interface Change {
  readonly lamp?: string;
  readonly desired?: { readonly on: boolean };
  readonly cause?: { readonly at: string };
}

const byEvents = ({ events }: Outlets, lamp: string): Sighting[] => {
  const said = new EventStreamParser().read(events.join("")).flatMap(({ data }) => data ?? []);
  return changes(
    said
      .map((data) => JSON.parse(data) as Change)
      .flatMap(({ lamp: whose, desired, cause }) =>
        whose !== lamp || desired === undefined || cause === undefined
          ? []
          : [{ on: desired.on, at: Date.parse(cause.at) }],
      ),
  );
};

const byApi = ({ api }: Outlets, lamp: string): Sighting[] => {
  const answers = api
    .filter((text) => text.includes(`"lamp":"${lamp}"`))
    .flatMap((text) => (JSON.parse(text) as { readonly entries?: readonly Change[] }).entries ?? []);
  return changes(
    answers.flatMap(({ desired, cause }) =>
      desired === undefined || cause === undefined ? [] : [{ on: desired.on, at: Date.parse(cause.at) }],
    ),
  );
};

const ways = { mqtt: byMqtt, events: byEvents, api: byApi } as const;

/** When a lamp was seen to follow the sun, by each way out. The first change is of whoever set the home up. */
export const sightingsOf = (
  outlets: Outlets,
  lamp: string,
): readonly (readonly [string, readonly Sighting[]])[] =>
  Object.entries(ways).map(([way, read]) => [`${lamp} ${way}`, read(outlets, lamp).slice(1)]);
