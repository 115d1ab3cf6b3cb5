import { vi } from "vitest";
import { apiBase, type Route, routes } from "../../hub/api/contract.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import { Hours } from "../../hub/domain/units.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { type CollectionName, collections } from "../../hub/privacy/data-map.ts";
import { PeopledHub } from "./peopled-hub.ts";

/** What people call their things; none of these words stands in the code. */
export const words = {
  room: "Xylo parlour",
  zone: "Xylo upstairs",
  group: "Xylo cluster",
  lamp: "Xylo reading lamp",
  scene: "Xylo supper",
  rule: "Xylo awakening",
  token: "Xylo dashboard",
  person: "Xylothea",
} as const;

/** A stream has no end, and nobody has told this home that it is ready. */
const notAsked = ["/events", "/readyz"];

/** Everything that a home did, by the ways in which something can leave a hub or stay in it. */
export interface ObservedFlows {
  /** `collection.field` of what is stored. */
  readonly fields: ReadonlySet<string>;
  readonly topics: ReadonlySet<string>;
  readonly logs: readonly { readonly event: string; readonly fields: object }[];
  readonly files: readonly string[];
  readonly hosts: readonly string[];
  /** Code of each answer that was not given, by path. */
  readonly failures: readonly string[];
  readonly metrics: string;
  readonly events: readonly object[];
}

const fieldsIn = ({ hub }: PeopledHub): Set<string> =>
  new Set(
    (Object.keys(collections) as CollectionName[]).flatMap((name) =>
      [...hub.store.collection(name).entries()].flatMap(([, value]) =>
        Object.keys(value as object).map((field) => `${name}.${field}`),
      ),
    ),
  );

/** Sets up a home as its people would, lives in it for a day, and looks at everything that can be looked at. */
const liveADay = async (home: PeopledHub): Promise<{ failures: string[]; metrics: string }> => {
  const failures: string[] = [];
  const ask = async (method: string, path: string, body?: object): Promise<{ id: string }> => {
    const answer = await home.request(method, path, body);
    if (answer.status >= 400 && answer.status !== 404)
      failures.push(`${method} ${path}: ${await answer.clone().text()}`);
    return (await answer.json().catch(() => ({}))) as { id: string };
  };
  const room = await ask("POST", "/rooms", { name: words.room });
  const lamp = await ask("POST", "/devices", {
    profile: "lampkeeper/color-bulb",
    name: words.lamp,
    room: room.id,
  });
  await ask("POST", "/zones", { name: words.zone, members: [lamp.id] });
  await ask("POST", "/groups", { name: words.group, members: [lamp.id] });
  await ask("PUT", `/lights/${lamp.id}/state`, { on: true, brightness: 40 });
  const address = home.hub.inventory.device(lamp.id as LampId)?.address;
  home.hub.broker.publish(`device/${address}/availability`, "online", { retain: true });
  home.hub.broker.publish(`device/${address}/state`, JSON.stringify({ on: true, brightness: 40 }), {
    retain: true,
  });
  const scene = await ask("POST", "/scenes", { name: words.scene, room: room.id, capture: room.id });
  await ask("POST", `/scenes/${scene.id}/recall`, {});
  const at = { kind: "daily", at: { kind: "time", at: "07:00" } };
  const action = { kind: "light", target: lamp.id, command: { on: false } };
  await ask("POST", "/schedules", { name: words.rule, triggers: [at], actions: [action] });
  await ask("POST", "/tokens", { name: words.token, scopes: ["lights:read"] });
  const person = await ask("POST", "/people", { name: words.person });
  await ask("PATCH", `/people/${person.id}`, { name: words.person });
  await ask("PUT", "/place", { latitude: 52.4, longitude: 4.9, zone: "Europe/Amsterdam" });
  await home.clock.advance(Hours(26));
  for (const { method, path, root, sim } of Object.values(routes) as Route[]) {
    if (method !== "GET" || sim || path.includes("{") || notAsked.includes(path)) continue;
    const answer = await home.request("GET", path, undefined, root ? "" : apiBase);
    if (answer.status >= 500) failures.push(`${path}: ${answer.status}`);
  }
  const metrics = await (await home.request("GET", "/metrics", undefined, "")).text();
  return { failures, metrics };
};

/** A home that lives, watched at every outlet. */
export const observedFlows = async (): Promise<ObservedFlows> => {
  const connect = vi.spyOn(SimNetwork.prototype, "connect");
  const home = await PeopledHub.open("2026-03-01T06:00:00Z", 2);
  try {
    const { failures, metrics } = await liveADay(home);
    return {
      fields: fieldsIn(home),
      topics: new Set(home.published.map((line) => line.slice(0, line.indexOf(" ")))),
      logs: home.log.lines,
      files: home.disk.names(),
      hosts: connect.mock.calls.map(([{ host }]) => host),
      failures,
      metrics,
      events: home.events,
    };
  } finally {
    connect.mockRestore();
    await home.close();
  }
};
