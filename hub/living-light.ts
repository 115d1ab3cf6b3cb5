import { type CircadianLamps, CircadianService } from "./automation/circadian-service.ts";
import type { ScheduleService } from "./automation/schedule-service.ts";
import type { Draws, SunSource } from "./automation/traits.ts";
import { type VacationEvenings, type VacationRooms, VacationService } from "./automation/vacation-service.ts";
import { parseWallTime } from "./domain/civil.ts";
import type { EventBus } from "./domain/event.ts";
import { Hours, Instant } from "./domain/units.ts";
import { type Evening, firstEveningHour } from "./domain/vacation.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { ClockWatch } from "./lifecycle/clock-watch.ts";
import type { LightService } from "./lights/light-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { PurposeStore } from "./privacy/guarded-store.ts";

/** The rooms that light by itself needs; the roof plugs them in. */
export interface LivingParts {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly store: PurposeStore<"automation">;
  readonly inventory: Inventory;
  readonly lights: LightService;
  readonly watch: ClockWatch;
  readonly place: SunSource;
}

/** Why nobody knows how the sun stands. */
const heldIn = ({ watch, place }: LivingParts) =>
  watch.trust().level === "trusted" ? place.held() : "clock-untrusted";

/** Light that follows the sun. @param mode asked when it is needed: rules, which keep it, hand lamps over to this */
export const circadianOf = (parts: LivingParts, mode: () => ReturnType<ScheduleService["mode"]>) => {
  const { clock, bus, store, inventory, lights, place } = parts;
  const lamps: CircadianLamps = {
    members: (target) => inventory.members(target),
    get: (lamp) => lights.get(lamp),
    show: (states, source, transition) => void lights.show(states, source, transition),
  };
  return new CircadianService(clock, bus, store, lamps, {
    elevation: () => (heldIn(parts) === undefined ? place.sun()?.state(clock.now()).elevation : undefined),
    held: () => heldIn(parts),
    isNight: () => mode() === "night",
  });
};

/** An evening ends when its night is over; until the next one begins, that is the one to come. */
const nightEnds = Hours(5);
const eveningStarts = parseWallTime(`${firstEveningHour}:00`);
/** When homes go dark, give or take. */
const bedtime = parseWallTime("22:45");

/** The evenings of an empty home. */
export const vacationOf = (
  parts: LivingParts,
  draws: Draws,
  mode: () => ReturnType<ScheduleService["mode"]>,
) => {
  const { clock, bus, store, inventory, lights, place } = parts;
  const rooms: VacationRooms = {
    rooms: () => inventory.rooms().flatMap(({ id }) => (inventory.members(id)?.length ? [id] : [])),
    isLit: (room) => (inventory.members(room) ?? []).some((lamp) => lights.get(lamp)?.desired.on),
    light: (room, on) => void lights.command(room, { on }, { kind: "rule", trigger: "vacation" }),
  };
  const evenings: VacationEvenings = {
    evening: (at) => (heldIn(parts) === undefined ? eveningOf(place, at) : undefined),
    held: () => heldIn(parts),
    draw: (text) => draws.of(text),
  };
  return new VacationService(clock, bus, store, rooms, evenings, mode);
};

/** Undefined where the home has no place, or the sun does not set. */
const eveningOf = (place: SunSource, at: Instant): ReturnType<VacationEvenings["evening"]> => {
  const [zone, sun] = [place.zone(), place.sun()];
  const { date } = zone.civil(Instant(at - nightEnds));
  const [start, end] = [zone.instantOf(date, eveningStarts), zone.instantOf(date, bedtime)];
  if (sun === undefined || start === undefined || end === undefined) return undefined;
  const dusk = sun.eventOn("sunset", date)?.at ?? (sun.state(start).isUp ? undefined : start);
  if (dusk === undefined) return undefined;
  const evening: Evening = { dusk, start, bedtime: end };
  return { ...evening, date };
};
