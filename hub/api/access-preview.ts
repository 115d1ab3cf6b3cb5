import type { Caller } from "../domain/access.ts";
import { HubError } from "../domain/errors.ts";
import { topicRights } from "../people/mqtt-access.ts";
import { authorise } from "./auth.ts";
import { byName } from "./by-name.ts";
import { type Route, routes, type Shape } from "./contract.ts";
import type { Services } from "./traits.ts";

/** Stands for the first level of the topics. */
const base = "{base}";
const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name });

/** What a caller would see and could do: asked of the doors themselves, so that it cannot be another thing than they do. */
export const accessOf = (
  { lights, scenes, sim }: Pick<Services, "lights" | "scenes" | "sim">,
  caller: Caller,
): Shape<"Access"> => {
  const { publishes, subscribes } = topicRights(caller, base);
  const below = (filter: string): string => filter.slice(base.length + 1);
  const open = Object.entries(routes).filter(
    ([, route]: readonly [string, Route]) => (!route.sim || sim !== undefined) && isOpenTo(caller, route),
  );
  const names = open.map(([name]) => name).sort();
  return {
    role: caller.role,
    routes: names,
    lights: names.includes("listLights")
      ? byName(lights.list().filter(({ id }) => caller.lamps?.has(id) ?? true)).map(named)
      : [],
    scenes: byName(scenes.list().filter(({ id }) => mayRecall(names, caller, id))).map(named),
    people: names.includes("listPeople"),
    reads: subscribes.map(below),
    writes: publishes.map(below),
  };
};

const mayRecall = (names: readonly string[], { scenes }: Caller, id: string): boolean => {
  const chosen: ReadonlySet<string> | undefined = scenes;
  return names.includes("recallScene") || (chosen?.has(id) ?? false);
};

/** About a lamp that the caller has, where the route is about one. */
const isOpenTo = (caller: Caller, route: Route): boolean => {
  if (route.scope === "open") return true;
  const [chosen] = caller.lamps ?? [];
  const id = route.id === undefined ? undefined : route.id === "lamp" ? (chosen ?? "l-") : `${route.id}-`;
  try {
    authorise(caller, route, id);
    return true;
  } catch (error) {
    if (error instanceof HubError && error.family === "caller") return false;
    throw error;
  }
};
