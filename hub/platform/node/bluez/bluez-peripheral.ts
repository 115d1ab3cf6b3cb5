import { readAdStructures } from "../../../codec/ble/ad-structures.ts";
import { BleError } from "../../../domain/ble-errors.ts";
import { type Duration, Seconds } from "../../../domain/units.ts";
import type { BleSubscription } from "../../../ports/ble.ts";
import type { BlePeripheralRadio, PeripheralRole } from "../../../ports/ble-peripheral.ts";
import type { Clock } from "../../../ports/clock.ts";
import { BluezBus, type BusSignal, type Properties } from "./bluez-bus.ts";
import { bleErrorOf } from "./bluez-errors.ts";
import { interfaces, isProperties, longUuid, objectsOf } from "./bluez-objects.ts";
import { applicationRoot, GattApplication } from "./gatt-application.ts";

const managers = { gatt: "org.bluez.GattManager1", advertising: "org.bluez.LEAdvertisingManager1" } as const;
const advertisement = { path: "/lampkeeper/advertisement", interface: "org.bluez.LEAdvertisement1" } as const;

/** Until bluetoothd has taken all it was given. */
const takenWithin: Duration = Seconds(10);

/**
 * The adapter that bluetoothd drives, as a device that others connect to (org.bluez.GattManager(5), org.bluez.LEAdvertisingManager(5)).
 * Each offer is a connection to the bus of its own: with it bluetoothd takes away all that was registered by it, also when the hub dies.
 */
export class BluezPeripheral implements BlePeripheralRadio {
  readonly #clock: Clock;
  readonly #busAddress: string | undefined;

  /** @param busAddress of the bus on which bluetoothd is; absent: the system's */
  constructor(clock: Clock, busAddress?: string) {
    this.#clock = clock;
    this.#busAddress = busAddress;
  }

  /** @throws BleError for a role that wants to be paired with: bluetoothd would pair with whoever asks, for all that is on the machine */
  offer(role: PeripheralRole, failed: (error: BleError) => void): BleSubscription {
    if (role.bonding !== "none") throw new BleError("the hub is not paired with", { reason: "stack" });
    const offer = new Offer(this.#clock, role, failed);
    void offer.begin(this.#busAddress);
    return offer;
  }
}

class Offer implements BleSubscription {
  readonly #clock: Clock;
  readonly #role: PeripheralRole;
  readonly #failed: (error: BleError) => void;
  #bus: BluezBus | undefined;
  #adapter: string | undefined;
  #application: GattApplication | undefined;
  #isOver = false;

  constructor(clock: Clock, role: PeripheralRole, failed: (error: BleError) => void) {
    this.#clock = clock;
    this.#role = role;
    this.#failed = failed;
  }

  async begin(busAddress: string | undefined): Promise<void> {
    const silent = () => this.#fail(new BleError("bluetoothd is silent", { reason: "timeout" }));
    const late = this.#clock.after(takenWithin, silent);
    try {
      const bus = await BluezBus.open(
        {
          signal: (signal) => this.#heard(signal),
          served: (isServed) => isServed || this.#fail(noRadio()),
          ended: () => this.#fail(noRadio()),
        },
        busAddress,
      );
      this.#bus = bus;
      if (this.#isOver) bus.close();
      else await this.#register(bus);
    } catch (error) {
      this.#fail(bleErrorOf(error));
    } finally {
      late.cancel();
    }
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#application?.end();
    this.#bus?.close();
  }

  /** @throws BusError, BleError */
  async #register(bus: BluezBus): Promise<void> {
    const adapter = bus.isServed ? await adapterIn(bus) : undefined;
    if (adapter === undefined) throw noRadio();
    this.#adapter = adapter;
    this.#application = new GattApplication(bus, this.#role);
    bus.serve(advertisement.path, (member) => {
      if (member === "Release") return undefined;
      return { signature: "a{sv}", body: [advertised(bus, this.#role)] };
    });
    await bus.call(adapter, managers.gatt, "RegisterApplication", "oa{sv}", [applicationRoot, {}]);
    const { path } = advertisement;
    await bus.call(adapter, managers.advertising, "RegisterAdvertisement", "oa{sv}", [path, {}]);
  }

  #heard(signal: BusSignal): void {
    const { path, interface: iface, member, body } = signal;
    const isGone =
      iface === interfaces.objects && member === "InterfacesRemoved" && body[0] === this.#adapter;
    const isOff = path === this.#adapter && isProperties(body[1]) && body[1]["Powered"] === false;
    if (isGone || isOff) this.#fail(noRadio());
    else this.#application?.heard(signal);
  }

  #fail(error: BleError): void {
    if (this.#isOver) return;
    this.cancel();
    this.#failed(error);
  }
}

/** The first that is on and can advertise; undefined: none. */
const adapterIn = async (bus: BluezBus): Promise<string | undefined> =>
  [...(await objectsOf(bus))]
    .filter(
      ([, object]) =>
        object[interfaces.adapter]?.["Powered"] === true &&
        object[managers.gatt] !== undefined &&
        object[managers.advertising] !== undefined,
    )
    .map(([path]) => path)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))[0];

/**
 * The properties of a LEAdvertisement1 (org.bluez.LEAdvertisement(5)), of which bluetoothd makes packets anew. Of what a role says only
 * services, their data and whether it can be found are told.
 */
const advertised = (bus: BluezBus, role: PeripheralRole): Properties => {
  const { flags = 0, services, serviceData } = readAdStructures(role.advertisement().data);
  const told = serviceData.map(({ service, data }) => [
    longUuid(service),
    bus.variant("ay", Buffer.from(data)),
  ]);
  return {
    Type: bus.variant("s", role.connectable ? "peripheral" : "broadcast"),
    Discoverable: bus.variant("b", (flags & 0x02) !== 0),
    ServiceUUIDs: bus.variant("as", services.map(longUuid)),
    ServiceData: bus.variant("a{sv}", Object.fromEntries(told)),
  };
};

const noRadio = (): BleError => new BleError("bluetoothd has no adapter to offer", { reason: "no-radio" });
