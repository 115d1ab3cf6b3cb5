import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { Room } from "../../domain/home.ts";
import { type DeviceId, isDeviceId, isId, type LampId } from "../../domain/ids.ts";
import { byName } from "../by-name.ts";
import type { Handlers } from "../handler.ts";
import { roomJson, zoneJson } from "../home-json.ts";
import type { Services } from "../traits.ts";

type RoomRoutes = "listRooms" | "getRoom" | "addRoom" | "changeRoom" | "removeRoom";
type ZoneRoutes = "listZones" | "getZone" | "addZone" | "changeZone" | "removeZone";
type GroupRoutes = "listGroups" | "getGroup" | "addGroup" | "changeGroup" | "removeGroup";

export const roomHandlers = ({ home }: Services): Handlers<RoomRoutes> => {
  const withDevices = (room: Room) => roomJson(room, home.devices());
  return {
    listRooms: () => {
      const devices = home.devices();
      return { data: byName(home.rooms()).map((room) => roomJson(room, devices)) };
    },
    getRoom: ({ id }) => withDevices(known(home.room(id), "room")),
    addRoom: ({ body }) => withDevices(home.addRoom(body.name)),
    changeRoom: ({ id, body }) => withDevices(home.renameRoom(id, body.name)),
    removeRoom: ({ id }) => {
      home.removeRoom(id);
      return undefined;
    },
  };
};

export const zoneHandlers = ({ home }: Services): Handlers<ZoneRoutes> => ({
  listZones: () => ({ data: byName(home.zones()).map(zoneJson) }),
  getZone: ({ id }) => zoneJson(known(home.zone(id), "zone")),
  addZone: ({ body }) => zoneJson(home.addZone(body.name, devicesOf(body.members ?? []))),
  changeZone: ({ id, body: { name, members } }) =>
    zoneJson(
      home.changeZone(id, {
        ...(name === undefined ? {} : { name }),
        ...(members === undefined ? {} : { members: devicesOf(members) }),
      }),
    ),
  removeZone: ({ id }) => {
    home.removeZone(id);
    return undefined;
  },
});

export const groupHandlers = ({ home }: Services): Handlers<GroupRoutes> => ({
  listGroups: () => ({ data: byName(home.groups()).map(zoneJson) }),
  getGroup: ({ id }) => zoneJson(known(home.group(id), "group")),
  addGroup: ({ body }) => zoneJson(home.addGroup(body.name, lampsOf(body.members ?? []))),
  changeGroup: ({ id, body: { name, members } }) =>
    zoneJson(
      home.changeGroup(id, {
        ...(name === undefined ? {} : { name }),
        ...(members === undefined ? {} : { members: lampsOf(members) }),
      }),
    ),
  removeGroup: ({ id }) => {
    home.removeGroup(id);
    return undefined;
  },
});

const known = <Thing>(thing: Thing | undefined, what: string): Thing => {
  if (thing === undefined) throw new NotFound(`no such ${what}`);
  return thing;
};

const devicesOf = (ids: readonly string[]): readonly DeviceId[] =>
  ids.map((id) => parsed(id, isDeviceId(id)));

/** @throws InvalidInput when one is not the id of a lamp */
export const lampsOf = (ids: readonly string[]): readonly LampId[] =>
  ids.map((id) => parsed(id, isId("lamp", id)));

const parsed = <Wanted extends string>(id: string, isWanted: boolean): Wanted => {
  if (!isWanted) throw new InvalidInput("not the id of a device that can stand here", { path: "members" });
  return id as Wanted;
};
