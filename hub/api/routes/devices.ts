import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { Device } from "../../domain/home.ts";
import { type DeviceId, isId, type RoomId } from "../../domain/ids.ts";
import type { DeviceChange } from "../../inventory/inventory.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import { maySee } from "../device-sight.ts";
import { type Handlers, present } from "../handler.ts";
import { type DeviceLife, deviceJson } from "../home-json.ts";
import type { Enrolled, Services } from "../traits.ts";

type DeviceRoutes =
  | "listDevices"
  | "listRegistry"
  | "getDevice"
  | "addDevice"
  | "changeDevice"
  | "replaceLamp"
  | "removeDevice"
  | "addLink"
  | "removeLink"
  | "setBindKey";

export const deviceHandlers = (services: Services): Handlers<DeviceRoutes> => {
  const { home, enrolment } = services;
  const live = (device: Device) => deviceJson(device, lifeOf(services, device));
  const existing = (id: DeviceId) => {
    const device = home.device(id);
    if (device === undefined) throw new NotFound("no such device");
    return live(device);
  };
  const enrolled = ({ device, credentials }: Enrolled) => {
    if (credentials === undefined) return live(device);
    const { username, password } = credentials;
    return { ...live(device), credentials: { username, password: password.toString("latin1") } };
  };
  return {
    listDevices: ({ caller }) => ({
      data: byName(home.devices())
        .filter(({ id }) => maySee(services, present(caller), id))
        .map(live),
    }),
    listRegistry: () => ({
      data: home.devices().flatMap((device) => registryRows(services, device)),
    }),
    getDevice: ({ id }) => existing(id),
    addDevice: ({ body }) => {
      const { profile, name, address, room, via, terms } = body;
      const { device, credentials } = enrolment.enrol({
        profile,
        name,
        ...(room === undefined ? {} : { room: roomOf(room) }),
        ...(address === undefined ? {} : { address }),
        ...(via === undefined ? {} : { via }),
      });
      if (terms !== undefined) services.privacy.scopes.answer(device.id, terms);
      return enrolled({ device, credentials });
    },
    replaceLamp: ({ id, body: { profile, address, via } }) =>
      enrolled(
        enrolment.replace(id, {
          profile,
          ...(address === undefined ? {} : { address }),
          ...(via === undefined ? {} : { via }),
        }),
      ),
    addLink: ({ id, body }) => live(home.addBluetooth(id, body)),
    removeLink: ({ id }) => {
      home.removeBluetooth(id);
      return undefined;
    },
    setBindKey: ({ id, bytes }) => {
      services.gate.setKey(id, bytes);
      return existing(id);
    },
    changeDevice: ({ id, body }) => live(home.changeDevice(id, deviceChangeOf(body))),
    removeDevice: ({ id }) => {
      home.removeDevice(id);
      return undefined;
    },
  };
};

/** A row for each link. */
const registryRows = (services: Services, device: Device): Shape<"RegisteredDevices">["data"] => {
  const { id, address, via = "hub" } = device;
  const { reachable, links } = lifeOf(services, device);
  const version = services.deviceUpdates.status(id).version ?? null;
  if (links === undefined) return [{ device: id, address, via, reachable, version }];
  return links.links.map(({ link, address: of, isUp }) => ({
    device: id,
    address: of,
    via: link === "ble" ? "ble" : via,
    reachable: isUp,
    version,
  }));
};

const lifeOf = ({ lights, sensors, gate }: Services, { id }: Device): DeviceLife => {
  if (!isId("sensor", id)) {
    const links = lights.links(id);
    return { reachable: lights.get(id)?.reachable ?? false, ...(links === undefined ? {} : { links }) };
  }
  const { reachable = false, ...sensed } = sensors.get(id) ?? {};
  return { ...sensed, reachable, seals: gate.seals(id), refused: gate.refusedOf(id) };
};

export const deviceChangeOf = ({
  profile,
  name,
  room,
  powerOn,
  isolated,
}: Shape<"DeviceChange">): DeviceChange => ({
  ...(profile === undefined ? {} : { profile }),
  ...(name === undefined ? {} : { name }),
  ...(room === undefined ? {} : { room: roomOf(room) }),
  ...(powerOn === undefined ? {} : { powerOn }),
  ...(isolated === undefined ? {} : { isolated }),
});

/** @throws InvalidInput: what is not even the id of a room is a mistake in the body, not a room that is gone. */
export const roomOf = (text: string | null): RoomId | null => {
  if (text !== null && !isId("room", text)) throw new InvalidInput("not the id of a room", { path: "room" });
  return text;
};
