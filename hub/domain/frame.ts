import type { MqttFrame } from "./profile.ts";

const place = "{address}";

/** A topic or filter template as one device has it: `device/{address}/state` -> `device/abc/state`. */
export const addressedTopic = (template: string, address: string): string =>
  template.replace(place, () => address);

/** A template with `{group}` as one group has it. */
export const groupTopic = (template: string, group: string): string => template.replace("{group}", group);

/** A frame as it goes to one device: the address filled in, in the topic and wherever the payload names it. */
export const addressed = (frame: MqttFrame, address: string): MqttFrame => ({
  kind: "mqtt",
  topic: addressedTopic(frame.topic, address),
  payload: frame.payload.includes(place) ? frame.payload.replaceAll(place, () => address) : frame.payload,
});

/** The template a device's topic stands for, as profiles know it; undefined when it is not one of `templates`. */
export const templateOf = (
  topic: string,
  address: string,
  templates: readonly string[],
): string | undefined => templates.find((template) => addressedTopic(template, address) === topic);
