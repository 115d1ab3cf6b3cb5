import type { Via } from "../domain/home.ts";
import type { Frame, DeviceLink as ProfileLink } from "../domain/profile.ts";
import type { DeviceLink, FrameListener } from "./device-link.ts";

/**
 * The links of a home that has more than one broker. A device is attached to the link of its own broker and to no
 * other: what anybody publishes in its name elsewhere reaches no driver.
 */
export class DeviceLinks {
  readonly #links: ReadonlyMap<Via, DeviceLink>;

  /** @param links absent: this hub has no such broker */
  constructor({ hub, owner }: { readonly hub: DeviceLink; readonly owner?: DeviceLink }) {
    const links: [Via, DeviceLink][] = [["hub", hub]];
    if (owner !== undefined) links.push(["owner", owner]);
    this.#links = new Map(links);
  }

  /** Frames of attached devices that no driver has seen: no text, or too long. */
  get ignored(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.ignored, 0);
  }

  reaches(via: Via): boolean {
    return this.#links.has(via);
  }

  /** A device whose broker is not there stays silent. */
  attach(address: string, link: ProfileLink, via: Via): void {
    this.detach(address);
    this.#links.get(via)?.attach(address, link);
  }

  detach(address: string): void {
    for (const link of this.#links.values()) link.detach(address);
  }

  /** To whichever broker the device is attached; to none: nothing happens. */
  send(address: string, frames: readonly Frame[]): void {
    for (const link of this.#links.values()) link.send(address, frames);
  }

  /** By the broker of the member. */
  sendToGroup(member: string, group: string, frames: readonly Frame[]): void {
    for (const link of this.#links.values()) link.sendToGroup(member, group, frames);
  }

  onFrame(listener: FrameListener): void {
    for (const link of this.#links.values()) link.onFrame(listener);
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
  }
}
