import type {
  PeripheralCharacteristic,
  PeripheralProperty,
  PeripheralRole,
} from "../../../ports/ble-peripheral.ts";
import type { Answer, BluezBus, BusSignal, Properties } from "./bluez-bus.ts";
import { interfaces, isProperties, longUuid } from "./bluez-objects.ts";

export const applicationRoot = "/lampkeeper/gatt";

/** org.bluez.GattCharacteristic(5), Flags */
const flags: Readonly<Record<PeripheralProperty, string>> = {
  read: "read",
  write: "write",
  "write-command": "write-without-response",
  notify: "notify",
  indicate: "indicate",
};

const refusals = {
  unknown: { error: "org.freedesktop.DBus.Error.UnknownMethod" },
  somebodyElse: { error: "org.bluez.Error.NotAuthorized" },
  notPermitted: { error: "org.bluez.Error.NotPermitted" },
  failed: { error: "org.bluez.Error.Failed" },
  offset: { error: "org.bluez.Error.InvalidOffset" },
  length: { error: "org.bluez.Error.InvalidValueLength" },
} as const;

type ServingBus = Pick<BluezBus, "serve" | "variant" | "signal" | "call">;

/** Of the attribute protocol (Core Specification, Vol 3 Part F, 3.4.1.1). */
const invalidLength = 0x0d;

/**
 * A role as the objects of an application at bluetoothd (org.bluez.GattService(5), org.bluez.GattCharacteristic(5)). bluetoothd lets
 * everybody who is connected with the machine use them; here the first device that does is the one, until it is gone.
 */
export class GattApplication {
  readonly #bus: ServingBus;
  readonly #role: PeripheralRole;
  readonly #objects: Record<string, Record<string, Properties>> = {};
  readonly #subscriptions = new Map<string, () => void>();
  /** Path of the device that is served. */
  #peer: string | undefined;

  constructor(bus: ServingBus, role: PeripheralRole) {
    this.#bus = bus;
    this.#role = role;
    for (const [at, service] of role.services.entries()) {
      const path = `${applicationRoot}/service${at}`;
      this.#put(path, interfaces.service, {
        UUID: bus.variant("s", longUuid(service.uuid)),
        Primary: bus.variant("b", true),
      });
      for (const [number, characteristic] of service.characteristics.entries())
        this.#serve(`${path}/char${number}`, path, characteristic);
    }
    bus.serve(applicationRoot, (member) =>
      member === "GetManagedObjects"
        ? { signature: "a{oa{sa{sv}}}", body: [this.#objects] }
        : refusals.unknown,
    );
  }

  /** Whether the device that is served has gone. */
  heard({ path, interface: iface, member, body: [first, second] }: BusSignal): void {
    const isOff = iface === interfaces.properties && isProperties(second) && second["Connected"] === false;
    const isForgotten = iface === interfaces.objects && member === "InterfacesRemoved";
    if ((isOff && path === this.#peer) || (isForgotten && first === this.#peer)) this.#left();
  }

  /** Nobody is served or told any more. */
  end(): void {
    for (const end of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
    this.hangUp();
  }

  /** The device that is served is disconnected from the machine. */
  hangUp(): void {
    if (this.#peer === undefined) return;
    this.#bus.call(this.#peer, interfaces.device, "Disconnect").catch(() => {});
    this.#left();
  }

  #left(): void {
    this.#peer = undefined;
    this.#role.disconnected?.();
  }

  #put(path: string, iface: string, values: Properties): void {
    this.#objects[path] = { [iface]: values };
  }

  #serve(path: string, service: string, characteristic: PeripheralCharacteristic): void {
    this.#put(path, interfaces.characteristic, {
      UUID: this.#bus.variant("s", longUuid(characteristic.uuid)),
      Service: this.#bus.variant("o", service),
      Flags: this.#bus.variant(
        "as",
        characteristic.properties.map((property) => flags[property]),
      ),
    });
    this.#bus.serve(path, (member, body) => {
      if (member === "ReadValue") return this.#read(characteristic, body[0]);
      if (member === "WriteValue") return this.#write(characteristic, body[0], body[1]);
      if (member === "StartNotify") return this.#notify(path, characteristic);
      if (member !== "StopNotify") return refusals.unknown;
      this.#subscriptions.get(path)?.();
      this.#subscriptions.delete(path);
      return undefined;
    });
  }

  #read({ read }: PeripheralCharacteristic, options: unknown): Answer {
    const refusal = this.#admit(options);
    if (refusal !== undefined) return refusal;
    const value = read?.();
    if (typeof value !== "object") return refusals.notPermitted;
    return { signature: "ay", body: [Buffer.from(value)] };
  }

  /** What was written may be a secret: it is wiped. */
  #write({ write }: PeripheralCharacteristic, value: unknown, options: unknown): Answer {
    if (!Buffer.isBuffer(value)) return refusals.failed;
    try {
      const refusal = this.#admit(options);
      if (refusal !== undefined) return refusal;
      if (write === undefined) return refusals.notPermitted;
      const code = write(value, isProperties(options) && options["type"] !== "command");
      if (code === 0) return undefined;
      return code === invalidLength ? refusals.length : refusals.failed;
    } finally {
      value.fill(0);
    }
  }

  #notify(path: string, { subscribe }: PeripheralCharacteristic): Answer {
    if (subscribe === undefined) return refusals.notPermitted;
    if (this.#subscriptions.has(path)) return undefined;
    const end = subscribe((value) => {
      const changed = { Value: this.#bus.variant("ay", Buffer.from(value)) };
      const body = [interfaces.characteristic, changed, []];
      this.#bus.signal(path, interfaces.properties, "PropertiesChanged", "sa{sv}as", body);
    });
    this.#subscriptions.set(path, end);
    return undefined;
  }

  /** One device at a time; a value in pieces is of no use to anybody here. */
  #admit(options: unknown): Answer {
    const { device, offset = 0 } = isProperties(options) ? options : {};
    if (typeof device !== "string" || (this.#peer !== undefined && device !== this.#peer))
      return refusals.somebodyElse;
    if (this.#peer === undefined) {
      this.#peer = device;
      this.#role.connected?.(() => this.hangUp());
    }
    return offset === 0 ? undefined : refusals.offset;
  }
}
