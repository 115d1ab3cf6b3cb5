import { readWifiCredentials } from "../../codec/wifi-credentials.ts";
import { InvariantBroken, NotFound } from "../../domain/errors.ts";
import type { DeviceId, PersonId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { SensorReading } from "../../domain/sensor.ts";
import { Seconds } from "../../domain/units.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import type { Services, SimAccessPoint, SimControl, SimPeople } from "../traits.ts";

type SimRoutes =
  | "readSimClock"
  | "pauseSimClock"
  | "resumeSimClock"
  | "advanceSimClock"
  | "jumpSimClock"
  | "listSimDevices"
  | "unplugSimDevice"
  | "plugSimDevice"
  | "misbehaveSimDevice"
  | "touchSimDevice"
  | "pressSimDevice"
  | "senseSimDevice"
  | "listSimPeople"
  | "moveSimPerson"
  | "changeSimPhone"
  | "signInSimPhone"
  | "readSimAccessPoint"
  | "configureSimAccessPoint"
  | "unplugSimAccessPoint"
  | "plugSimAccessPoint"
  | "readSimPanel"
  | "pressSimPanel"
  | "tellBySimPhone"
  | "listSimShelf"
  | "giveSimPlace"
  | "readSimFaults"
  | "clearSimFaults";

/** Served only where there is a simulated home; `sim` absent here means the router let a route through. */
export const simHandlers = ({ sim: world, places }: Services): Handlers<SimRoutes> => {
  const sim = (): SimControl => {
    if (world === undefined) throw new InvariantBroken("no simulated home behind a simulator route");
    return world;
  };
  const after = (id: DeviceId, change: (sim: SimControl) => void): Shape<"SimDevice"> => {
    change(sim());
    const device = sim()
      .devices()
      .find((each) => each.id === id);
    if (device === undefined) throw new NotFound("no such simulated device");
    return device;
  };
  const simPeople = (): SimPeople => {
    const { people } = sim();
    if (people === undefined) throw new NotFound("no such simulated person");
    return people;
  };
  const someone = (id: PersonId, change: (people: SimPeople) => void): Shape<"SimPerson"> => {
    const people = simPeople();
    change(people);
    const person = people.list().find((each) => each.id === id);
    if (person === undefined) throw new NotFound("no such simulated person");
    return person;
  };
  const accessPoint = (change: (it: SimAccessPoint) => void): Shape<"SimAccessPoint"> => {
    const it = sim().accessPoint;
    change(it);
    return { plugged: it.isOn, stations: it.stations };
  };
  const clock = (change: (sim: SimControl) => void): Shape<"SimClock"> => {
    change(sim());
    return clockJson(sim());
  };
  return {
    readSimClock: () => clockJson(sim()),
    pauseSimClock: () => clock((world) => world.pause()),
    resumeSimClock: () => clock((world) => world.resume()),
    advanceSimClock: async ({ body }) => {
      await sim().advance(Seconds(body.seconds));
      return clockJson(sim());
    },
    jumpSimClock: ({ body }) => clock((world) => world.jump(body.seconds * 1_000)),
    listSimDevices: () => ({ data: sim().devices() }),
    unplugSimDevice: ({ id }) => after(id, (world) => world.unplug(id)),
    plugSimDevice: ({ id }) => after(id, (world) => world.plug(id)),
    misbehaveSimDevice: ({ id, body }) => after(id, (world) => world.misbehave(id, body.misbehaviours)),
    touchSimDevice: ({ id, body: { on, brightness } }) =>
      after(id, (world) =>
        world.touch(id, {
          ...(on === undefined ? {} : { on }),
          ...(brightness === undefined ? {} : { brightness }),
        }),
      ),
    pressSimDevice: ({ id, body }) => after(id, (world) => world.press(id, body.action)),
    // JSON has no undefined: what is there has a value.
    senseSimDevice: ({ id, body }) => after(id, (world) => world.sense(id, body as SensorReading)),
    listSimPeople: () => ({ data: sim().people?.list() ?? [] }),
    moveSimPerson: ({ id, body: { to, gpx } }) =>
      someone(id, (people) =>
        people.put(id, { ...(to === undefined ? {} : { to }), ...(gpx === undefined ? {} : { gpx }) }),
      ),
    changeSimPhone: ({ id, body }) =>
      // JSON has no undefined: what is there has a value.
      someone(id, (people) => people.change(id, body as Parameters<SimPeople["change"]>[1])),
    signInSimPhone: async ({ id, bytes }) => {
      await simPeople().signIn(id, bytes);
      return someone(id, () => {});
    },
    readSimAccessPoint: () => accessPoint(() => undefined),
    configureSimAccessPoint: ({ bytes }) => accessPoint((it) => it.configure(readWifiCredentials(bytes))),
    unplugSimAccessPoint: () => accessPoint((it) => it.unplug()),
    plugSimAccessPoint: () => accessPoint((it) => it.plugIn()),
    readSimPanel: () => sim().panel.look(),
    pressSimPanel: ({ body }) => {
      sim().panel.press(Seconds(body.seconds));
      return sim().panel.look();
    },
    tellBySimPhone: ({ bytes, query: { person } }) => {
      const mayUseBluetooth = person === undefined || someone(person as PersonId, () => {}).bluetooth;
      return sim().phone.tell(readWifiCredentials(bytes), mayUseBluetooth);
    },
    listSimShelf: () => ({ data: sim().shelf.list() }),
    giveSimPlace: ({ id }) => {
      places.set({ ...simPeople().homeOf(id), zone: places.zone().name });
      return undefined;
    },
    readSimFaults: () => faultsJson(sim()),
    clearSimFaults: () => {
      for (const { id } of sim().devices()) sim().misbehave(id, []);
      return undefined;
    },
  };
};

const clockJson = (sim: SimControl): Shape<"SimClock"> => {
  const { now, paused, speed } = sim.clock();
  return { now: isoText(now), paused, speed };
};

const faultsJson = (sim: SimControl): Shape<"SimFaults"> => ({
  known: sim.misbehaviours,
  active: Object.fromEntries(
    sim
      .devices()
      .flatMap(({ id, misbehaviours }) => (misbehaviours.length === 0 ? [] : [[id, misbehaviours]])),
  ),
});
