import type { Shape } from "../../../hub/api/contract.ts";
import { type Context, findOne, type Named } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { fadeOf, fadeOption } from "../light-options.ts";
import { stateCell } from "../wording.ts";
import { lampsOf, outcomeResult } from "./target.ts";

const sceneArgument = { name: "scene", help: "id or name of a scene", completes: "scene" } as const;

const scenesOf = async (context: Context) => (await context.hub().call("listScenes")).data;
const findScene = async (context: Context, word: string): Promise<Shape<"Scene">> =>
  findOne("scene", word, await scenesOf(context));

const lampNames = async (context: Context): Promise<(id: string) => string> => {
  const lamps = await lampsOf(context);
  return (id) => lamps.find((lamp) => lamp.id === id)?.name ?? id;
};

/** Lamps, rooms, zones and groups: whatever can be captured. */
const targetsOf = async (context: Context): Promise<readonly Named[]> => {
  const hub = context.hub();
  const found = await Promise.all([
    hub.call("listRooms"),
    hub.call("listZones"),
    hub.call("listGroups"),
    hub.call("listLights"),
  ]);
  return found.flatMap((collection): readonly Named[] => collection.data);
};

export const sceneCommands: readonly CommandDefinition[] = [
  {
    path: "scene list",
    summary: "All scenes",
    examples: ["lampkeeper scene list"],
    run: async (context) => {
      const scenes = await scenesOf(context);
      return {
        data: scenes,
        text: {
          columns: ["SCENE", "LAMPS", "ID"],
          rows: scenes.map(({ name, states, palette, id }) => [
            name,
            `${Object.keys(states).length}${palette === undefined ? "" : ", moving"}`,
            { text: id, dim: true },
          ]),
          empty: "no scenes yet; keep how it is now with: lampkeeper scene save NAME",
        },
      };
    },
  },
  {
    path: "scene show",
    summary: "One scene, lamp by lamp",
    args: [sceneArgument],
    examples: ["lampkeeper scene show Evening"],
    run: async (context, [word = ""]) => {
      const [scene, nameOf] = await Promise.all([findScene(context, word), lampNames(context)]);
      return {
        data: scene,
        text: {
          columns: ["LAMP", "STATE"],
          rows: Object.entries(scene.states).map(([id, state]) => [nameOf(id), stateCell(state)]),
          empty: `${scene.name} has no lamps`,
        },
      };
    },
  },
  {
    path: "scene apply",
    summary: "Show a scene",
    args: [sceneArgument],
    options: [fadeOption],
    examples: ["lampkeeper scene apply Evening --fade 3s"],
    run: async (context, [word = ""], options) => {
      const scene = await findScene(context, word);
      if (context.dryRun) return { data: { id: scene.id }, text: `${scene.name} would be shown` };
      const outcome = await context.hub().call("recallScene", { id: scene.id, body: fadeOf(options) });
      return outcomeResult(outcome, await lampNames(context));
    },
  },
  {
    path: "scene save",
    summary: "Keep how lamps are now as a scene; an existing one of that name is brought up to date",
    args: [{ name: "name", help: "1 to 64 visible characters" }],
    options: [
      {
        name: "of",
        value: "PLACE",
        help: "only the lamps of this lamp, room, zone or group",
        completes: "target",
      },
    ],
    examples: ["lampkeeper scene save Evening --of 'Living room'", "lampkeeper scene save 'All as now'"],
    run: async (context, [name = ""], options) => {
      const of = options["of"];
      const target = typeof of === "string" ? findOne("room", of, await targetsOf(context)) : undefined;
      if (context.dryRun) return { data: { name, of: target?.id ?? null }, text: `${name} would be saved` };
      const scene = await save(context, name, target?.id);
      const count = Object.keys(scene.states).length;
      return { data: scene, text: `${scene.name} is saved with ${count} lamps (${scene.id})` };
    },
  },
  {
    path: "scene rename",
    summary: "Give a scene another name",
    args: [sceneArgument, { name: "name", help: "1 to 64 visible characters" }],
    examples: ["lampkeeper scene rename Evening Dusk"],
    run: async (context, [word = "", name = ""]) => {
      const scene = await findScene(context, word);
      if (context.dryRun)
        return { data: { id: scene.id, name }, text: `${scene.name} would be called ${name}` };
      const changed = await context.hub().call("changeScene", { id: scene.id, body: { name } });
      return { data: changed, text: `${scene.name} is now called ${changed.name}` };
    },
  },
  {
    path: "scene remove",
    summary: "Remove a scene",
    args: [sceneArgument],
    examples: ["lampkeeper scene remove Evening --yes"],
    run: async (context, [word = ""]) => {
      const scene = await findScene(context, word);
      if (context.dryRun) return { data: { id: scene.id }, text: `${scene.name} would be removed` };
      await context.confirm(`Remove the scene ${scene.name}?`);
      await context.hub().call("removeScene", { id: scene.id });
      return { data: { id: scene.id }, text: `${scene.name} is removed` };
    },
  },
];

/** The hub captures when nothing else is said; without a place, every lamp is taken as it should be now. */
const save = async (context: Context, name: string, of: string | undefined): Promise<Shape<"Scene">> => {
  const states =
    of === undefined
      ? Object.fromEntries((await lampsOf(context)).map(({ id, desired }) => [id, desired]))
      : undefined;
  const known = (await scenesOf(context)).find((scene) => scene.name === name);
  const body = {
    name,
    ...(of === undefined ? {} : { capture: of }),
    ...(states === undefined ? {} : { states }),
  };
  const made = await context.hub().call("addScene", { body });
  if (known === undefined) return made;
  await context.hub().call("removeScene", { id: made.id });
  return await context.hub().call("changeScene", { id: known.id, body: { states: made.states } });
};
