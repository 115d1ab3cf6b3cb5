import type { Delivery } from "../domain/delivery.ts";
import type { Via } from "../domain/home.ts";
import type { LinkSigns } from "../domain/link-choice.ts";
import type { Frame, DeviceLink as ProfileLink } from "../domain/profile.ts";
import type { DeviceLink } from "./device-link.ts";

type FrameListener = (address: string, frame: Frame) => void;
type DeliveryListener = (address: string, delivery: Delivery) => void;

/** A link of any kind. */
type AnyLink = Pick<DeviceLink, "ignored" | "attach" | "detach" | "send" | "sendToGroup" | "close"> & {
  onFrame(listener: FrameListener): void;
};

/** A link that knows what becomes of what is sent. */
interface ToldLink extends AnyLink {
  forget(address: string): void;
  /** What was to be sent is not sent any more. */
  drop(address: string): void;
  signs(address: string): LinkSigns | undefined;
  onDelivery(listener: DeliveryListener): void;
}

/**
 * The links of a home: of its broker, of one of the owner's own, of its radio. A device is attached to the one by which it is reached
 * and to no other: what anybody says in its name elsewhere reaches no driver.
 */
export class DeviceLinks {
  readonly #links: ReadonlyMap<Via, AnyLink>;
  readonly #told: ToldLink | undefined;

  /** @param links absent: this hub has no such broker, or no radio */
  constructor({
    hub,
    owner,
    ble,
  }: {
    readonly hub: AnyLink;
    readonly owner?: AnyLink;
    readonly ble?: ToldLink;
  }) {
    const links: [Via, AnyLink][] = [["hub", hub]];
    if (owner !== undefined) links.push(["owner", owner]);
    if (ble !== undefined) links.push(["ble", ble]);
    this.#links = new Map(links);
    this.#told = ble;
  }

  /** Frames of attached devices that no driver has seen: no text, or too long. */
  get ignored(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.ignored, 0);
  }

  reaches(via: Via): boolean {
    return this.#links.has(via);
  }

  /** A device whose link is not there stays silent. */
  attach(address: string, link: ProfileLink, via: Via): void {
    this.detach(address);
    this.#links.get(via)?.attach(address, link);
  }

  detach(address: string): void {
    for (const link of this.#links.values()) link.detach(address);
  }

  /** It has left the home. */
  forget(address: string): void {
    this.#told?.forget(address);
    this.detach(address);
  }

  /** By whichever link the device is attached to; none: nothing happens. */
  send(address: string, frames: readonly Frame[]): void {
    for (const link of this.#links.values()) link.send(address, frames);
  }

  /** What waits for a device of the radio is not sent any more. */
  drop(address: string): void {
    this.#told?.drop(address);
  }

  /** How a device of the radio can be reached now; undefined: it is none. */
  signs(address: string): LinkSigns | undefined {
    return this.#told?.signs(address);
  }

  /** By the broker of the member. */
  sendToGroup(member: string, group: string, frames: readonly Frame[]): void {
    for (const link of this.#links.values()) link.sendToGroup(member, group, frames);
  }

  onFrame(listener: FrameListener): void {
    for (const link of this.#links.values()) link.onFrame(listener);
  }

  /** What became of what was sent to devices that do not answer by themselves. */
  onDelivery(listener: DeliveryListener): void {
    this.#told?.onDelivery(listener);
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
  }
}
