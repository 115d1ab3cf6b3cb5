import { addressed, addressedTopic } from "../domain/frame.ts";
import type { Frame, MqttFrame, MqttLink, DeviceLink as ProfileLink } from "../domain/profile.ts";
import { type Duration, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AccessGrant, MqttBus, MqttMessage } from "./mqtt-bus.ts";
import { isTopicName } from "./topic.ts";

const placeholder = "{address}";

/** What a device sent: `topic` is the template of its profile again, as `decode` expects it. */
export type FrameListener = (address: string, frame: MqttFrame) => void;

/** One template of incoming topics, and the devices that use it. */
interface Route {
  readonly template: string;
  readonly unsubscribe: () => void;
  readonly addresses: Set<string>;
}

interface Device {
  readonly link: MqttLink;
  /** When the last frame left, or the last one waiting will. */
  busyUntil: number;
  readonly waiting: Set<Timer>;
}

/** Largest frame a driver is shown, bytes. */
const longestFrameBytes = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The link of MQTT devices to their drivers, over any `MqttBus`. Profiles name topics by template; each template in use
 * is one subscription with `+` for the address, so ten thousand lamps of a kind cost one. That a message on a device's
 * topic comes from that device is the broker's promise: its access rules let nobody else publish there.
 */
export class DeviceLink {
  /** Frames that were no text or too long. */
  ignored = 0;
  readonly #clock: Clock;
  readonly #bus: MqttBus;
  readonly #routes = new Map<string, Route>();
  readonly #devices = new Map<string, Device>();
  readonly #listeners = new Set<FrameListener>();

  constructor(clock: Clock, bus: MqttBus) {
    this.#clock = clock;
    this.#bus = bus;
  }

  /** Frames of attached devices, in the order they came. @returns unsubscribe */
  onFrame(listener: FrameListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Attaching again replaces the link; links of another kind are not ours. */
  attach(address: string, link: ProfileLink): void {
    this.detach(address);
    if (link.kind !== "mqtt") return;
    this.#devices.set(address, { link, busyUntil: this.#clock.monotonic(), waiting: new Set() });
    for (const template of link.publishes) this.#route(template).addresses.add(address);
  }

  /** What waits for the device is not sent any more. */
  detach(address: string): void {
    const device = this.#devices.get(address);
    if (device === undefined) return;
    for (const timer of device.waiting) timer.cancel();
    this.#devices.delete(address);
    for (const template of device.link.publishes) this.#release(template, address);
  }

  /** Sends frames to an attached device in order, `spacing` of its link apart; not attached: nothing happens. */
  send(address: string, frames: readonly Frame[]): void {
    const device = this.#devices.get(address);
    if (device === undefined) return;
    const spacing = device.link.spacing ?? Millis(0);
    for (const frame of frames) {
      if (frame.kind === "mqtt") this.#sendSpaced(device, addressed(frame, address), spacing);
    }
  }

  /** Detaches everything. */
  close(): void {
    for (const address of [...this.#devices.keys()]) this.detach(address);
  }

  #sendSpaced(device: Device, { topic, payload }: MqttFrame, spacing: Duration): void {
    const now = this.#clock.monotonic();
    const at = Math.max(now, device.busyUntil);
    device.busyUntil = at + spacing;
    if (at <= now) {
      this.#bus.publish(topic, payload);
      return;
    }
    const timer = this.#clock.after(Millis(at - now), () => {
      device.waiting.delete(timer);
      this.#bus.publish(topic, payload);
    });
    device.waiting.add(timer);
  }

  #route(template: string): Route {
    const present = this.#routes.get(template);
    if (present !== undefined) return present;
    const level = template.split("/").findIndex((part) => part.includes(placeholder));
    const filter = filterOf(template);
    const [before = "", after = ""] = (template.split("/")[level] ?? "").split(placeholder);
    const addresses = new Set<string>();
    const addressIn = (topic: string): string => {
      const part = topic.split("/")[level] ?? "";
      const fits = part.startsWith(before) && part.endsWith(after);
      return fits ? part.slice(before.length, part.length - after.length) : "";
    };
    const unsubscribe = this.#bus.subscribe(filter, (message) => {
      const address = addressIn(message.topic);
      if (addresses.has(address) && addressedTopic(template, address) === message.topic) {
        this.#receive(address, template, message);
      }
    });
    const route: Route = { template, unsubscribe, addresses };
    this.#routes.set(template, route);
    return route;
  }

  #release(template: string, address: string): void {
    const route = this.#routes.get(template);
    if (route === undefined || !route.addresses.delete(address) || route.addresses.size > 0) return;
    route.unsubscribe();
    this.#routes.delete(template);
  }

  #receive(address: string, template: string, message: MqttMessage): void {
    const payload = message.payload.length > longestFrameBytes ? undefined : textOf(message.payload);
    if (payload === undefined) {
      this.ignored++;
      return;
    }
    const frame: MqttFrame = { kind: "mqtt", topic: template, payload };
    for (const listener of this.#listeners) listener(address, frame);
  }
}

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8: counted by the caller, shown to no driver.
    return undefined;
  }
};

/** The filter for all devices: a level that holds the address becomes `+`. */
const filterOf = (template: string): string =>
  template
    .split("/")
    .map((level) => (level.includes(placeholder) ? "+" : level))
    .join("/");

/**
 * What a device at `address` may touch: the topics of its link and nothing else. An address that would not stand in one
 * level of a topic gets nothing at all.
 */
export const grantOf = (link: MqttLink, address: string): AccessGrant => {
  const isSafe = isTopicName(address) && !address.includes("/");
  const filters = (templates: readonly string[]) =>
    isSafe ? templates.map((template) => addressedTopic(template, address)) : [];
  return {
    id: address,
    kind: "device",
    publishes: filters(link.publishes),
    subscribes: filters(link.subscribes),
  };
};
