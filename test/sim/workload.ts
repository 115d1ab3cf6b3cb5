import type { DeviceFaults } from "../../devices/sim/faults.ts";
import type { WallTime } from "../../hub/domain/civil.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import type { Trigger } from "../../hub/domain/rule.ts";
import { StoreFailed } from "../../hub/domain/store-errors.ts";
import { type Duration, Millis, Minutes, Percent, Seconds } from "../../hub/domain/units.ts";
import type { Random } from "../../hub/ports/random.ts";
import { clearAir } from "./radio.ts";
import { canary, type World } from "./world.ts";

/** What people do, each as likely as the others: a share of the draws. */
const deeds: readonly ((world: World, random: Random) => Promise<void>)[] = [
  async (world, random) => {
    await world.ask("PUT", `/lights/${lampOf(world, random)}/state`, drawnCommand(random));
  },
  async (world, random) => {
    // A slider being dragged: many wishes in a moment.
    const lamp = lampOf(world, random);
    for (let at = 0; at < 5; at++)
      await world.ask("PUT", `/lights/${lamp}/state`, { brightness: 1 + random.below(100) });
  },
  async (world, random) => {
    const room = await anyOf(world, random, "/rooms");
    const wish = random.next() < 0.5 ? { on: random.next() < 0.5 } : drawnCommand(random);
    if (room !== undefined) await world.ask("PUT", `/rooms/${room}/state`, wish);
  },
  async (world, random) => {
    const room = await anyOf(world, random, "/rooms");
    if (room !== undefined) await world.ask("POST", "/scenes", { name: `${canary} scene`, capture: room });
  },
  async (world, random) => {
    const scene = await anyOf(world, random, "/scenes");
    if (scene !== undefined) await world.ask("POST", `/scenes/${scene}/recall`, {});
  },
  async (world, random) => {
    const room = await anyOf(world, random, "/rooms");
    if (room !== undefined) await rename(world, `/rooms/${room}`, room, `${canary} ${random.below(1e6)}`);
  },
  async (world, random) => {
    const lamp = lampOf(world, random);
    await rename(world, `/lights/${lamp}`, lamp, `${canary} ${random.below(1e6)}`);
  },
  async (world, random) => {
    // MQTT, with now and then something that is no command.
    const payload =
      random.next() < 0.2 ? "{" : JSON.stringify({ state: random.next() < 0.5 ? "ON" : "TOGGLE" });
    world.hub?.broker.publish(`lampkeeper/${lampOf(world, random)}/set`, payload);
  },
  async (world, random) => {
    for (let count = 0; count < 3; count++) writeRule(world, random);
  },
  async (world, random) => {
    const lamp = world.house.lamp(lampOf(world, random));
    if (lamp?.isPowered)
      lamp.touch({ on: random.next() < 0.7, level: lamp.model.limits.full * random.next() });
  },
];

/** Rules that people write down, most of them due within a quarter of an hour. */
const triggersOf: readonly ((world: World, random: Random) => Trigger)[] = [
  (world, random) => ({ kind: "daily", at: soon(world, random), days: {} }),
  (world, random) => {
    const from = soon(world, random);
    return { kind: "range", from, to: { ...from, at: ((from.at + 600) % 86_400) as WallTime }, days: {} };
  },
  (world, random) => {
    const at = soon(world, random);
    return { kind: "daily", at, until: { ...at, at: ((at.at + 900) % 86_400) as WallTime }, days: {} };
  },
  // The sun sets at 19:33 UTC; this world begins at 16:00.
  (_world, random) => {
    const offset = -(150 + random.below(60)) * 60_000;
    return { kind: "daily", at: { kind: "sun", event: "sunset", offset, polar: { kind: "none" } }, days: {} };
  },
  (world, random) => ({ kind: "timer", after: Seconds(20 + random.below(900)), since: world.clock.now() }),
];

const soon = (world: World, random: Random) => {
  const inBerlin = (world.clock.now() / 1_000 + 7_200 + random.below(900)) % 86_400;
  return { kind: "time", at: Math.floor(inBerlin) as WallTime } as const;
};

const writeRule = (world: World, random: Random): void => {
  const { hub } = world;
  if (hub === undefined) return;
  const target = lampOf(world, random) as LampId;
  const command = pick(random, [
    { on: true },
    { on: false },
    { on: "toggle" },
    { brightness: Percent(40) },
  ] as const);
  const hold = random.next() < 0.2 ? { hold: Seconds(30 + random.below(300)) } : {};
  try {
    hub.schedules.add({
      name: `${canary} rule`,
      enabled: true,
      triggers: [pick(random, triggersOf)(world, random)],
      conditions: random.next() < 0.2 ? [{ kind: "sun", is: random.next() < 0.5 ? "up" : "down" }] : [],
      actions: [{ kind: "light", target, command, ...hold }],
      catchUp: pick(random, [
        { kind: "now" },
        { kind: "skip" },
        { kind: "late", within: Minutes(30) },
      ] as const),
    });
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
  }
};

/** Whether the hub must survive a fault, must also report it, or is excused while it lasts. */
export type Expectation = "survive" | "report" | "excused";

interface Fault {
  readonly name: string;
  readonly expects: Expectation;
  begin(world: World, random: Random): (() => void) | undefined;
}

const misbehaviours: readonly DeviceFaults[] = [
  { drop: 0.3 },
  { delayMs: [100, 2_500] },
  { duplicate: 0.5 },
  { ignore: 0.5 },
  { offline: true },
];

export const faults: readonly Fault[] = [
  {
    name: "power cut",
    expects: "survive",
    begin: (world, random) => {
      world.powerCut();
      world.clock.after(Millis(500 + random.below(30_000)), () => void world.powerOn());
      return undefined;
    },
  },
  {
    name: "a lamp loses its mains",
    expects: "report",
    begin: (world, random) => {
      const device = world.house.get(pick(random, world.house.ids));
      device?.unplug();
      return () => device?.plugIn();
    },
  },
  {
    name: "a device misbehaves",
    expects: "survive",
    begin: (world, random) => {
      const device = world.house.get(pick(random, world.house.ids));
      device?.misbehave(pick(random, misbehaviours));
      return () => device?.misbehave({});
    },
  },
  {
    name: "bad air",
    expects: "survive",
    begin: (world, random) => {
      world.radio.faults = {
        slowestMs: 50 + random.below(2_500),
        loss: random.next() * 0.3,
        duplication: random.next() * 0.2,
      };
      return () => {
        world.radio.faults = clearAir;
      };
    },
  },
  {
    name: "a link breaks",
    expects: "survive",
    begin: (world, random) => {
      world.radio.cut(`dev-${random.below(world.house.ids.length)}`);
      return undefined;
    },
  },
  {
    name: "the disk refuses",
    expects: "report",
    begin: (world, random) => {
      world.diskRefuses(random.next() < 0.5 ? { readOnly: true } : { failing: 0.5 });
      return () => world.diskObeys();
    },
  },
  {
    name: "the clock steps",
    expects: "survive",
    begin: (world, random) => {
      world.clock.step((random.next() - 0.5) * 2 * 86_400_000);
      return undefined;
    },
  },
  {
    name: "nobody knows the time",
    expects: "report",
    begin: (world, random) => {
      world.clock.setTrust({ level: "unknown" });
      if (random.next() < 0.5) world.clock.step(-random.below(12) * 3_600_000);
      return () => {
        if (random.next() < 0.5) world.clock.step(random.below(12) * 3_600_000);
        world.clock.setTrust({ level: "trusted", source: "ntp", since: world.clock.now() });
      };
    },
  },
];

/** People and faults at work, until they are told to stop. Both draw from streams of their own. */
export class Workload {
  readonly #world: World;
  readonly #people: Random;
  readonly #weather: Random;
  readonly #undo = new Set<() => void>();
  #isOver = false;

  constructor(world: World) {
    this.#world = world;
    this.#people = world.random.fork("people");
    this.#weather = world.random.fork("weather");
  }

  start(): void {
    this.#nextDeed();
    this.#nextFault();
    this.#world.ble.start((method, path, body) => this.#world.ask(method, path, body));
  }

  /**
   * People go to bed, and everything that is broken is mended; one device stays unplugged. Rules rest too, as soon as the
   * hub has its power back: what they switch would hide what went wrong before.
   */
  stop(): void {
    this.#isOver = true;
    for (const undo of this.#undo) undo();
    this.#undo.clear();
    this.#world.ble.stop();
    this.#world.clock.after(Minutes(1), () => {
      const rules = this.#world.hub?.schedules;
      for (const { id } of rules?.list() ?? []) rules?.remove(id);
    });
    this.#world.house.get(pick(this.#weather, this.#world.house.ids))?.unplug();
  }

  #nextDeed(): void {
    this.#world.clock.after(around(this.#people, Seconds(12)), () => {
      if (this.#isOver) return;
      void pick(this.#people, deeds)(this.#world, this.#people);
      this.#nextDeed();
    });
  }

  #nextFault(): void {
    this.#world.clock.after(around(this.#weather, Minutes(2)), () => {
      if (this.#isOver) return;
      this.#begin(pick(this.#weather, faults));
      this.#nextFault();
    });
  }

  #begin(fault: Fault): void {
    this.#world.note("fault", { name: fault.name });
    const undo = fault.begin(this.#world, this.#weather);
    if (undo === undefined) return;
    this.#undo.add(undo);
    this.#world.clock.after(around(this.#weather, Minutes(1)), () => {
      if (this.#undo.delete(undo)) undo();
    });
  }
}

const pick = <Each>(random: Random, from: readonly Each[]): Each => from[random.below(from.length)] as Each;

/** Exponentially distributed, as events that do not know of each other are. */
const around = (random: Random, mean: Duration): Duration => Millis(-mean * Math.log(1 - random.next()));

const lampOf = (world: World, random: Random): string =>
  pick(
    random,
    world.house.ids.filter((id) => id.startsWith("l-")),
  );

const anyOf = async (world: World, random: Random, path: string): Promise<string | undefined> => {
  const { status, answer } = await world.ask("GET", path);
  const found = status === 200 ? (answer as { data: { id: string }[] }).data : [];
  return found.length === 0 ? undefined : pick(random, found).id;
};

const drawnCommand = (random: Random): object => ({
  on: random.next() < 0.7,
  ...(random.next() < 0.6 ? { brightness: 1 + random.below(100) } : {}),
  ...(random.next() < 0.3 ? { colorTemperature: 2_200 + random.below(4_000) } : {}),
  ...(random.next() < 0.3 ? { transition: random.below(10) } : {}),
});

/** A name that was acknowledged holds; one that was refused may or may not, while the disk makes trouble. */
const rename = async (world: World, path: string, id: string, name: string): Promise<void> => {
  const allowed = world.facts.names.get(id) ?? new Set();
  allowed.add(name);
  world.facts.names.set(id, allowed);
  const { status } = await world.ask("PATCH", path, { name });
  if (status === 200) world.facts.names.set(id, new Set([name]));
};
