import { beforeEach, expect, test } from "vitest";
import {
  type VacationEvenings,
  type VacationRooms,
  VacationService,
} from "../../../hub/automation/vacation-service.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { CivilDate } from "../../../hub/domain/civil.ts";
import type { RoomId } from "../../../hub/domain/ids.ts";
import { isoText } from "../../../hub/domain/instant-text.ts";
import type { HomeMode } from "../../../hub/domain/rule.ts";
import { Days, Hours, Instant, later, Minutes } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

const [kitchen, study] = ["r-aaaaaaaaaaaa", "r-bbbbbbbbbbbb"].map((id) => id as RoomId) as [RoomId, RoomId];
const noon = Instant(Date.UTC(2026, 10, 20, 12));
const dusk = Hours(5);

interface Switched {
  readonly at: Instant;
  readonly room: RoomId;
  readonly on: boolean;
}

/** Two rooms, and a dusk at five. */
class Cottage {
  readonly clock = new VirtualClock(noon);
  readonly bus = new SyncEventBus();
  readonly store = new MemoryGuardedStore();
  readonly lit = new Set<RoomId>();
  readonly switched: Switched[] = [];
  mode: HomeMode = "home";
  hasDusk = true;
  readonly rooms: VacationRooms = {
    rooms: () => [kitchen, study],
    isLit: (room) => this.lit.has(room),
    light: (room, on) => {
      if (on) this.lit.add(room);
      else this.lit.delete(room);
      this.switched.push({ at: this.clock.now(), room, on });
    },
  };
  readonly evenings: VacationEvenings = {
    evening: (at) => {
      if (!this.hasDusk) return undefined;
      const midday = Math.floor((at - noon) / 86_400_000) * 86_400_000 + noon;
      const start = later(Instant(midday), Hours(4));
      const day = isoText(Instant(midday)).slice(0, 10) as CivilDate;
      return { date: day, start, dusk: later(Instant(midday), dusk), bedtime: later(start, Hours(7)) };
    },
    held: () => (this.hasDusk ? undefined : "no-place"),
    draw: (text) =>
      new SeededRandom([...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7)).next(),
  };
  service = this.started();

  started(): VacationService {
    const { clock, bus, store, rooms, evenings } = this;
    const service = new VacationService(clock, bus, store, rooms, evenings, () => this.mode);
    service.start();
    return service;
  }

  go(mode: HomeMode): void {
    this.mode = mode;
    this.bus.publish({ kind: "mode.changed", mode, at: this.clock.now() });
  }
}

let cottage: Cottage;
beforeEach(() => {
  cottage = new Cottage();
});

test("a home whose people are there is left alone", async () => {
  await cottage.clock.advance(Days(1));
  expect(cottage.switched).toEqual([]);
});

test("on vacation rooms are lit as planned, only between dusk and bedtime, and all are dark afterwards", async () => {
  cottage.go("vacation");
  const plan = cottage.service.plan(later(noon, Hours(6)));
  await cottage.clock.advance(Days(1));
  expect(cottage.switched.filter(({ on }) => on)).toHaveLength(plan.length);
  expect(cottage.switched[0]?.at).toBeGreaterThanOrEqual(later(noon, dusk));
  expect(cottage.switched.at(-1)?.at).toBeLessThan(later(noon, Hours(12)));
  expect(cottage.lit.size).toBe(0);
});

test("each evening is another one", async () => {
  cottage.go("vacation");
  const evenings = Array.from({ length: 14 }, (_, day) =>
    JSON.stringify(
      cottage.service.plan(later(noon, Days(day))).map(({ from }) => (from - noon) % 86_400_000),
    ),
  );
  expect(new Set(evenings).size).toBe(14);
});

test("a restart in the middle of an evening goes on with it, and leaves no room lit", async () => {
  cottage.go("vacation");
  const plan = cottage.service.plan(later(noon, Hours(6)));
  const [first] = plan;
  await cottage.clock.advance(Minutes(((first?.from ?? noon) - noon) / 60_000 + 3));
  expect([...cottage.lit]).toEqual([first?.room]);
  cottage.service.close();
  cottage.service = cottage.started();
  expect(cottage.service.plan(cottage.clock.now())).toEqual(plan);
  await cottage.clock.advance(Hours(14));
  expect(cottage.lit.size).toBe(0);
});

test("whoever comes home finds the rooms as they are, dark where they were lit for nobody", async () => {
  cottage.go("vacation");
  const [first] = cottage.service.plan(later(noon, Hours(6)));
  await cottage.clock.advance(Minutes(((first?.from ?? noon) - noon) / 60_000 + 3));
  expect(cottage.lit.size).toBe(1);
  cottage.go("home");
  expect(cottage.lit.size).toBe(0);
});

test("a room that somebody lit is not made dark", async () => {
  cottage.lit.add(study);
  cottage.go("vacation");
  await cottage.clock.advance(Days(1));
  expect(cottage.lit.has(study)).toBe(true);
  expect(cottage.switched.some(({ room }) => room === study)).toBe(false);
});

test("without an evening nothing is lit: nobody knows when it is dark", async () => {
  cottage.hasDusk = false;
  cottage.go("vacation");
  await cottage.clock.advance(Days(1));
  expect(cottage.switched).toEqual([]);
  expect(cottage.service.plan()).toEqual([]);
});

test("what is kept of evenings is one share for two hours, and nothing of an evening on vacation", async () => {
  cottage.lit.add(kitchen);
  await cottage.clock.advance(Days(20));
  const known = cottage.store.collection("evenings").get(kitchen);
  expect(known?.shares).toHaveLength(4);
  expect(known?.shares.every((share) => share > 0.6)).toBe(true);
  expect(
    cottage.store
      .collection("evenings")
      .get(study)
      ?.shares.every((share) => share < 0.2),
  ).toBe(true);
  cottage.go("vacation");
  await cottage.clock.advance(Days(20));
  expect(cottage.store.collection("evenings").get(kitchen)).toEqual(known);
});

test("of a room that is gone nothing is kept", async () => {
  cottage.lit.add(kitchen);
  await cottage.clock.advance(Days(2));
  cottage.bus.publish({
    kind: "home.changed",
    what: "room",
    id: kitchen,
    change: "removed",
    at: cottage.clock.now(),
  });
  expect(cottage.store.collection("evenings").get(kitchen)).toBeUndefined();
});
