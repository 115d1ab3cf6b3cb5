import { addressed, addressedTopic } from "../domain/frame.ts";
import type { Frame, MqttLink, DeviceLink as ProfileLink } from "../domain/profile.ts";
import type { Clock } from "../ports/clock.ts";
import type { AccessGrant, MqttBus } from "./mqtt-bus.ts";

export const grantOf = (link: MqttLink, address: string): AccessGrant => ({
  id: address,
  kind: "device",
  publishes: link.publishes.map((t) => addressedTopic(t, address)),
  subscribes: link.subscribes.map((t) => addressedTopic(t, address)),
});

export class DeviceLink {
  readonly #bus: MqttBus;
  readonly #devices = new Set<string>();
  readonly #templates = new Set<string>();
  readonly #listeners: ((address: string, frame: Frame) => void)[] = [];
  constructor(_clock: Clock, bus: MqttBus) {
    this.#bus = bus;
  }
  attach(address: string, link: ProfileLink): void {
    if (link.kind !== "mqtt") return;
    this.#devices.add(address);
    for (const template of link.publishes) {
      if (this.#templates.has(template)) continue;
      this.#templates.add(template);
      const at = template.split("/").indexOf("{address}");
      this.#bus.subscribe(template.replace("{address}", "+"), ({ topic, payload }) => {
        const address = topic.split("/")[at] ?? "";
        if (!this.#devices.has(address)) return;
        for (const l of this.#listeners)
          l(address, { kind: "mqtt", topic: template, payload: Buffer.from(payload).toString() });
      });
    }
  }
  detach(address: string, _link: ProfileLink): void {
    this.#devices.delete(address);
  }
  send(address: string, frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (frame.kind !== "mqtt") continue;
      const f = addressed(frame, address);
      this.#bus.publish(f.topic, f.payload);
    }
  }
  onFrame(listener: (address: string, frame: Frame) => void): void {
    this.#listeners.push(listener);
  }
}
