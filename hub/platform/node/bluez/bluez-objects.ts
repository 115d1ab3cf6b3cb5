import type { GattProperty } from "../../../ports/ble.ts";
import type { BluezBus, Properties } from "./bluez-bus.ts";
import { type BluezCharacteristic, gattProperties } from "./bluez-link.ts";

export const interfaces = {
  adapter: "org.bluez.Adapter1",
  device: "org.bluez.Device1",
  service: "org.bluez.GattService1",
  characteristic: "org.bluez.GattCharacteristic1",
  properties: "org.freedesktop.DBus.Properties",
  objects: "org.freedesktop.DBus.ObjectManager",
} as const;

/** An object's interfaces, each with its properties. */
export type Interfaces = Readonly<Record<string, Properties>>;

export const isInterfaces = (value: unknown): value is Interfaces =>
  typeof value === "object" && value !== null && Object.values(value).every(isProperties);

export const isProperties = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Everything that bluetoothd knows of. @throws BusError */
export const objectsOf = async (bus: BluezBus): Promise<ReadonlyMap<string, Interfaces>> => {
  const all = await bus.call("/", interfaces.objects, "GetManagedObjects");
  if (!isProperties(all)) return new Map();
  return new Map(
    Object.entries(all).filter((entry): entry is [string, Interfaces] => isInterfaces(entry[1])),
  );
};

const assigned = /^0000([0-9a-f]{4})00001000800000805f9b34fb$/;

/** Lower case without dashes; four digits for those of the Bluetooth SIG. */
const shortUuid = (uuid: unknown): string => {
  const digits = String(uuid).replaceAll("-", "").toLowerCase();
  return assigned.exec(digits)?.[1] ?? digits;
};

/** As bluetoothd writes it. */
export const longUuid = (uuid: string): string => {
  const digits = uuid.length === 4 ? `0000${uuid}00001000800000805f9b34fb` : uuid;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/** What a device has to offer, once its services are resolved. @param device path of its Device1 */
export const characteristicsOf = (
  objects: ReadonlyMap<string, Interfaces>,
  device: string,
): readonly BluezCharacteristic[] =>
  [...objects].flatMap(([path, { [interfaces.characteristic]: properties }]) => {
    if (properties === undefined || !path.startsWith(`${device}/`)) return [];
    const service = objects.get(String(properties["Service"]))?.[interfaces.service];
    if (service === undefined) return [];
    const { Flags: flags, MTU: mtu } = properties;
    return [
      {
        path,
        service: shortUuid(service["UUID"]),
        characteristic: shortUuid(properties["UUID"]),
        properties: (Array.isArray(flags) ? flags : []).flatMap((flag): readonly GattProperty[] => {
          const known = gattProperties[String(flag)];
          return known === undefined ? [] : [known];
        }),
        mtu: typeof mtu === "number" ? mtu : undefined,
      },
    ];
  });
