import { afterEach, beforeEach, expect, test } from "vitest";
import { pathOf, type Route, routes } from "../../../hub/api/contract.ts";
import { openApiDocument } from "../../../hub/api/openapi.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

const text = (): string => `${JSON.stringify(openApiDocument(), null, 1)}\n`;

test("the description in docs/api is what the contract says; `vitest -u` writes it anew", async () => {
  await expect(text()).toMatchFileSnapshot("../../../docs/api/openapi.json");
});

test("the hub serves it to whoever asks", async () => {
  const answer = await house.send("GET", "/openapi.json", { token: null });
  expect(answer.headers.get("content-type")).toBe("application/openapi+json;version=3.1");
  expect(await answer.json()).toEqual(JSON.parse(text()));
});

test("every route is in it, and every reference leads somewhere", () => {
  const { paths, components } = openApiDocument() as {
    paths: Record<string, Record<string, { operationId: string }>>;
    components: { schemas: Record<string, unknown> };
  };
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    expect(paths[pathOf(route)]?.[route.method.toLowerCase()]?.operationId).toBe(name);
  }
  const references = [...text().matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  expect(references.length).toBeGreaterThan(100);
  expect(references.filter((name) => !(name in components.schemas))).toEqual([]);
});
