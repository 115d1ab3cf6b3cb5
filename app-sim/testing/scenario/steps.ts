import type { BodyOf, Shape } from "../../../hub/api/contract.ts";
import { momentExamples } from "../../client/moment-text.ts";
import { nextMoment } from "../../client/next-moment.ts";
import { ExpectationFailed, holds } from "./expectation.ts";
import { deviceOf, find, lampOf, type Named, personOf, ruleOf, UnknownName } from "./names.ts";
import { msOf, type Step, type StepKind, type StepValue, stepKinds } from "./scenario-schema.ts";
import type { Stage } from "./stage.ts";

type Play<Kind extends StepKind> = (stage: Stage, value: StepValue<Kind>) => Promise<void>;

const usualWithinMs = 5_000;
/** Between two looks, in hub time. */
const lookEveryMs = 50;

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

/** When a sun event, a clock time of the home, or a run of a rule comes next; ISO 8601. */
const momentAfter = async (stage: Stage, wanted: StepValue<"until">, now: string): Promise<string> => {
  if (typeof wanted === "string") {
    const next = Number.isNaN(Date.parse(wanted)) ? await nextMoment(stage.api, wanted, now) : wanted;
    if (next === undefined) throw new UnknownName(`"${wanted}" does not come: say ${momentExamples}`);
    return next;
  }
  const { id } = await ruleOf(stage, wanted.rule);
  const { next } = await stage.api.call("explainSchedule", { id, query: {} });
  if (next === undefined)
    throw new UnknownName(`the rule "${wanted.rule}" does not run by clock or sun any more`);
  return next.at;
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
  go: async (stage, { person, to }) => {
    const body = to === undefined ? {} : { to };
    await stage.api.call("moveSimPerson", { id: (await personOf(stage, person)).id, body });
  },
  phone: async (stage, { person, ...change }) => {
    // The file has no undefined: what is there has a value.
    const body = change as BodyOf<"changeSimPhone">;
    await stage.api.call("changeSimPhone", { id: (await personOf(stage, person)).id, body });
  },
  "give-place": async (stage, person) => {
    await stage.api.call("giveSimPlace", { id: (await personOf(stage, person)).id });
  },
  advance: async ({ api }, duration) => {
    await api.call("advanceSimClock", { body: { seconds: msOf(duration) / 1_000 } });
  },
  delay: async (stage, duration) => await passSteadily(stage, msOf(duration)),
  until: async (stage, wanted) => {
    const { now } = await stage.api.call("readClock");
    const seconds = (Date.parse(await momentAfter(stage, wanted, now)) - Date.parse(now)) / 1_000;
    await stage.api.call("advanceSimClock", { body: { seconds } });
  },
  mode: async ({ api }, mode) => {
    await api.call("setMode", { body: { mode } });
  },
  run: async (stage, rule) => {
    await stage.api.call("runSchedule", { id: (await ruleOf(stage, rule)).id });
  },
  pause: async (stage, { rule, for: length }) => {
    const body = length === undefined ? {} : { for: msOf(length) / 1_000 };
    await stage.api.call("pauseSchedule", { id: (await ruleOf(stage, rule)).id, body });
  },
  resume: async (stage, rule) => {
    await stage.api.call("resumeSchedule", { id: (await ruleOf(stage, rule)).id });
  },
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
  "expect-why": async (stage, { lamp, kind, rule, trigger, notRun, within }) => {
    const { id } = await lampOf(stage, lamp);
    const expected = {
      ...(kind === undefined ? {} : { kind }),
      ...(rule === undefined ? {} : { rule: (await ruleOf(stage, rule)).id }),
      ...(trigger === undefined ? {} : { trigger }),
      ...(notRun === undefined ? {} : { notRun }),
    };
    await eventually(stage, within, expected, async () => {
      const why = await stage.api.call("explainLight", { id });
      const { cause } = notRun === undefined ? why : (why.entries[0] ?? why);
      return { ...cause, notRun: why.entries[0]?.notRun ?? null };
    });
  },
  "expect-rule": async (stage, { rule, within, ...expected }) => {
    const { id } = await ruleOf(stage, rule);
    await eventually(stage, within, expected, async () => {
      const { last, held } = await stage.api.call("explainSchedule", { id, query: {} });
      return { last: last?.result ?? null, held: held ?? null };
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
  const { lamp, sensor, device, rule } = event;
  const id = async (word: unknown) => (typeof word === "string" ? (await deviceOf(stage, word)).id : word);
  return {
    ...event,
    ...(lamp === undefined ? {} : { lamp: await id(lamp) }),
    ...(sensor === undefined ? {} : { sensor: await id(sensor) }),
    ...(device === undefined ? {} : { device: await id(device) }),
    ...(typeof rule === "string" ? { rule: (await ruleOf(stage, rule)).id } : {}),
  };
};

export const kindOf = (step: Step): StepKind => stepKinds.find((kind) => step[kind] !== undefined) ?? "delay";

/** @throws ExpectationFailed, UnknownName, HubProblem */
export const playStep = async (stage: Stage, step: Step): Promise<void> => {
  const kind = kindOf(step);
  const play: Play<never> = plays[kind];
  await play(stage, step[kind] as never);
};
