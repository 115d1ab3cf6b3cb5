import { readAdStructures } from "../codec/ble/ad-structures.ts";
import { blePeerOf } from "../domain/ble-address.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { LinkSigns } from "../domain/link-choice.ts";
import type { BleFrame, Frame, DeviceLink as ProfileLink } from "../domain/profile.ts";
import type { Advertisement, BleSubscription } from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";
import { GattDevice, type GattDeviceOptions, usualGattDevice } from "./gatt-device.ts";
import type { GuardedCentral } from "./guarded-central.ts";

/** What a device sent; `service` and `characteristic` are those it came from. */
type FrameListener = (address: string, frame: BleFrame) => void;
type DeliveryListener = (address: string, delivery: Delivery) => void;

/**
 * The link of BLE devices to their drivers. Devices are called by their address (hub/domain/ble-address.ts). It listens while there
 * are any, and keeps nothing of anybody else it hears.
 */
export class BleDeviceLink {
  /** Frames that nobody may send to a device; none has left. */
  denied = 0;
  /** Nothing is ignored here: what is no frame of a device reaches nobody. */
  readonly ignored = 0;
  readonly #clock: Clock;
  readonly #central: GuardedCentral;
  readonly #isDenied: (frame: BleFrame) => boolean;
  readonly #options: GattDeviceOptions;
  readonly #gatt = new Map<string, GattDevice>();
  /** Those that only advertise. */
  readonly #broadcasters = new Set<string>();
  /** What a device is called here, by what it is called on the air. */
  readonly #names = new Map<string, string>();
  #frameListeners: readonly FrameListener[] = [];
  #deliveryListeners: readonly DeliveryListener[] = [];
  #scan: BleSubscription | undefined;

  /** @param isDenied writes that would harm the device */
  constructor(
    clock: Clock,
    central: GuardedCentral,
    isDenied: (frame: BleFrame) => boolean,
    options: GattDeviceOptions = usualGattDevice,
  ) {
    this.#clock = clock;
    this.#central = central;
    this.#isDenied = isDenied;
    this.#options = options;
  }

  onFrame(listener: FrameListener): void {
    this.#frameListeners = [...this.#frameListeners, listener];
  }

  onDelivery(listener: DeliveryListener): void {
    this.#deliveryListeners = [...this.#deliveryListeners, listener];
  }

  /** Attaching again replaces the link; links of another kind are not ours, nor are addresses of another kind. */
  attach(address: string, link: ProfileLink): void {
    this.detach(address);
    const peer = blePeerOf(address);
    if (link.kind !== "ble" || peer === undefined) return;
    this.#names.set(peer.address, address);
    if (link.over === "broadcast") {
      this.#broadcasters.add(address);
    } else {
      const ears = {
        frame: (frame: BleFrame) => this.#tell(address, frame),
        delivered: (delivery: Delivery) => this.#delivered(address, delivery),
      };
      const device = new GattDevice(this.#clock, this.#central, peer, link, ears, this.#options);
      this.#gatt.set(address, device);
    }
    this.#scan ??= this.#central.scan((advertisement) => this.#heard(advertisement), { active: false });
  }

  detach(address: string): void {
    const peer = blePeerOf(address);
    if (peer === undefined || this.#names.get(peer.address) !== address) return;
    this.#names.delete(peer.address);
    void this.#gatt.get(address)?.close();
    this.#gatt.delete(address);
    this.#broadcasters.delete(address);
    if (this.#names.size > 0) return;
    this.#scan?.cancel();
    this.#scan = undefined;
  }

  /** It leaves the home: the keys of its pairing are gone with it. */
  forget(address: string): void {
    const peer = blePeerOf(address);
    const isBonded = this.#gatt.get(address)?.isBonded ?? false;
    this.detach(address);
    // The guard has logged it where the radio could not.
    if (peer !== undefined && isBonded) this.#central.forget(peer).catch(() => {});
  }

  /** Frames go together, in order, `spacing` of the link apart; not attached: nothing happens. */
  send(address: string, frames: readonly Frame[]): void {
    const device = this.#gatt.get(address);
    if (device === undefined) return;
    const batch = frames.flatMap((frame) => (frame.kind === "ble" ? [frame] : []));
    if (batch.some((frame) => this.#isDenied(frame))) {
      this.denied++;
      // Whoever sent it is told when it is done with sending.
      queueMicrotask(() => this.#delivered(address, "refused"));
      return;
    }
    device.send(batch);
  }

  /** What waits for the device is not sent any more, and its link is let go. */
  drop(address: string): void {
    this.#gatt.get(address)?.drop();
  }

  /** How a device that is reached by a connection can be reached now; undefined: there is none of this address. */
  signs(address: string): LinkSigns | undefined {
    return this.#gatt.get(address)?.signs;
  }

  /** No device of BLE listens under a name of a group. */
  sendToGroup(): void {}

  close(): void {
    for (const address of [...this.#names.values()]) this.detach(address);
  }

  #heard(advertisement: Advertisement): void {
    const address = this.#names.get(advertisement.address);
    // What a stack remembers is no sign that anybody is there.
    if (address === undefined || advertisement.cached) return;
    if (advertisement.connectable) this.#gatt.get(address)?.heard(advertisement.rssi);
    if (!this.#broadcasters.has(address)) return;
    for (const frame of framesIn(advertisement.data)) this.#tell(address, frame);
  }

  #tell(address: string, frame: BleFrame): void {
    for (const listener of this.#frameListeners) listener(address, frame);
  }

  #delivered(address: string, delivery: Delivery): void {
    for (const listener of this.#deliveryListeners) listener(address, delivery);
  }
}

/** What an advertisement says for drivers, as `BleFrame` has it. */
const framesIn = (advertised: Uint8Array): readonly BleFrame[] => {
  const { serviceData, manufacturerData } = readAdStructures(advertised);
  return [
    ...serviceData.map(({ service, data }) => frameOf(service, data)),
    ...manufacturerData.map(({ company, data }) =>
      frameOf("", Uint8Array.from([company & 0xff, company >> 8, ...data])),
    ),
  ];
};

const frameOf = (service: string, bytes: Uint8Array): BleFrame => ({
  kind: "ble",
  service,
  characteristic: "",
  bytes,
});
