import { expect, test } from "vitest";
import { type Caller, type Scope, scopes } from "../../../hub/domain/access.ts";
import type { LampId, TokenId } from "../../../hub/domain/ids.ts";
import { topicRights } from "../../../hub/people/mqtt-access.ts";

const id = "t-aaaaaaaaaaaa" as TokenId;
const lamp = "l-aaaaaaaaaaaa" as LampId;
const with_ = (...held: Scope[]): Caller => ({ id, role: "developer", scopes: new Set(held) });

test.each<[Scope, readonly string[], readonly string[]]>([
  ["lights:read", ["lampkeeper/#"], ["lampkeeper/+/get", "lampkeeper/bridge/request/health_check"]],
  ["lights:write", [], ["lampkeeper/+/set"]],
  ["devices:write", [], ["lampkeeper/bridge/request/#"]],
])("%s opens its topics and no other", (scope, subscribes, publishes) => {
  expect(topicRights(with_(scope), "lampkeeper")).toEqual({ subscribes, publishes });
});

test("every other scope opens none", () => {
  const others = scopes.filter((scope) => !["lights:read", "lights:write", "devices:write"].includes(scope));
  expect(topicRights(with_(...others), "lampkeeper")).toEqual({ subscribes: [], publishes: [] });
});

test("a guest has the topics of chosen lamps, whatever else its scopes say", () => {
  const guest: Caller = { ...with_(...scopes), role: "guest", lamps: new Set([lamp]) };
  expect(topicRights(guest, "home")).toEqual({
    subscribes: ["home/bridge/state", `home/${lamp}`, `home/${lamp}/availability`, `home/${lamp}/error`],
    publishes: [`home/${lamp}/get`, `home/${lamp}/set`],
  });
});
