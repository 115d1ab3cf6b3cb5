import { InvalidInput, NotFound } from "../../domain/errors.ts";
import { type DeviceId, isDeviceId, isId, type LampId, parseId } from "../../domain/ids.ts";
import type { PowerOnBehaviour } from "../../domain/light.ts";
import { NotByThisWay } from "../../domain/rights.ts";
import type { Inventory } from "../../inventory/inventory.ts";

/** The part of the inventory that requests change. */
export type RequestHome = Pick<
  Inventory,
  "changeDevice" | "removeDevice" | "group" | "addGroup" | "changeGroup" | "removeGroup"
>;

type Fields = Readonly<Record<string, unknown>>;

/** What `bridge/request/<what>` can ask, in Zigbee2MQTT's words. Devices and groups are named by id. */
export class BridgeRequests {
  readonly #home: RequestHome;
  readonly #known: ReadonlyMap<string, (fields: Fields) => object>;

  constructor(home: RequestHome) {
    this.#home = home;
    this.#known = new Map<string, (fields: Fields) => object>([
      ["health_check", () => ({ healthy: true })],
      ["permit_join", () => this.#permitJoin()],
      ["device/rename", (fields) => this.#rename(fields)],
      ["device/remove", (fields) => this.#remove(fields)],
      ["device/options", (fields) => this.#options(fields)],
      ["backup", () => this.#backup()],
      ["group/add", (fields) => this.#addGroup(fields)],
      ["group/remove", (fields) => this.#removeGroup(fields)],
      ["group/members/add", (fields) => this.#member(fields, true)],
      ["group/members/remove", (fields) => this.#member(fields, false)],
    ]);
  }

  /** @returns the response's data. @throws CallerError when the request is wrong; nothing has changed then. */
  run(what: string, fields: Fields): object {
    const request = this.#known.get(what);
    if (request === undefined) throw new NotFound("no such request");
    return request(fields);
  }

  /** MQTT devices have identities of their own, so a window in which anybody may come in does not exist. */
  #permitJoin(): never {
    throw new InvalidInput("no link of this hub lets devices join by themselves: enrol them one by one");
  }

  /** The answer goes to everybody who may see lamps, and a passphrase has no business in a message that a broker hands on. */
  #backup(): never {
    throw new NotByThisWay(
      "a backup holds more than may stand on a topic, and its passphrase too: use the API, or lampkeeper backup create",
    );
  }

  #rename(fields: Fields): object {
    only(fields, ["from", "to", "homeassistant_rename"]);
    const from = deviceIn(fields, "from");
    const { name } = this.#home.changeDevice(from, { name: textIn(fields, "to") });
    return { from, to: name };
  }

  #remove(fields: Fields): object {
    only(fields, ["id", "force", "block"]);
    const id = deviceIn(fields, "id");
    this.#home.removeDevice(id);
    return { id };
  }

  #options(fields: Fields): object {
    only(fields, ["id", "options"]);
    const id = deviceIn(fields, "id");
    const options = (fields["options"] ?? {}) as Fields;
    only(options, ["power_on_behavior"]);
    const powerOn = powerOnOf(options["power_on_behavior"]);
    this.#home.changeDevice(id, { powerOn });
    return { id, to: { power_on_behavior: powerOn } };
  }

  #addGroup(fields: Fields): object {
    only(fields, ["friendly_name"]);
    const { id, name } = this.#home.addGroup(textIn(fields, "friendly_name"), []);
    return { id, friendly_name: name };
  }

  #removeGroup(fields: Fields): object {
    only(fields, ["id", "force"]);
    const id = parseId("group", textIn(fields, "id"));
    this.#home.removeGroup(id);
    return { id };
  }

  #member(fields: Fields, belongs: boolean): object {
    only(fields, ["group", "device"]);
    const group = parseId("group", textIn(fields, "group"));
    const device = lampIn(fields, "device");
    const members = this.#home.group(group)?.members.filter((member) => member !== device) ?? [];
    this.#home.changeGroup(group, { members: belongs ? [...members, device] : members });
    return { group, device };
  }
}

const powerOns: readonly PowerOnBehaviour[] = ["on", "off", "previous", "toggle"];

const powerOnOf = (value: unknown): PowerOnBehaviour => {
  const found = powerOns.find((each) => each === value);
  if (found === undefined) {
    throw new InvalidInput(`power_on_behavior must be one of ${powerOns.join(", ")}`, {
      path: "power_on_behavior",
    });
  }
  return found;
};

const only = (fields: Fields, known: readonly string[]): void => {
  const isObject = typeof fields === "object" && !Array.isArray(fields);
  const strange = isObject ? Object.keys(fields).filter((field) => !known.includes(field)).length : 1;
  if (strange > 0) throw new InvalidInput(`known fields are ${known.join(", ")}`, { unknown: strange });
};

const textIn = (fields: Fields, field: string): string => {
  const value = fields[field];
  if (typeof value !== "string") throw new InvalidInput(`${field} must be text`, { path: field });
  return value;
};

const deviceIn = (fields: Fields, field: string): DeviceId => {
  const id = textIn(fields, field);
  if (!isDeviceId(id)) throw new InvalidInput(`${field} must be the id of a device`, { path: field });
  return id;
};

const lampIn = (fields: Fields, field: string): LampId => {
  const id = textIn(fields, field);
  if (!isId("lamp", id)) throw new InvalidInput(`${field} must be the id of a lamp`, { path: field });
  return id;
};
