import { expect, test } from "vitest";
import { RouteTable } from "../../../hub/api/route-table.ts";

const table = new RouteTable<string>();
table.add("GET", "/lights", "list");
table.add("GET", "/lights/{id}", "read");
table.add("PATCH", "/lights/{id}", "change");
table.add("PUT", "/sim/devices/{id}/press", "press");

test.each([
  ["GET", "/lights", "list", undefined],
  ["GET", "/lights/l-1", "read", "l-1"],
  ["PATCH", "/lights/l-1", "change", "l-1"],
  ["PUT", "/sim/devices/s-1/press", "press", "s-1"],
])("%s %s is %s", (method, path, entry, id) => {
  const found = table.find(path);
  expect([found?.methods.get(method), found?.id]).toEqual([entry, id]);
});

test("what is written like the place of an id is an id like any other", () => {
  expect(table.find("/lights/{id}")?.id).toBe("{id}");
});

test("the methods of a path are known together", () => {
  expect([...(table.find("/lights/l-1")?.methods.keys() ?? [])]).toEqual(["GET", "PATCH"]);
});

test.each([
  "",
  "/",
  "lights",
  "/lights/",
  "//lights",
  "/lights/l-1/press",
  "/lights/l-1/",
  "/sim/devices/s-1",
])("nothing stands at %j", (path) => {
  const found = table.find(path);
  // An empty id is one that nobody has; the route refuses it.
  expect(found === undefined || found.id === "").toBe(true);
});

test("a path with a name of its own goes before what an id could stand for, and `{id}` is no name", () => {
  const both = new RouteTable<string>();
  both.add("GET", "/schedules/{id}", "one");
  both.add("GET", "/schedules/next", "next");
  expect(both.find("/schedules/next")).toEqual({ methods: new Map([["GET", "next"]]), id: undefined });
  expect(both.find("/schedules/other")).toEqual({ methods: new Map([["GET", "one"]]), id: "other" });
  expect(both.find("/schedules/{id}")).toEqual({ methods: new Map([["GET", "one"]]), id: "{id}" });
});
