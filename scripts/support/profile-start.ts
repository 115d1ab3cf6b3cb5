/** `bl-100` -> `Bl100`. */
const pascal = (slug: string): string =>
  slug
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

const camel = (slug: string): string => {
  const text = pascal(slug);
  return text.charAt(0).toLowerCase() + text.slice(1);
};

/** How a lamp is reached whose driver is begun. */
const startLinks = ["mqtt", "ble"] as const;
export type StartLink = (typeof startLinks)[number];

export const isStartLink = (word: string): word is StartLink => startLinks.some((link) => link === word);

/** A driver that compiles and passes its tests, for a dimmable lamp that does not exist. @param vendor, model as slugs */
export const startOf = (
  vendor: string,
  model: string,
  link: StartLink = "mqtt",
): { readonly name: string; readonly text: string } => {
  const name = `${camel(vendor)}${pascal(model)}`;
  const template = link === "ble" ? bleTemplate : mqttTemplate;
  return { name, text: template(name, pascal(vendor), vendor, model) };
};

const mqttTemplate = (name: string, title: string, vendor: string, model: string): string => `\
import type { LightState } from "../../hub/domain/light.ts";
import { Percent } from "../../hub/domain/units.ts";
import { can, dims } from "../kit/capabilities.ts";
import { availability, defineLamp, mqtt } from "../kit/define-profile.ts";
import { numberAt, parseObject, present, switchAt } from "../kit/json.ts";
import { fromSteps, toSteps } from "../kit/scale.ts";

const source = "name of the document or capture that says so";
const command = "${vendor}/{address}/set";
const state = "${vendor}/{address}/state";

export const ${name} = defineLamp({
  vendor: "${title}",
  model: "${model}",
  description: "Dimmable bulb",
  source,
  capabilities: can(dims()),
  listens: [command],
  encode: ({ on, brightness }) => [
    mqtt(command, { power: on ? "ON" : "OFF", level: toSteps(brightness, 255) }),
  ],
  reads: {
    [state]: (payload) => {
      const said = parseObject(payload);
      const shown = present<LightState>({
        on: switchAt(said, "power"),
        brightness: fromSteps(numberAt(said, "level"), 255),
      });
      return Object.keys(shown).length === 0 ? undefined : { state: shown };
    },
    "${vendor}/{address}/online": availability("true", "false"),
  },
  examples: [
    {
      source,
      encode: {
        target: { on: true, brightness: Percent(100) },
        frames: [mqtt(command, { power: "ON", level: 255 })],
      },
      decode: {
        frame: mqtt(state, { power: "ON", level: 51 }),
        report: { state: { on: true, brightness: Percent(20) } },
      },
    },
  ],
});
`;

const bleTemplate = (name: string, title: string, vendor: string, model: string): string => `\
import { Percent } from "../../hub/domain/units.ts";
import { filled } from "../kit/bytes.ts";
import { can, dims } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp, reader } from "../kit/define-ble-lamp.ts";
import { fromSteps, toSteps } from "../kit/scale.ts";

const source = "name of the document or capture that says so";
const command = at("fff3");
const status = at("fff4");

export const ${name} = defineBleLamp({
  vendor: "${title}",
  model: "${model}",
  description: "Dimmable bulb",
  source,
  signs: [{ names: ["${vendor.toUpperCase()}-${model.toUpperCase()}"] }],
  capabilities: can(dims()),
  // Capitals stand for numbers: whether it is on, and its level of 1 to 100.
  encode: ({ on, brightness }) => [
    ble(command, filled("a1SSNNff", { SS: Number(on), NN: toSteps(brightness, 100) })),
  ],
  notifies: [
    reader(status, 3, ([head, power, level]) => {
      const shown = fromSteps(level, 100);
      return head === 0xa2 && shown !== undefined ? { on: power === 1, brightness: shown } : undefined;
    }),
  ],
  examples: [
    {
      source,
      encode: { target: { on: true, brightness: Percent(100) }, frames: [ble(command, "a10164ff")] },
      decode: { frame: ble(status, "a20114"), report: { state: { on: true, brightness: Percent(20) } } },
    },
  ],
});
`;

const profileImport = /^import \{[^}]*\} from "\.\/profiles\/[^"]+";$/;
const pathOf = (line: string): string => line.split('"')[1] ?? "";

/** The registry with one profile more: its import in order of path, its entry last. */
export const registered = (registry: string, vendor: string, name: string): string => {
  const added = `import { ${name} } from "./profiles/${vendor}.ts";`;
  const lines = registry.split("\n");
  const imports = [...lines.filter((line) => profileImport.test(line)), added].sort((a, b) =>
    pathOf(a) < pathOf(b) ? -1 : 1,
  );
  const first = lines.findIndex((line) => profileImport.test(line));
  const others = lines.filter((line) => !profileImport.test(line));
  const end = others.indexOf("];");
  return [
    ...others.slice(0, first),
    ...imports,
    ...others.slice(first, end),
    `  ${name},`,
    ...others.slice(end),
  ].join("\n");
};
