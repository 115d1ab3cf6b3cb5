import { expect, test } from "vitest";
import type { WallTime } from "../../hub/domain/civil.ts";
import type { EventOf } from "../../hub/domain/event.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import { Hours, Millis, Minutes, Seconds } from "../../hub/domain/units.ts";
import { SimPowerCut } from "../../hub/platform/sim/sim-disk.ts";
import type { StorePort } from "../../hub/ports/store.ts";
import { type Plant, World } from "../sim/world.ts";
import { proves } from "../support/proves.ts";
import { storeOver } from "../support/store-over.ts";

/** The real hub, its simulated lamps and its disk, in a power cut. Sunset is at 19:33Z. */
const sunset = Date.UTC(2026, 5, 21, 19, 33, 19);

/** Those that answer at once: a lamp of the radio has its own pace. */
const lampsOf = (world: World): readonly LampId[] =>
  (world.hub?.lights.list() ?? []).flatMap(({ id }) => (world.house.lamp(id) === undefined ? [] : [id]));

/** Each lamp comes on at sunset and goes off at eleven; the second one's rule is of its own. */
const evening = (world: World, lamp: LampId) =>
  world.hub?.schedules.add({
    name: "evening",
    enabled: true,
    triggers: [
      {
        kind: "range",
        from: { kind: "sun", event: "sunset", offset: 0, polar: { kind: "none" } },
        to: { kind: "time", at: (23 * 3_600) as WallTime },
        days: {},
      },
    ],
    conditions: [],
    actions: [{ kind: "light", target: lamp, command: { on: true } }],
    catchUp: { kind: "now" },
  });

const until = async (world: World, at: number): Promise<void> =>
  await world.live(Millis(at - world.clock.now()));

const shows = (world: World, lamp: LampId): boolean | undefined => world.house.lamp(lamp)?.goal.on;

test(`ten hours behind nothing fires; then the time is known, and within 2 s each lamp shows what it should, once ${proves("EN303645:5.9-1")}`, async () => {
  const world = await World.open(3);
  const lamps = lampsOf(world);
  for (const lamp of lamps) world.hub?.lights.command(lamp, { on: false }, { kind: "person" });
  for (const lamp of lamps) evening(world, lamp);
  await world.live(Minutes(1));
  world.powerCut();
  await world.live(Hours(4));
  world.clock.setTrust({ level: "unknown" });
  world.clock.step(-Hours(10));
  await world.powerOn();
  const hub = world.hub;
  if (hub === undefined) throw new SimPowerCut("the hub did not come up");
  const fired: EventOf<"rule.fired">[] = [];
  const changed: EventOf<"light.desired-changed">[] = [];
  hub.bus.subscribe("rule.fired", (event) => fired.push(event));
  hub.bus.subscribe("light.desired-changed", (event) => changed.push(event));
  await world.live(Minutes(30));
  expect([fired, lamps.filter((lamp) => shows(world, lamp))]).toEqual([[], []]);
  world.clock.step(Hours(10));
  world.clock.setTrust({ level: "trusted", source: "ntp", since: world.clock.now() });
  await world.live(Seconds(2));
  expect(lamps.filter((lamp) => shows(world, lamp) !== true)).toEqual([]);
  expect(changed.map(({ lamp }) => lamp).sort()).toEqual([...lamps].sort());
  for (const { cause } of changed) expect(cause).toMatchObject({ kind: "catch-up", trigger: "from sunset" });
  for (const lamp of lamps) expect(hub.lights.why(lamp).cause.kind).toBe("catch-up");
  await world.live(Minutes(5));
  expect([fired.length, changed.length]).toEqual([lamps.length, lamps.length]);
  await world.close();
});

test("without power from ten minutes before sunset until five after it: the lamp is on", async () => {
  const world = await World.open(5);
  const [lamp] = lampsOf(world) as [LampId];
  world.hub?.lights.command(lamp, { on: false }, { kind: "person" });
  evening(world, lamp);
  await until(world, sunset - Minutes(10));
  world.powerCut();
  await world.live(Minutes(15));
  await world.powerOn();
  await world.live(Seconds(30));
  expect(shows(world, lamp)).toBe(true);
  await world.close();
});

test("why not: a lamp says which rule held back, and for what", async () => {
  const world = await World.open(5);
  const [lamp] = lampsOf(world) as [LampId];
  const rule = evening(world, lamp);
  if (rule !== undefined) world.hub?.schedules.change(rule.id, { conditions: [{ kind: "sun", is: "up" }] });
  await until(world, sunset + Minutes(1));
  const [entry] = world.hub?.lights.why(lamp).entries ?? [];
  expect(entry).toMatchObject({ notRun: "condition-false", cause: { kind: "rule", rule: rule?.id } });
  await world.close();
});

/** A disk whose journal is written and then, with that very write, the power goes. */
const afterJournal = (isArmed: () => boolean) => (store: StorePort) =>
  storeOver(store, {
    open: (...args: Parameters<StorePort["open"]>) => {
      const records = store.open(...args);
      const write: typeof records.write = (batch, durability) => {
        records.write(batch, durability);
        if (isArmed() && batch.some(({ collection }) => collection === "rule-journal")) {
          throw new SimPowerCut("the power went after the journal and before the lamps");
        }
      };
      return Object.assign(Object.create(records) as typeof records, {
        write,
        get: records.get.bind(records),
        entries: records.entries.bind(records),
        waiting: records.waiting.bind(records),
        before: records.before.bind(records),
        flush: records.flush.bind(records),
        close: records.close.bind(records),
      });
    },
  });

/** A home at the brink of sunset: one lamp that should be on, one that should be toggled. */
const atSunset = async (plant: Plant = {}) => {
  const world = await World.open(11, plant);
  const [stateful, toggled] = lampsOf(world) as [LampId, LampId];
  for (const lamp of [stateful, toggled]) world.hub?.lights.command(lamp, { on: false }, { kind: "person" });
  evening(world, stateful);
  const rule = evening(world, toggled);
  const command = { on: "toggle" } as const;
  if (rule !== undefined)
    world.hub?.schedules.change(rule.id, { actions: [{ kind: "light", target: toggled, command }] });
  await until(world, sunset - Seconds(1));
  return { world, stateful, toggled };
};

/** Until the power goes. What a hub without power throws is nobody's any more. */
const liveToTheCut = async (world: World): Promise<void> => {
  try {
    await world.live(Seconds(20));
  } catch (error) {
    if (!(error instanceof SimPowerCut)) throw error;
  }
  world.powerCut();
};

const expectOnce = async (
  { world, stateful, toggled }: Awaited<ReturnType<typeof atSunset>>,
  where: string,
) => {
  await world.powerOn();
  await world.live(Minutes(2));
  expect(world.hub?.lights.get(stateful)?.desired.on, where).toBe(true);
  expect(shows(world, stateful), where).toBe(true);
  expect(world.facts.broken.get("fires-once") ?? [], where).toEqual([]);
  // A toggle that is done twice undoes itself; one that may have been done is not done again.
  const turns = world.facts.asked
    .get(toggled)
    ?.filter(({ desired }, at, all) => desired.on !== all[at - 1]?.desired.on);
  expect(turns?.length, where).toBeLessThanOrEqual(3);
  await world.close();
};

test(`the power goes at every write around sunset: nothing is done twice, and what should be on is on ${proves("EN303645:5.9-2")}`, async () => {
  for (let write = 1; write <= 12; write++) {
    const home = await atSunset();
    home.world.diskRefuses({ powerCutAt: write });
    await liveToTheCut(home.world);
    home.world.diskObeys();
    await expectOnce(home, `cut at write ${write}`);
  }
});

test("the power goes after the journal and before the lamps: the lamp is on all the same, and nothing is toggled", async () => {
  let isArmed = false;
  const home = await atSunset({ store: afterJournal(() => isArmed) });
  isArmed = true;
  await liveToTheCut(home.world);
  isArmed = false;
  await expectOnce(home, "between journal and lamps");
  expect(shows(home.world, home.toggled)).toBe(false);
});
