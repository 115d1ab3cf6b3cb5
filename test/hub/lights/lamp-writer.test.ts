import { beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { DomainEvent, EventOf } from "../../../hub/domain/event.ts";
import type { Device } from "../../../hub/domain/home.ts";
import type { CommandId, LampId } from "../../../hub/domain/ids.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import type { Frame, LampProfile } from "../../../hub/domain/profile.ts";
import { Instant, Millis, Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { LampWriter } from "../../../hub/lights/lamp-writer.ts";
import { LightService } from "../../../hub/lights/light-service.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

interface Sent extends LightState {
  readonly transition?: number;
  readonly command?: string;
}

const profile = (fades: boolean): LampProfile => ({
  kind: "lamp",
  id: fades ? "test/fading" : "test/stepping",
  vendor: "Test",
  model: "lamp",
  description: "",
  source: "",
  link: { kind: "mqtt", publishes: [], subscribes: [] },
  capabilities: { brightness: { min: Percent(1) }, ...(fades ? { transition: { max: Minutes(5) } } : {}) },
  encode: (target) => [{ kind: "mqtt", topic: "set", payload: JSON.stringify(target) }],
  decode: (frame) => (frame.kind === "mqtt" ? JSON.parse(frame.payload) : undefined),
  query: [{ kind: "mqtt", topic: "get", payload: "" }],
  examples: [],
});
const profiles = new Map([profile(true), profile(false)].map((each) => [each.id, each]));

const id = "l-aaaaaaaaaaaa" as LampId;
let device: Device;
/** Beside it, in the home and unknown to this version. */
let others: readonly Device[];
let clock: VirtualClock;
let store: MemoryGuardedStore;
let sent: Sent[];
let queries: number;
let events: DomainEvent[];
let hear: (address: string, frame: Frame) => void;
let lights: LightService;

/** Everything that came has been heard as soon as this turn is over. */
const ears = { caughtUp: (call: () => void) => queueMicrotask(call) };

const open = (): void => {
  const bus = new SyncEventBus();
  bus.subscribeAll((event) => events.push(event));
  const sender = {
    send: (_address: string, frames: readonly Frame[]) => {
      for (const frame of frames) {
        if (frame.kind === "mqtt" && frame.topic === "set") sent.push(JSON.parse(frame.payload));
        else queries++;
      }
    },
  };
  lights = new LightService(
    clock,
    new SeededEntropy(new SeededRandom(1)),
    bus,
    store,
    {
      devices: () => [device, ...others],
      device: (wanted) => (wanted === id ? device : undefined),
      profile: (wanted) => profiles.get(wanted),
      members: (target) => (target === id ? [id] : undefined),
    },
    {
      onFrame: (listener) => {
        hear = listener;
      },
    },
    (outcome) => new LampWriter(clock, new SeededRandom(2), sender, ears, bus, outcome),
  );
  lights.start();
};

/** What the lamp says. */
const says = (report: { state?: Partial<LightState>; online?: boolean; command?: string }): void =>
  hear("a", { kind: "mqtt", topic: "state", payload: JSON.stringify(report) });
const answers = (frame: Sent | undefined): void => {
  if (frame === undefined) throw new Error("nothing was sent");
  says({
    state: { on: frame.on, brightness: frame.brightness },
    ...(frame.command === undefined ? {} : { command: frame.command }),
  });
};
const ask = (brightness: number, transition = 0) =>
  lights.command(id, { brightness: Percent(brightness), transition: Millis(transition) }, { kind: "api" });
const of = <Kind extends DomainEvent["kind"]>(kind: Kind): EventOf<Kind>[] =>
  events.filter((event): event is EventOf<Kind> => event.kind === kind);

const start = (fades = true): void => {
  device = {
    id,
    kind: "lamp",
    profile: fades ? "test/fading" : "test/stepping",
    address: "a",
    name: "Lamp",
    room: null,
  };
  clock = new VirtualClock(Instant(Date.UTC(2026, 0, 1)));
  store = new MemoryGuardedStore();
  sent = [];
  queries = 0;
  events = [];
  open();
  says({ online: true, state: { on: false, brightness: Percent(50) } });
  events.length = 0;
};

beforeEach(() => {
  others = [];
  start();
});

describe("one writer per lamp", () => {
  test("a second command waits for the first answer, and only the newest is sent then", () => {
    ask(10);
    ask(20);
    ask(30);
    expect(sent.map((frame) => frame.brightness)).toEqual([10]);
    answers(sent[0]);
    expect(sent.map((frame) => frame.brightness)).toEqual([10, 30]);
    answers(sent[1]);
    expect(lights.get(id)?.reported?.brightness).toBe(30);
    expect(lights.why(id).settled).toBe(true);
  });

  test("an unanswered write is repeated with growing patience, then the lamp counts as unreachable", async () => {
    ask(10);
    await clock.advance(Seconds(1));
    expect(sent).toHaveLength(2);
    await clock.advance(Seconds(2));
    expect(sent).toHaveLength(3);
    await clock.advance(Seconds(4));
    expect(sent).toHaveLength(4);
    await clock.advance(Seconds(8));
    expect(lights.get(id)?.reachable).toBe(false);
    expect(of("light.not-run").map((event) => event.reason)).toEqual(["unreachable"]);
    expect(lights.why(id).entries[0]?.notRun).toBe("unreachable");
  });

  test("a hub that stood still asks nobody again for it", async () => {
    ask(10);
    clock.advanceSync(Seconds(20));
    await clock.advance(Millis(500));
    expect(sent).toHaveLength(1);
    answers(sent[0]);
    expect(lights.why(id).settled).toBe(true);
  });

  test("an unreachable lamp is tried again and gets the newest state when it is back", async () => {
    ask(10);
    await clock.advance(Minutes(1));
    const before = sent.length;
    ask(20);
    await clock.advance(Minutes(2));
    expect(sent.length).toBeGreaterThan(before);
    answers(sent.at(-1));
    expect(lights.get(id)).toMatchObject({ reachable: true, reported: { brightness: 20 } });
  });

  test("a lamp that answers with something else is not called unreachable", async () => {
    ask(10);
    for (let second = 0; second < 20; second++) {
      says({ state: { on: false, brightness: Percent(99) } });
      await clock.advance(Seconds(1));
    }
    expect(of("light.not-run").map((event) => event.reason)).toEqual(["rejected"]);
    expect(lights.get(id)?.reachable).toBe(true);
  });

  test("ten thousand commands to one lamp leave as a handful of writes and end at the last", async () => {
    for (let each = 0; each < 10_000; each++) ask(1 + (each % 99));
    ask(77);
    for (let turn = 0; turn < 5; turn++) answers(sent.at(-1));
    expect(sent.length).toBeLessThan(5);
    expect(lights.get(id)?.reported?.brightness).toBe(77);
  });
});

describe("late and double answers", () => {
  test("the answer to an older command changes nothing that is shown, and the newest goes out", () => {
    const first = ask(10);
    ask(20);
    says({ state: { on: true, brightness: Percent(10) }, command: first.command });
    expect(sent.map((frame) => frame.brightness)).toEqual([10, 20]);
    says({ state: { on: true, brightness: Percent(10) }, command: first.command });
    expect(lights.get(id)?.reported?.brightness).toBe(50);
    answers(sent[1]);
    expect(lights.get(id)?.reported?.brightness).toBe(20);
  });

  test("a contradiction soon after a write is answered with the desired state, not believed", async () => {
    ask(10);
    answers(sent[0]);
    await clock.advance(Seconds(1));
    says({ state: { brightness: Percent(90) } });
    expect(lights.get(id)?.desired.brightness).toBe(10);
    expect(sent.at(-1)?.brightness).toBe(10);
    expect(sent).toHaveLength(2);
  });

  test("a change long after the last write is somebody at the lamp, and becomes what is desired", async () => {
    ask(10);
    answers(sent[0]);
    await clock.advance(Minutes(1));
    says({ state: { brightness: Percent(90) } });
    expect(lights.get(id)).toMatchObject({
      desired: { brightness: 90 },
      cause: { kind: "device", actor: id },
    });
    expect(sent).toHaveLength(1);
  });

  test("a double answer is one report", () => {
    ask(10);
    answers(sent[0]);
    answers(sent[0]);
    expect(of("light.reported")).toHaveLength(1);
  });
});

describe("fades", () => {
  test("interim reports are marked as on their way and move nothing that is desired", async () => {
    says({ state: { on: true } });
    await clock.advance(Minutes(1));
    says({ state: { on: true, brightness: Percent(50) } });
    events.length = 0;
    ask(100, 10_000);
    await clock.advance(Millis(500));
    for (const brightness of [60, 70, 80, 90]) {
      says({ state: { on: true, brightness: Percent(brightness) } });
      await clock.advance(Seconds(2));
    }
    expect(sent).toHaveLength(1);
    expect(of("light.reported").every((event) => !event.settled)).toBe(true);
    expect(lights.get(id)?.desired.brightness).toBe(100);
    says({ state: { brightness: Percent(100) } });
    expect(of("light.reported").at(-1)?.settled).toBe(true);
    expect(of("light.desired-changed")).toHaveLength(1);
  });

  test("a step of a long fade that is heard twice is not somebody at the lamp", async () => {
    ask(100, 10_000);
    await clock.advance(Millis(500));
    says({ state: { on: true, brightness: Percent(60) } });
    await clock.advance(Seconds(9));
    says({ state: { on: true, brightness: Percent(100) } });
    says({ state: { on: true, brightness: Percent(60) } });
    expect(lights.get(id)?.desired.brightness).toBe(100);
    answers(sent.at(-1));
    expect(lights.get(id)?.reported?.brightness).toBe(100);
  });

  test("a lamp that cannot fade is led there in steps", async () => {
    start(false);
    ask(100, 2_000);
    for (let step = 0; step < 15; step++) {
      await clock.advance(Millis(200));
      answers(sent.at(-1));
    }
    const levels = sent.map((frame) => Math.round(frame.brightness));
    expect(levels.length).toBeGreaterThanOrEqual(10);
    expect([...levels].sort((a, b) => a - b)).toEqual(levels);
    expect(levels.at(-1)).toBe(100);
    expect(sent.every((frame) => frame.transition === undefined)).toBe(true);
    expect(lights.why(id).settled).toBe(true);
    // What is left are the service's own rounds: check-ups, and sweeping old history.
    expect(clock.armed).toBe(2);
  });

  test("a command in the middle of a led fade ends it", async () => {
    start(false);
    ask(100, 10_000);
    await clock.advance(Seconds(2));
    answers(sent.at(-1));
    ask(5);
    answers(sent.at(-1));
    answers(sent.at(-1));
    await clock.advance(Seconds(20));
    expect(sent.at(-1)?.brightness).toBe(5);
    expect(lights.get(id)?.reported?.brightness).toBe(5);
  });
});

describe("coming and going", () => {
  test("at first contact the home takes the lamp as it is", () => {
    expect(lights.get(id)?.desired).toEqual({ on: false, brightness: 50 });
    expect(sent).toEqual([]);
    expect(queries).toBe(1);
  });

  test("a lamp that comes back gets its desired state again", async () => {
    ask(10);
    answers(sent[0]);
    await clock.advance(Minutes(1));
    says({ online: false });
    says({ online: true });
    expect(sent.at(-1)?.brightness).toBe(10);
    expect(of("device.availability-changed").map((event) => event.online)).toEqual([false, true]);
  });

  test("a lamp whose owner chose how it wakes up is taken as it wakes up", async () => {
    device = { ...device, powerOn: "on" };
    open();
    says({ online: true, state: { on: true, brightness: Percent(50) } });
    await clock.advance(Minutes(1));
    says({ online: false });
    const before = sent.length;
    says({ online: true });
    says({ state: { on: true, brightness: Percent(100) } });
    expect(sent).toHaveLength(before);
    expect(lights.get(id)?.desired).toMatchObject({ on: true, brightness: 100 });
  });

  test("what was asked of a lamp that went in the middle holds when it is back, however it wakes up", async () => {
    device = { ...device, powerOn: "on" };
    open();
    says({ online: true, state: { on: true, brightness: Percent(50) } });
    await clock.advance(Minutes(1));
    ask(10);
    says({ online: false });
    expect(of("light.not-run").map((event) => event.reason)).toEqual(["unreachable"]);
    await clock.advance(Seconds(5));
    says({ online: true });
    expect(sent.at(-1)?.brightness).toBe(10);
    says({ state: { on: true, brightness: Percent(100) } });
    expect(lights.get(id)?.desired.brightness).toBe(10);
    answers(sent.at(-1));
    expect(lights.get(id)?.reported?.brightness).toBe(10);
  });

  test("after a restart of the hub the lamp gets what it should have had", () => {
    ask(10);
    answers(sent[0]);
    lights.close();
    open();
    expect(lights.get(id)).toMatchObject({ desired: { on: true, brightness: 10 }, cause: { kind: "api" } });
    says({ online: true });
    expect(sent.at(-1)).toMatchObject({ on: true, brightness: 10 });
  });
});

describe("a silent lamp", () => {
  test("is asked how it is after five minutes, and tells what somebody did at its switch", async () => {
    await clock.advance(Minutes(6));
    expect(queries).toBe(2);
    says({ state: { on: true, brightness: Percent(70) } });
    expect(lights.get(id)).toMatchObject({
      desired: { on: true, brightness: 70 },
      cause: { kind: "device" },
    });
  });

  test("counts as gone when it does not answer, until it says something again", async () => {
    await clock.advance(Minutes(12));
    expect(lights.get(id)?.reachable).toBe(false);
    says({ state: { on: false, brightness: Percent(50) } });
    expect(lights.get(id)?.reachable).toBe(true);
  });
});

describe("whoever waits for a command", () => {
  test("hears of its confirmation, of being overtaken, and of time running out", async () => {
    const first = ask(10);
    const overtaken = lights.settled(first.command, id, Seconds(5));
    const second = ask(20);
    const done = lights.settled(second.command, id, Seconds(5));
    answers(sent[0]);
    answers(sent[1]);
    expect(await overtaken).toBe("superseded");
    expect(await done).toBe("confirmed");
    const third = ask(30);
    const late = lights.settled(third.command, id, Seconds(5));
    await clock.advance(Seconds(5));
    expect(await late).toBe("timeout");
    expect(await lights.settled(first.command, id, Seconds(5))).toBe("superseded");
  });
});

test("every change has one cause, and the chain tells what came before", () => {
  ask(10);
  ask(20);
  answers(sent[0]);
  answers(sent[1]);
  const commands = of("light.desired-changed").map((event) => event.cause.command);
  expect(new Set(commands).size).toBe(2);
  const [newest, before] = lights.why(id).entries;
  expect(newest).toMatchObject({ desired: { brightness: 20 }, confirmedAt: clock.now() });
  expect(before).toMatchObject({ desired: { brightness: 10 }, notRun: "superseded" });
});

test("a restart forgets nothing of why, and takes no name along", async () => {
  ask(10);
  answers(sent[0]);
  ask(20);
  await clock.advance(Minutes(1));
  const before = lights.why(id).entries;
  expect(before.map(({ notRun }) => notRun).slice(0, 2)).toEqual(["unreachable", undefined]);
  lights.close();
  open();
  expect(lights.why(id).entries).toEqual(before);
  expect(JSON.stringify([...(store.records.get("occurrences") ?? [])])).not.toContain(device.name);
});

test("what was kept of a lamp that this version does not know stays when its neighbour is saved, of one that is gone it goes", async () => {
  const [strange, gone] = ["l-aabbbbbbbbbb" as LampId, "l-aacccccccccc" as LampId];
  others = [{ ...device, id: strange, address: "strange", profile: "test/unknown" }];
  const cause = { kind: "api", at: clock.now(), command: "c-aaaaaaaaaaaa" as CommandId } as const;
  const states = store.collection("light-states");
  const desired = { on: true, brightness: Percent(33) };
  for (const lamp of [strange, gone]) states.put(lamp, { id: lamp, desired, reported: null, cause });
  open();
  ask(10);
  await clock.advance(Seconds(1));
  expect(states.get(id)).toMatchObject({ desired: { brightness: 10 } });
  expect([states.get(strange), states.get(gone)]).toEqual([
    { id: strange, desired, reported: null, cause },
    undefined,
  ]);
});

test("a change whose entry was lost with the power is explained by the state that was kept", async () => {
  ask(10);
  await clock.advance(Seconds(1));
  store.records.delete("occurrences");
  open();
  expect(lights.why(id).entries).toMatchObject([{ desired: { brightness: 10 }, cause: { kind: "api" } }]);
});
