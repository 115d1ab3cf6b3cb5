import type { EventBus, EventOf } from "../domain/event.ts";
import {
  type DeviceId,
  isId,
  type LampId,
  type PersonId,
  type RoomId,
  type RuleId,
  type SensorId,
} from "../domain/ids.ts";
import type { Rule, Trigger } from "../domain/rule.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { Directory, Lights, Sensors, Surroundings } from "./traits.ts";

type TriggerOf<Kind extends Trigger["kind"]> = Extract<Trigger, { kind: Kind }>;
type SensorTrigger = TriggerOf<"motion" | "illuminance" | "contact" | "button">;

/** One trigger of a rule that waits for an event. */
interface Waiting<Kind extends Trigger["kind"]> {
  readonly rule: RuleId;
  readonly index: number;
  readonly trigger: TriggerOf<Kind>;
}
type AnyWaiting = { readonly rule: RuleId; readonly index: number; readonly trigger: Trigger };

/** Light that flickers around a bound is one passing of it. */
const hysteresis = 0.1;

/** Hears what happens in the home and knows which rules it sets off. */
export class EventTriggers {
  readonly #bus: EventBus;
  readonly #home: Directory;
  readonly #lights: Lights;
  readonly #sensors: Sensors;
  readonly #tells: (device: DeviceId) => boolean;
  readonly #rules: () => readonly Rule[];
  readonly #setOff: (rule: RuleId, trigger: number) => void;
  #waiting: readonly AnyWaiting[] = [];
  /** What each sensor said before: an event is a change of it. */
  readonly #before = new Map<SensorId, SensorReading>();
  readonly #wasOn = new Map<LampId, boolean>();
  /** Illuminance triggers that have fired and wait for the light to come back over the bound. */
  readonly #spent = new Set<string>();
  /** People of whom a rule knows that they are on their way. */
  readonly #expected = new Set<string>();

  constructor(
    bus: EventBus,
    around: Surroundings,
    rules: () => readonly Rule[],
    setOff: (rule: RuleId, trigger: number) => void,
  ) {
    this.#bus = bus;
    this.#home = around.home;
    this.#lights = around.lights;
    this.#sensors = around.sensors;
    this.#tells = (device) => around.scopes?.allows(device, "events") ?? true;
    this.#rules = rules;
    this.#setOff = setOff;
  }

  start(): void {
    for (const { id } of this.#home.devices()) {
      const reading = isId("sensor", id) ? this.#sensors.get(id)?.reading : undefined;
      if (isId("sensor", id) && reading !== undefined) this.#before.set(id, reading);
    }
    this.rulesChanged();
    this.#bus.subscribe("sensor.reported", ({ sensor, reading }) => {
      if (this.#tells(sensor)) this.#sensed(sensor, reading);
    });
    this.#bus.subscribe("presence.changed", (event) => this.#presenceChanged(event));
    this.#bus.subscribe("presence.approaching", (event) => this.#approaching(event));
    this.#bus.subscribe("device.availability-changed", ({ device, online }) => {
      if (!this.#tells(device)) return;
      this.#fire(
        "device",
        (each) => each.device === device && each.event === (online ? "online" : "offline"),
      );
    });
    this.#bus.subscribe("light.desired-changed", ({ lamp, desired }) => this.#switched(lamp, desired.on));
  }

  /** Looks anew at what there is to wait for. */
  rulesChanged(): void {
    this.#waiting = this.#rules().flatMap(({ id, enabled, triggers }) =>
      enabled ? triggers.map((trigger, index) => ({ rule: id, index, trigger })) : [],
    );
    for (const { rule, index, trigger } of this.#of("illuminance")) {
      const lux = this.#before.get(trigger.sensor)?.illuminance;
      if (lux !== undefined && isPast(trigger, lux)) this.#spent.add(`${rule}/${index}`);
    }
    for (const { trigger } of this.#of("device")) {
      const { device } = trigger;
      if (!isId("lamp", device) || this.#wasOn.has(device)) continue;
      const light = this.#lights.get(device);
      if (light !== undefined) this.#wasOn.set(device, light.desired.on);
    }
  }

  /** Whether motion that sets off this rule is still there. */
  isStillSet(rule: RuleId): boolean {
    return this.#of("motion").some(
      (each) =>
        each.rule === rule && each.trigger.event === "detected" && this.#isOccupied(each.trigger.sensor),
    );
  }

  #of<Kind extends Trigger["kind"]>(kind: Kind): readonly Waiting<Kind>[] {
    return this.#waiting.filter((each): each is AnyWaiting & Waiting<Kind> => each.trigger.kind === kind);
  }

  #fire<Kind extends Trigger["kind"]>(kind: Kind, isMeant: (trigger: TriggerOf<Kind>) => boolean): void {
    for (const { rule, index, trigger } of this.#of(kind)) if (isMeant(trigger)) this.#setOff(rule, index);
  }

  #sensed(sensor: SensorId, reading: SensorReading): void {
    const before = this.#before.get(sensor) ?? {};
    const { action, ...state } = reading;
    this.#before.set(sensor, { ...before, ...state });
    const room = this.#home.device(sensor)?.room ?? undefined;
    const isHere = (trigger: SensorTrigger): boolean => trigger.sensor === sensor || trigger.sensor === room;
    if (reading.occupancy !== undefined && reading.occupancy !== (before.occupancy ?? false)) {
      this.#moved(reading.occupancy, isHere);
    }
    // Zigbee2MQTT: contact is true while it is closed.
    if (reading.contact !== undefined && reading.contact !== (before.contact ?? true)) {
      const event = reading.contact ? "closed" : "opened";
      this.#fire("contact", (each) => isHere(each) && each.event === event);
    }
    if (action !== undefined) this.#fire("button", (each) => isHere(each) && each.action === action);
    if (reading.illuminance !== undefined) this.#lit(sensor, reading.illuminance, before.illuminance);
  }

  /** A room is left when nothing in it sees anybody any more. */
  #moved(isOccupied: boolean, isHere: (trigger: SensorTrigger) => boolean): void {
    this.#fire("motion", (each) => {
      if (!isHere(each)) return false;
      return isOccupied
        ? each.event === "detected"
        : each.event === "cleared" && !this.#isOccupied(each.sensor);
    });
  }

  #isOccupied(place: SensorId | RoomId): boolean {
    if (isId("sensor", place)) return this.#before.get(place)?.occupancy === true;
    return this.#home
      .devices()
      .some(
        ({ id, room }) => room === place && isId("sensor", id) && this.#before.get(id)?.occupancy === true,
      );
  }

  #lit(sensor: SensorId, lux: number, before: number | undefined): void {
    for (const { rule, index, trigger } of this.#of("illuminance")) {
      if (trigger.sensor !== sensor) continue;
      const mark = `${rule}/${index}`;
      if (isBack(trigger, lux)) this.#spent.delete(mark);
      if (!isPast(trigger, lux) || this.#spent.has(mark)) continue;
      this.#spent.add(mark);
      // Of the first reading nobody knows whether it passed the bound.
      if (before !== undefined) this.#setOff(rule, index);
    }
  }

  #presenceChanged({ person, home, isAlone, wasKnown }: EventOf<"presence.changed">): void {
    this.#forgetExpected(person);
    if (!wasKnown) return;
    this.#fire("presence", (each) => {
      switch (each.event) {
        case "first-arrives":
          return home && isAlone;
        case "last-leaves":
          return !home && isAlone;
        case "approaches":
          return false;
        default:
          return each.person === person && each.event === (home ? "arrives" : "leaves");
      }
    });
  }

  /** Once for each way home. */
  #approaching({ person, eta }: EventOf<"presence.approaching">): void {
    for (const { rule, index, trigger } of this.#of("presence")) {
      if (trigger.event !== "approaches" || eta > trigger.ahead) continue;
      if (trigger.person !== undefined && trigger.person !== person) continue;
      const mark = `${person} ${rule}/${index}`;
      if (this.#expected.has(mark)) continue;
      this.#expected.add(mark);
      this.#setOff(rule, index);
    }
  }

  #forgetExpected(person: PersonId): void {
    for (const mark of this.#expected) if (mark.startsWith(`${person} `)) this.#expected.delete(mark);
  }

  #switched(lamp: LampId, on: boolean): void {
    // Of no lamp anybody wants to know, in most homes; this is asked with every change of each.
    if (this.#wasOn.size === 0) return;
    const was = this.#wasOn.get(lamp);
    if (was === undefined || was === on) return;
    this.#wasOn.set(lamp, on);
    if (!this.#tells(lamp)) return;
    this.#fire("device", (each) => each.device === lamp && each.event === (on ? "on" : "off"));
  }
}

const isPast = (trigger: TriggerOf<"illuminance">, lux: number): boolean =>
  "below" in trigger ? lux < trigger.below : lux > trigger.above;

const isBack = (trigger: TriggerOf<"illuminance">, lux: number): boolean =>
  "below" in trigger ? lux >= trigger.below * (1 + hysteresis) : lux <= trigger.above * (1 - hysteresis);
