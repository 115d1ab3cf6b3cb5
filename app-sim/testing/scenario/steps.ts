import type { Shape } from "../../../hub/api/contract.ts";
import { ExpectationFailed, holds } from "./expectation.ts";
import { msOf, type Step, type StepKind, type StepValue, stepKinds } from "./scenario-schema.ts";
import type { Stage } from "./stage.ts";

/** The scenario names something that this home does not have. */
export class UnknownName extends Error {
  override readonly name = "UnknownName";
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly room?: string | null;
}

type Play<Kind extends StepKind> = (stage: Stage, value: StepValue<Kind>) => Promise<void>;

const usualWithinMs = 5_000;
/** Between two looks, in hub time. */
const lookEveryMs = 50;

/** By id, by name, or by room and name: "Kitchen/Ceiling". */
const find = <Thing extends Named>(
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

const roomsOf = async ({ api }: Stage): Promise<readonly Named[]> => (await api.call("listRooms")).data;

const lampOf = async (stage: Stage, word: string): Promise<Shape<"Light">> =>
  find("lamp", word, (await stage.api.call("listLights")).data, await roomsOf(stage));

const deviceOf = async (stage: Stage, word: string): Promise<Shape<"Device">> =>
  find("device", word, (await stage.api.call("listDevices")).data, await roomsOf(stage));

/** Looks until it holds or the time is over. @throws ExpectationFailed with what was there at the end */
const eventually = async (
  stage: Stage,
  within: string | undefined,
  expected: unknown,
  look: () => Promise<unknown>,
): Promise<void> => {
  let left = within === undefined ? usualWithinMs : msOf(within);
  for (;;) {
    const actual = await look();
    if (holds(expected, actual)) return;
    if (left <= 0) throw new ExpectationFailed(expected, actual);
    const pause = Math.min(lookEveryMs, left);
    await stage.pass(pause);
    left -= pause;
  }
};

const setTarget: Play<"set"> = async (stage, { lamp, room, zone, group, transition, ...rest }) => {
  const { api } = stage;
  // The file has no undefined: what is there has a value.
  const body = {
    ...rest,
    ...(transition === undefined ? {} : { transition: msOf(transition) / 1_000 }),
  } as Shape<"LightCommand">;
  const among = async (kind: string, word: string, list: "listRooms" | "listZones" | "listGroups") =>
    find<Named>(kind, word, (await api.call(list)).data).id;
  if (lamp !== undefined) await api.call("setLight", { id: (await lampOf(stage, lamp)).id, body });
  if (room !== undefined) await api.call("setRoom", { id: await among("room", room, "listRooms"), body });
  if (zone !== undefined) await api.call("setZone", { id: await among("zone", zone, "listZones"), body });
  if (group !== undefined)
    await api.call("setGroup", { id: await among("group", group, "listGroups"), body });
};

const payloadText = (payload: string | Record<string, unknown>): string =>
  typeof payload === "string" ? payload : JSON.stringify(payload);

const parsed = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
};

const passSteadily = async (stage: Stage, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= lookEveryMs) await stage.pass(Math.min(lookEveryMs, left));
};

const plays: { readonly [Kind in StepKind]: Play<Kind> } = {
  set: setTarget,
  scene: async ({ api }, { apply, transition }) => {
    const { id } = find("scene", apply, (await api.call("listScenes")).data);
    await api.call("recallScene", {
      id,
      body: transition === undefined ? {} : { transition: msOf(transition) / 1_000 },
    });
  },
  touch: async (stage, { lamp, ...body }) => {
    await stage.api.call("touchSimDevice", { id: (await lampOf(stage, lamp)).id, body });
  },
  press: async (stage, { sensor, action }) => {
    await stage.api.call("pressSimDevice", { id: (await deviceOf(stage, sensor)).id, body: { action } });
  },
  sense: async (stage, { sensor, ...body }) => {
    await stage.api.call("senseSimDevice", { id: (await deviceOf(stage, sensor)).id, body });
  },
  unplug: async (stage, word) => {
    await stage.api.call("unplugSimDevice", { id: (await deviceOf(stage, word)).id });
  },
  plug: async (stage, word) => {
    await stage.api.call("plugSimDevice", { id: (await deviceOf(stage, word)).id });
  },
  misbehave: async (stage, { device, how }) => {
    await stage.api.call("misbehaveSimDevice", {
      id: (await deviceOf(stage, device)).id,
      body: { misbehaviours: how },
    });
  },
  advance: async ({ api }, duration) => {
    await api.call("advanceSimClock", { body: { seconds: msOf(duration) / 1_000 } });
  },
  delay: async (stage, duration) => await passSteadily(stage, msOf(duration)),
  jump: async ({ api }, duration) => {
    await api.call("jumpSimClock", { body: { seconds: msOf(duration) / 1_000 } });
  },
  publish: async (stage, { topic, payload }) => await stage.publish(topic, payloadText(payload)),
  "expect-lamp": async (stage, { lamp, within, reachable, desired, ...shown }) => {
    const { id } = await lampOf(stage, lamp);
    const expected = {
      ...(Object.keys(shown).length === 0 ? {} : { reported: shown }),
      ...(desired === undefined ? {} : { desired }),
      ...(reachable === undefined ? {} : { reachable }),
    };
    await eventually(stage, within, expected, async () => {
      const light = await stage.api.call("getLight", { id });
      return { reported: light.reported, desired: light.desired, reachable: light.reachable };
    });
  },
  "expect-sensor": async (stage, { sensor, within, ...reading }) => {
    const { id } = await deviceOf(stage, sensor);
    await eventually(
      stage,
      within,
      reading,
      async () => (await stage.api.call("getDevice", { id })).reading ?? {},
    );
  },
  "expect-event": async (stage, { within, ...event }) => {
    const pattern = await withIds(stage, event);
    const look = async () => stage.events().find((each) => holds(pattern, each)) ?? null;
    await eventually(stage, typeof within === "string" ? within : undefined, pattern, look);
  },
  "expect-no-event": async (stage, event) => {
    const pattern = await withIds(stage, event);
    const found = stage.events().find((each) => holds(pattern, each));
    if (found !== undefined) throw new ExpectationFailed({ not: pattern }, found);
  },
  "expect-mqtt": async (stage, { topic, payload, within }) => {
    const look = async () => {
      const said = (await stage.messages())
        .filter((message) => message.topic === topic)
        .map((message) => parsed(message.payload));
      return said.find((each) => holds(payload, each)) ?? said.at(-1) ?? null;
    };
    await eventually(stage, within, payload, look);
  },
  "expect-why": async (stage, { lamp, kind, notRun, within }) => {
    const { id } = await lampOf(stage, lamp);
    const expected = { ...(kind === undefined ? {} : { kind }), ...(notRun === undefined ? {} : { notRun }) };
    await eventually(stage, within, expected, async () => {
      const why = await stage.api.call("explainLight", { id });
      return { kind: why.cause.kind, notRun: why.entries[0]?.notRun ?? null };
    });
  },
  "expect-egress": async (stage, expected) => {
    const actual = stage.egress();
    if (actual === undefined) throw new UnknownName("egress is only known of a home in this process");
    if (actual.length > 0) throw new ExpectationFailed(expected, actual);
  },
};

/** Events hold ids; scenarios may say names. */
const withIds = async (stage: Stage, event: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const { lamp, sensor, device } = event;
  const id = async (word: unknown) => (typeof word === "string" ? (await deviceOf(stage, word)).id : word);
  return {
    ...event,
    ...(lamp === undefined ? {} : { lamp: await id(lamp) }),
    ...(sensor === undefined ? {} : { sensor: await id(sensor) }),
    ...(device === undefined ? {} : { device: await id(device) }),
  };
};

export const kindOf = (step: Step): StepKind => stepKinds.find((kind) => step[kind] !== undefined) ?? "delay";

/** @throws ExpectationFailed, UnknownName, HubProblem */
export const playStep = async (stage: Stage, step: Step): Promise<void> => {
  const kind = kindOf(step);
  const play: Play<never> = plays[kind];
  await play(stage, step[kind] as never);
};
