import { beforeEach, expect, test } from "vitest";
import { type CircadianLamps, CircadianService } from "../../../hub/automation/circadian-service.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { Cause, CauseKind } from "../../../hub/domain/cause.ts";
import { circadianLight, usualCurve } from "../../../hub/domain/circadian.ts";
import { NotFound } from "../../../hub/domain/errors.ts";
import type { CommandId, LampId, RoomId } from "../../../hub/domain/ids.ts";
import type { LightCapabilities, LightState } from "../../../hub/domain/light.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import { Hours, Instant, later, Minutes, Mireds, Percent } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

const room = "r-aaaaaaaaaaaa" as RoomId;
const lamp = "l-aaaaaaaaaaaa" as LampId;
const other = "l-bbbbbbbbbbbb" as LampId;
const tunable: LightCapabilities = {
  brightness: { min: Percent(1) },
  colorTemperature: { min: Mireds(153), max: Mireds(454) },
};
const start = Instant(Date.UTC(2026, 5, 21, 16));

/** One lamp in one room, under a sun that stands where the test says. */
class Porch {
  readonly clock = new VirtualClock(start);
  readonly bus = new SyncEventBus();
  readonly store = new MemoryGuardedStore();
  readonly shown: LightState[] = [];
  elevation: number | undefined = 10;
  night = false;
  desired: LightState = { on: true, brightness: Percent(100), colorTemperature: Mireds(250) };
  members: readonly LampId[] = [lamp];
  /** How often the home was asked which lamps are where. */
  asked = 0;
  readonly lamps: CircadianLamps = {
    members: (target) => {
      this.asked += 1;
      return target === room ? this.members : target === lamp || target === other ? [target] : undefined;
    },
    get: (id) => (id === lamp ? { desired: this.desired, capabilities: tunable } : undefined),
    show: (states, source) => {
      for (const [, state] of states) {
        this.shown.push(state);
        this.ask(state, source.kind, source.trigger);
      }
    },
  };
  service = this.started();

  started(): CircadianService {
    const service = new CircadianService(this.clock, this.bus, this.store, this.lamps, {
      elevation: () => this.elevation as Degrees | undefined,
      held: () => (this.elevation === undefined ? "clock-untrusted" : undefined),
      isNight: () => this.night,
    });
    service.start();
    return service;
  }

  ask(state: Partial<LightState>, kind: CauseKind = "person", trigger?: string): void {
    this.desired = { ...this.desired, ...state };
    const cause: Cause = {
      kind,
      at: this.clock.now(),
      command: "c-aaaaaaaaaaaa" as CommandId,
      ...(trigger === undefined ? {} : { trigger }),
    };
    this.bus.publish({ kind: "light.desired-changed", lamp, desired: this.desired, cause, clamped: [] });
  }

  /** What the lamp shows where it follows. */
  sunny() {
    return circadianLight((this.elevation ?? 0) as Degrees, usualCurve);
  }
}

let porch: Porch;
beforeEach(() => {
  porch = new Porch();
});

test("a room that follows is brought to the sun's light at once, and along with the sun", async () => {
  porch.service.follow(room);
  expect(porch.desired).toMatchObject(porch.sunny());
  porch.elevation = 2;
  await porch.clock.advance(Minutes(1));
  expect(porch.desired).toMatchObject(porch.sunny());
  expect(porch.service.list()[0]).toMatchObject({ target: room, light: porch.sunny(), takenOver: [] });
});

test("a sun that does not move makes no traffic, nor does one beyond what the lamp can", async () => {
  porch.elevation = -30;
  porch.service.follow(room);
  const before = porch.shown.length;
  expect(porch.desired.colorTemperature).toBe(454);
  await porch.clock.advance(Hours(2));
  expect(porch.shown.length).toBe(before);
});

test("a brightness that a person sets stays, and the colour goes on with the sun", async () => {
  porch.service.follow(room);
  porch.ask({ brightness: Percent(13) });
  porch.elevation = 0;
  await porch.clock.advance(Minutes(5));
  expect(porch.desired.brightness).toBe(13);
  expect(porch.desired.colorTemperature).toBe(porch.sunny().colorTemperature);
  expect(porch.service.stateOf(lamp)).toEqual({ brightness: later(start, usualCurve.takeOver), color: null });
});

test("a colour that a person sets stays, and the brightness goes on with the sun", async () => {
  porch.service.follow(room);
  porch.ask({ colorTemperature: Mireds(200) });
  porch.elevation = 0;
  await porch.clock.advance(Minutes(5));
  expect(porch.desired).toMatchObject({ colorTemperature: 200, brightness: porch.sunny().brightness });
});

test("a take-over survives off and on, and ends when it said", async () => {
  porch.service.follow(room);
  porch.ask({ brightness: Percent(13) });
  porch.ask({ on: false });
  porch.ask({ on: true });
  await porch.clock.advance(Hours(2));
  expect(porch.desired.brightness).toBe(13);
  await porch.clock.advance(Hours(1));
  await porch.clock.advance(Minutes(1));
  expect(porch.desired.brightness).toBe(porch.sunny().brightness);
  expect(porch.service.stateOf(lamp)).toEqual({ brightness: null, color: null });
});

test("a take-over outlives a restart, and can be given back before its time", async () => {
  porch.service.follow(room);
  porch.ask({ brightness: Percent(13) });
  porch.service.close();
  porch.service = porch.started();
  await porch.clock.advance(Minutes(5));
  expect(porch.desired.brightness).toBe(13);
  porch.service.giveBack(lamp);
  expect(porch.desired.brightness).toBe(porch.sunny().brightness);
});

test("what the home puts back after a power cut is nobody's take-over", () => {
  porch.service.follow(room);
  porch.ask({ brightness: Percent(13) }, "restore");
  expect(porch.service.stateOf(lamp)).toEqual({ brightness: null, color: null });
});

test("a lamp that is off is left off, and comes on in the light of that hour", async () => {
  porch.service.follow(room);
  porch.ask({ on: false });
  const before = porch.shown.length;
  porch.elevation = -2;
  await porch.clock.advance(Minutes(30));
  expect(porch.shown.length).toBe(before);
  expect(porch.service.firstLight(lamp)).toEqual(porch.sunny());
});

test("an effect is a colour of its own", async () => {
  porch.service.follow(room);
  porch.ask({ effect: "candle" });
  porch.elevation = 0;
  await porch.clock.advance(Minutes(2));
  expect(porch.desired.effect).toBe("candle");
});

test("while the clock is not to be believed nothing moves, and it says why", async () => {
  porch.service.follow(room);
  const before = porch.shown.length;
  porch.elevation = undefined;
  await porch.clock.advance(Hours(1));
  expect(porch.shown.length).toBe(before);
  expect(porch.service.list()[0]).toMatchObject({ held: "clock-untrusted" });
  expect(porch.service.firstLight(lamp)).toBeUndefined();
});

test("at night the light is the evening's, whatever the sun does", () => {
  porch.night = true;
  porch.service.follow(room);
  expect(porch.desired.brightness).toBe(usualCurve.dimmest);
});

test("what follows no more is left as it is", async () => {
  porch.service.follow(room);
  porch.service.leave(room);
  porch.elevation = 0;
  const before = porch.shown.length;
  await porch.clock.advance(Minutes(5));
  expect(porch.shown.length).toBe(before);
  expect(() => porch.service.leave(room)).toThrow(NotFound);
  expect(() => porch.service.giveBack(lamp)).toThrow(NotFound);
  expect(() => porch.service.follow("r-zzzzzzzzzzzz" as RoomId)).toThrow(NotFound);
});

test("each take-over and its end is told", async () => {
  const told: (Instant | null)[] = [];
  porch.bus.subscribe("light.taken-over", ({ brightness }) => told.push(brightness));
  porch.service.follow(room);
  porch.ask({ brightness: Percent(13) });
  await porch.clock.advance(Hours(4));
  expect(told).toEqual([later(start, usualCurve.takeOver), null]);
});

test("what each lamp follows is looked up once, until the home changes: the lamp itself before its room", () => {
  const steep = { ...usualCurve, dimmest: Percent(40) };
  porch.service.follow(room);
  porch.service.follow(lamp, steep);
  const light = (id: LampId) => porch.service.firstLight(id)?.brightness;
  const [own, ofRoom] = [steep, usualCurve].map((curve) => circadianLight(10 as Degrees, curve).brightness);
  expect([light(lamp), light(other)]).toEqual([own, undefined]);
  const before = porch.asked;
  for (let times = 0; times < 1_000; times++) light(lamp);
  expect(porch.asked).toBe(before);
  porch.members = [lamp, other];
  porch.bus.publish({ kind: "home.changed", what: "device", id: other, change: "changed", at: start });
  expect([light(lamp), light(other)]).toEqual([own, ofRoom]);
  porch.service.leave(lamp);
  expect(light(lamp)).toBe(ofRoom);
});
