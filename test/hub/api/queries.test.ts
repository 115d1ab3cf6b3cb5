import { expect, test } from "vitest";
import { routes } from "../../../hub/api/contract.ts";
import { Queries } from "../../../hub/api/queries.ts";
import type { HttpRequest } from "../../../hub/ports/network.ts";

const queries = new Queries();
const setLight = (query: string) => queries.in(routes.setLight, { target: `/lights${query}` } as HttpRequest);

test("each query is read as itself, whatever was asked before it", () => {
  expect(setLight("")).toEqual({});
  expect(setLight("?wait=reported")).toEqual({ wait: "reported" });
  expect(setLight("?wait=reported")).toEqual({ wait: "reported" });
  expect(setLight("?wait=reported&timeout=0.5")).toEqual({ wait: "reported", timeout: 0.5 });
  expect(setLight("")).toEqual({});
});

test("what is wrong stays wrong when it is asked again", () => {
  for (const again of [1, 2]) expect(() => setLight(`?wait=tomorrow`), `${again}`).toThrow(/must be/);
  expect(() => setLight("?wait=reported&wish=1")).toThrow(/unknown field/);
  expect(setLight("?wait=reported")).toEqual({ wait: "reported" });
});
