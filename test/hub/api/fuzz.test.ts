import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Route, routes, type Shape } from "../../../hub/api/contract.ts";
import { proves } from "../../support/proves.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const withBody = (Object.entries(routes) as [string, Route][]).filter(
  ([, route]) => route.body !== undefined,
);

const fields = fc.constantFrom(
  ...[
    "on",
    "brightness",
    "color",
    "colorTemperature",
    "hue",
    "effect",
    "transition",
    "name",
    "room",
    "members",
  ],
  ...[
    "states",
    "palette",
    "scopes",
    "role",
    "lamps",
    "code",
    "seconds",
    "misbehaviours",
    "triggers",
    "conditions",
    "actions",
    "kind",
    "at",
    "__proto__",
    "constructor",
  ],
);
const things = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fields,
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.dictionary(fields, fc.jsonValue())),
  ),
);
const bodies = fc.oneof(
  things.map((value) => JSON.stringify(value)),
  fc.string(),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
);

const codes = [
  ...["invalid_input", "range_violation", "unknown_field", "malformed_json", "limit_exceeded", "not_found"],
  ...[
    "conflict",
    "unknown_id",
    "not_authorised",
    "not_authenticated",
    "unsupported_media_type",
    "no_account",
    "not_supervised",
  ],
];

test.each(withBody)(
  `whatever is sent to %s gets a stable code or a right answer ${proves("EN303645:5.13-1A", "EN303645:5.13-1B")}`,
  async (_name, route) => {
    const id =
      { lamp: house.lamp, sensor: house.sensor, room: house.room.id }[route.id as string] ?? house.sensor;
    await fc.assert(
      fc.asyncProperty(bodies, async (raw) => {
        const answer = await house.send(route.method, route.path.replace("{id}", id), { raw });
        if (answer.ok) return;
        const problem = (await answer.json()) as Shape<"Problem">;
        expect(codes).toContain(problem.code);
        expect(problem.status).toBe(answer.status);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    expect(house.log.lines.filter(({ level }) => level !== "info")).toEqual([]);
  },
);

test("whatever stands in headers, path and query is answered", async () => {
  const text = fc.string({ unit: fc.constantFrom(..."abc-.=;/%2 \t\u00e9"), maxLength: 40 });
  const header = fc.oneof(
    text,
    text.map((word) => `Bearer ${word}`),
    text.map((word) => `lampkeeper_test=${word}`),
  );
  await fc.assert(
    fc.asyncProperty(header, header, header, text, text, async (authorization, cookie, last, path, query) => {
      const headers = { authorization, cookie, "last-event-id": last };
      for (const base of [`/lights/${encodeURIComponent(path)}`, "/lights", "/events", `/${path}`]) {
        const answer = await house.send("GET", `${base}?${encodeURI(query)}`, { token: null, headers });
        expect([401, 404, 400]).toContain(answer.status);
        await answer.body?.cancel();
      }
    }),
    { numRuns: 200 },
  );
});
