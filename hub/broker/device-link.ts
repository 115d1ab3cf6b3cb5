import { isUtf8 } from "node:buffer";
import { addressed } from "../domain/frame.ts";
import type { Frame, MqttFrame, MqttLink, DeviceLink as ProfileLink } from "../domain/profile.ts";
import { type OnTrail, Trail } from "../domain/trail.ts";
import { type Duration, Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { asBuffer } from "./local-session.ts";
import type { AccessGrant, Joins, MqttBus, MqttMessage } from "./mqtt-bus.ts";
import { isTopicName } from "./topic.ts";
import { TopicTemplate } from "./topic-template.ts";

/** What a device sent: `topic` is the template of its profile again, as `decode` expects it. */
export type FrameListener = (address: string, frame: MqttFrame) => void;

/** One template of incoming topics, and how many devices use it. */
interface Route {
  readonly template: TopicTemplate;
  devices: number;
  unsubscribe: () => void;
  /** Made in this very turn: nothing can have arrived yet. */
  isNew: boolean;
}

interface Device extends OnTrail<Device> {
  address: string;
  readonly link: MqttLink;
  /** When the next frame may leave; only of one that needs pauses. */
  freeAt: number;
  /** Of those that wait until then; absent for most, as most devices need no pause. */
  waiting?: Set<Timer>;
}

export interface DeviceLinkOptions {
  /**
   * Devices of this broker may have spoken before the home knew them, so what they left retained is asked for when one
   * is attached: once within a second, however many come.
   */
  readonly devicesComeFirst?: boolean;
}

/** Largest frame a driver is shown, bytes. */
const longestFrameBytes = 65_536;
const retainedWithin = Seconds(1);

/**
 * The link of MQTT devices to their drivers, over any `MqttBus`. Profiles name topics by template; each template in use
 * is one subscription with `+` for the address, so ten thousand lamps of a kind cost one. That a message on a device's
 * topic comes from that device is the broker's promise: its access rules let nobody else publish there.
 */
export class DeviceLink {
  /** Frames of attached devices that were no text or longer than 64 KiB; no driver has seen them. */
  ignored = 0;
  readonly #clock: Clock;
  readonly #bus: MqttBus;
  readonly #options: DeviceLinkOptions;
  /** By the text of the template. */
  readonly #routes = new Map<string, Route>();
  readonly #devices = new Map<string, Device>();
  /** Told and heard in the same order, mostly. */
  readonly #trail = new Trail((address) => this.#devices.get(address));
  #listeners: readonly FrameListener[] = [];
  #newestText: string | undefined;
  readonly #joined = new Set<Route>();
  #renewal: Timer | undefined;

  constructor(clock: Clock, bus: MqttBus, options: DeviceLinkOptions = {}) {
    this.#clock = clock;
    this.#bus = bus;
    this.#options = options;
  }

  /** Frames of attached devices, in the order they came. @returns unsubscribe */
  onFrame(listener: FrameListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  /** Attaching again replaces the link; links of another kind are not ours. */
  attach(address: string, link: ProfileLink): void {
    this.detach(address);
    if (link.kind !== "mqtt") return;
    this.#devices.set(address, { address, next: undefined, link, freeAt: 0 });
    for (const template of link.publishes) this.#join(template);
  }

  /** What waits for the device is not sent any more. The last device of a template ends its subscription. */
  detach(address: string): void {
    const device = this.#devices.get(address);
    if (device === undefined) return;
    for (const timer of device.waiting ?? []) timer.cancel();
    this.#devices.delete(address);
    device.address = "";
    for (const template of device.link.publishes) this.#leave(template);
  }

  /** Sends frames to an attached device in order, `spacing` of its link apart; not attached: nothing happens. */
  send(address: string, frames: readonly Frame[]): void {
    const device = this.#trail.at(address);
    if (device === undefined) return;
    const spacing = device.link.spacing ?? Millis(0);
    for (const frame of frames) {
      if (frame.kind === "mqtt") this.#sendSpaced(device, addressed(frame, address), spacing);
    }
  }

  /** One message for all who listen under the group's name, by the broker of an attached member. */
  sendToGroup(member: string, group: string, frames: readonly Frame[]): void {
    if (!this.#devices.has(member)) return;
    for (const frame of frames) {
      if (frame.kind !== "mqtt") continue;
      const { topic, payload } = addressed(frame, group);
      this.#bus.publish(topic, payload);
    }
  }

  /** Detaches everything; no timer stays armed. */
  close(): void {
    for (const address of [...this.#devices.keys()]) this.detach(address);
    this.#renewal?.cancel();
    this.#renewal = undefined;
  }

  #sendSpaced(device: Device, { topic, payload }: MqttFrame, spacing: Duration): void {
    if (spacing === 0) {
      this.#bus.publish(topic, payload);
      return;
    }
    const now = this.#clock.monotonic();
    const at = Math.max(now, device.freeAt);
    device.freeAt = at + spacing;
    if (at <= now) {
      this.#bus.publish(topic, payload);
      return;
    }
    device.waiting ??= new Set();
    const { waiting } = device;
    const timer = this.#clock.after(Millis(at - now), () => {
      waiting.delete(timer);
      this.#bus.publish(topic, payload);
    });
    waiting.add(timer);
  }

  #join(template: string): void {
    const present = this.#routes.get(template);
    const route = present ?? this.#open(template);
    route.devices++;
    if (this.#options.devicesComeFirst === true && !route.isNew) this.#renewSoon(route);
  }

  #open(text: string): Route {
    const template = new TopicTemplate(text);
    const route: Route = { template, devices: 0, unsubscribe: () => {}, isNew: true };
    this.#routes.set(text, route);
    route.unsubscribe = this.#listen(route);
    queueMicrotask(() => {
      route.isNew = false;
    });
    return route;
  }

  #listen({ template: { filter, text }, template }: Route): () => void {
    return this.#bus.subscribe(filter, (message) => {
      const { topic, from = "" } = message;
      // Mostly it is the device's own session that says so, and nothing needs to be cut out of the topic.
      const address = from !== "" && template.matches(topic, from) ? from : template.addressIn(topic);
      const device = address === undefined ? undefined : this.#trail.at(address);
      if (address !== undefined && device?.link.publishes.includes(text))
        this.#receive(address, text, message);
    });
  }

  #leave(template: string): void {
    const route = this.#routes.get(template);
    if (route === undefined || --route.devices > 0) return;
    this.#routes.delete(template);
    this.#joined.delete(route);
    route.unsubscribe();
  }

  #renewSoon(route: Route): void {
    this.#joined.add(route);
    this.#renewal ??= this.#clock.after(retainedWithin, () => {
      this.#renewal = undefined;
      for (const joined of this.#joined) this.#renew(joined);
      this.#joined.clear();
    });
  }

  /** A broker says what it has retained to a new subscription. The old one goes last, so that nothing is missed. */
  #renew(route: Route): void {
    const before = route.unsubscribe;
    route.unsubscribe = this.#listen(route);
    before();
  }

  #receive(address: string, topic: string, message: MqttMessage): void {
    const payload = this.#textOf(message);
    if (payload === undefined) {
      this.ignored++;
      return;
    }
    const frame: MqttFrame = { kind: "mqtt", topic, payload };
    for (const listener of this.#listeners) listener(address, frame);
  }

  /** Lamps of a group say the very same, one after the other. */
  #textOf(message: MqttMessage): string | undefined {
    const { text } = message;
    if (text !== undefined && text === this.#newestText) return text;
    this.#newestText = textOf(message);
    return this.#newestText;
  }
}

/** Undefined where it is not UTF-8 or too long: counted by the caller, shown to no driver. */
const textOf = (message: MqttMessage): string | undefined => {
  const { text } = message;
  if (text !== undefined && text.length <= longestFrameBytes / 3 && text.isWellFormed()) return text;
  const { payload } = message;
  return payload.length <= longestFrameBytes && isUtf8(payload) ? asBuffer(payload).toString() : undefined;
};

const none: readonly never[] = [];

/**
 * What a device at `address` may touch: the topics of its link and nothing else. An address that would not stand in one
 * level of a topic gets nothing at all.
 */
export const grantOf = (link: MqttLink, address: string, joins?: Joins): AccessGrant => {
  const isSafe = isTopicName(address) && !address.includes("/");
  return {
    id: address,
    kind: "device",
    publishes: isSafe ? link.publishes : none,
    subscribes: isSafe ? link.subscribes : none,
    address,
    ...(joins === undefined || link.group === undefined ? {} : { joins }),
  };
};
