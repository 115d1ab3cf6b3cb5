import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InsideClient } from "../../../app-sim/client/inside-client.ts";
import { bearerText } from "../../../hub/api/auth.ts";
import type { Hub } from "../../../hub/compose.ts";
import { resetLevels } from "../../../hub/domain/reset.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { answeredPlainly } from "../../../hub/platform/sim/web-fetch.ts";
import { intentFile } from "../../../hub/reset/intent-file.ts";
import { proves } from "../../support/proves.ts";
import { ResetHome } from "./reset-home.ts";

/** A whole hub, asked for a reset by people who have real credentials. */

let home: ResetHome;
let hub: Hub;

beforeEach(async () => {
  home = await ResetHome.left();
  hub = home.hub();
  await hub.start();
  await hub.open();
});
afterEach(() => hub.close());

const as = (credential: ReturnType<Hub["tokens"]["issue"]>): InsideClient =>
  new InsideClient(
    (request) => answeredPlainly(hub.handle, request, "local"),
    bearerText(credential.token.id, credential.secret),
  );

const owner = (name = "Owner") => as(hub.tokens.issue({ name, role: "owner" }));
const hasBegun = () => home.disk.read(`files/${intentFile}`) !== undefined;

/** Everything on the disk, once what was put off is there too. */
const written = async (): Promise<ReadonlyMap<string, Buffer | undefined>> => {
  await home.clock.advance(Seconds(30));
  return new Map(home.disk.names().map((name) => [name, home.disk.read(name)]));
};

describe.each(["guest", "resident"] as const)("a %s", (role) => {
  const credential = () =>
    hub.tokens.issue({
      name: "Visitor",
      role,
      ...(role === "guest" ? { lamps: home.lamps.slice(0, 1) } : {}),
    });

  test(`asks for a reset: refused, nothing is written, and nobody else is kept from it ${proves("ISVS:2.2.3")}`, async () => {
    const visitor = as(credential());
    // That a token was used on this day is on record once, whatever was asked for.
    await visitor.call("listLights");
    const before = await written();
    const lines = home.log.lines.length;
    for (const level of resetLevels)
      await expect(visitor.call("requestReset", { body: { level } })).rejects.toMatchObject({
        status: 403,
        code: "not_authorised",
      });
    expect(await written()).toEqual(before);
    expect(home.log.lines.slice(lines)).toEqual([]);
    await owner().call("requestReset", { body: { level: "factory" } });
  });

  test(`confirms what the owner has asked for: refused, and it has not begun ${proves("ISVS:2.2.3")}`, async () => {
    const visitor = as(credential());
    const { id } = await owner().call("requestReset", { body: { level: "factory" } });
    await expect(visitor.call("confirmReset", { id })).rejects.toMatchObject({
      status: 403,
      code: "not_authorised",
    });
    expect(hasBegun()).toBe(false);
    await owner().call("confirmReset", { id });
    expect(hasBegun()).toBe(true);
  });
});

test("two resets at once: the second is told so, and the first one is what happens", async () => {
  const [one, other] = [owner("Ana"), owner("Ben")];
  const underWay = { status: 409, code: "reset_under_way" };
  const answers = await Promise.allSettled([
    one.call("requestReset", { body: { level: "hand-over" } }),
    other.call("requestReset", { body: { level: "factory" } }),
  ]);
  const [first, second] = answers;
  expect(second).toMatchObject({ status: "rejected", reason: underWay });
  const { id } = (first as PromiseFulfilledResult<{ readonly id: string }>).value;
  const confirmed = await Promise.allSettled([
    one.call("confirmReset", { id }),
    one.call("confirmReset", { id }),
  ]);
  expect(confirmed).toMatchObject([
    { status: "fulfilled", value: { level: "hand-over" } },
    { status: "rejected", reason: underWay },
  ]);
  await expect(other.call("requestReset", { body: { level: "network" } })).rejects.toMatchObject(underWay);
  expect(JSON.parse(home.disk.read(`files/${intentFile}`)?.toString() ?? "{}")).toMatchObject({
    id,
    level: "hand-over",
  });
});
