import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import { HubClient, type HubEvent } from "../../../app-sim/client/hub-client.ts";
import { HubProblem, HubUnreachable } from "../../../app-sim/client/hub-problem.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import { House } from "../../hub/api/house.ts";

let house: House;
let client: HubClient;
let sent: Request[];
let failures: number;

beforeEach(() => {
  house = new House();
  sent = [];
  failures = 0;
  client = new HubClient({
    url: "http://localhost/api/v1/",
    token: house.owner,
    fetch: async (request) => {
      sent.push(request);
      if (failures-- > 0) throw new TypeError("fetch failed");
      return house.fetch(request);
    },
    sleep: async () => settle(1),
  });
});
afterEach(() => house.close());

test("calls are typed by the contract", async () => {
  const { data } = await client.call("listLights");
  expectTypeOf(data).toEqualTypeOf<readonly Shape<"Light">[]>();
  const light = await client.call("setLight", {
    id: house.lamp,
    body: { on: true, brightness: 30 },
    query: { wait: "reported", timeout: 2 },
  });
  expect(light.reported).toEqual({ on: true, brightness: 30 });
  expect(sent.at(-1)?.url).toBe(`http://localhost/api/v1/lights/${house.lamp}/state?wait=reported&timeout=2`);
  const room = await client.call("addRoom", { body: { name: "Attic" } });
  expect(await client.call("removeRoom", { id: room.id })).toBeUndefined();
  expect((await client.text("checkHealth")).text).toBe("ok\n");
});

test("a refusal carries the hub's code and the fields that were wrong", async () => {
  const wrong = client.call("setLight", { id: house.lamp, body: { brightness: 500 } });
  await expect(wrong).rejects.toMatchObject({
    status: 400,
    code: "range_violation",
    errors: [{ pointer: "/brightness" }],
  });
  await expect(client.call("getLight", { id: "../tokens" })).rejects.toMatchObject({ code: "not_found" });
  const proxy = new HubClient({
    url: "http://x/api/v1",
    fetch: async () => new Response("<html>", { status: 502 }),
  });
  await expect(proxy.call("listRooms")).rejects.toMatchObject({ code: "http_502" });
  await expect(proxy.call("listRooms")).rejects.toBeInstanceOf(HubProblem);
});

test("silence is told apart from refusal", async () => {
  failures = 1;
  await expect(client.call("listRooms")).rejects.toBeInstanceOf(HubUnreachable);
  const late = new HubClient({
    url: "http://x/api/v1",
    timeoutMs: 1,
    fetch: ({ signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
      ),
  });
  await expect(late.call("listRooms")).rejects.toMatchObject({ code: "timed_out" });
});

/** Follows until `count` events have come. */
const follow = async (
  count: number,
  onConnection?: (isLive: boolean) => void,
): Promise<readonly HubEvent[]> => {
  const stop = new AbortController();
  const events: HubEvent[] = [];
  for await (const event of client.events({
    signal: stop.signal,
    ...(onConnection === undefined ? {} : { onConnection }),
  })) {
    events.push(event);
    if (events.length >= count) stop.abort();
  }
  return events;
};
const command = (on: boolean) => house.lights.command(house.lamp, { on }, { kind: "api" });

test("events come as they happen, and the stream ends with the signal", async () => {
  const following = follow(2);
  await settle();
  command(true);
  expect((await following).map(({ data }) => data.kind)).toEqual(["light.desired-changed", "light.reported"]);
  await settle();
  expect(house.api.events.readers).toBe(0);
});

test("after a restart of the hub the reader comes back by itself and knows that events are missing", async () => {
  const connections: boolean[] = [];
  const following = follow(5, (isLive) => connections.push(isLive));
  await settle();
  command(true);
  await settle();
  house.api.events.close();
  failures = 3;
  house.api.events.start();
  await settle(20);
  command(false);
  const kinds = (await following).map(({ data }) => data.kind);
  expect(kinds.slice(2)).toEqual(["stream.resync", "light.desired-changed", "light.reported"]);
  expect(connections.slice(0, 4)).toEqual([true, false, false, false]);
  expect(connections.at(-1)).toBe(true);
}, 5_000);

test("a connection that breaks costs nothing: what was missed is replayed", async () => {
  let cut: (() => void) | undefined;
  const flaky = new HubClient({
    url: "http://localhost/api/v1",
    token: house.owner,
    sleep: async () => settle(1),
    fetch: async (request) => {
      const answer = await house.fetch(request);
      const stop = new AbortController();
      cut = () => stop.abort(new TypeError("terminated"));
      return new Response(answer.body?.pipeThrough(new TransformStream(), { signal: stop.signal }), answer);
    },
  });
  const end = new AbortController();
  const lights: boolean[] = [];
  const following = (async () => {
    for await (const { data } of flaky.events({ signal: end.signal })) {
      if (data.kind === "light.desired-changed" && lights.push(data.desired.on) === 3) end.abort();
    }
  })();
  await settle();
  command(true);
  await settle();
  cut?.();
  command(false);
  await settle(20);
  command(true);
  await following;
  expect(lights).toEqual([true, false, true]);
});

test("who is refused is told so and does not try again", async () => {
  const stranger = new HubClient({
    url: "http://localhost/api/v1",
    fetch: house.fetch,
  });
  const events = stranger.events({ signal: new AbortController().signal });
  await expect(events.next()).rejects.toMatchObject({ status: 401, code: "not_authenticated" });
});
