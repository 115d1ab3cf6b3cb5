import type { Shape } from "../../../hub/api/contract.ts";
import type { Stage } from "./stage.ts";

/** The scenario names something that this home does not have. */
export class UnknownName extends Error {
  override readonly name = "UnknownName";
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly room?: string | null;
}

/** By id, by name, or by room and name: "Kitchen/Ceiling". @throws UnknownName with those there are */
export const find = <Thing extends Named>(
  kind: string,
  word: string,
  things: readonly Thing[],
  rooms: readonly Named[] = [],
): Thing => {
  const placed = ({ name, room }: Thing) => `${rooms.find(({ id }) => id === room)?.name}/${name}`;
  const found = things.filter((thing) => thing.id === word || thing.name === word || placed(thing) === word);
  if (found[0] !== undefined && found.length === 1) return found[0];
  const known = things.map((thing) => (rooms.length === 0 ? thing.name : placed(thing))).join(", ") || "none";
  const problem =
    found.length === 0 ? `there is no ${kind} "${word}"` : `${found.length} ${kind}s are called "${word}"`;
  throw new UnknownName(`${problem}; there are: ${known}`);
};

export const roomsOf = async ({ api }: Stage): Promise<readonly Named[]> =>
  (await api.call("listRooms")).data;

export const lampOf = async (stage: Stage, word: string): Promise<Shape<"Light">> =>
  find("lamp", word, (await stage.api.call("listLights")).data, await roomsOf(stage));

export const deviceOf = async (stage: Stage, word: string): Promise<Shape<"Device">> =>
  find("device", word, (await stage.api.call("listDevices")).data, await roomsOf(stage));

export const ruleOf = async (stage: Stage, word: string): Promise<Shape<"Schedule">> =>
  find("rule", word, (await stage.api.call("listSchedules")).data);

export const personOf = async (stage: Stage, word: string): Promise<Shape<"Person">> =>
  find("person", word, (await stage.api.call("listPeople")).data);
