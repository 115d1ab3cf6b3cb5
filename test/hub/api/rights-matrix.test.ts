import { describe, expect, test } from "vitest";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, bytes, codeOf, password } from "./account-house.ts";
import type { SendInit } from "./house.ts";
import { form, type RightRow, rightRows } from "./rights-rows.ts";

const everyRoute: Readonly<Record<string, Route>> = routes;
const routeOf = (name: string): Route => {
  const route = everyRoute[name];
  if (route === undefined) throw new RangeError(name);
  return route;
};

/** Under these lies what people do about what is kept of them. */
const isOfRights = (path: string): boolean =>
  /^\/(account|privacy|requests|invitation)(\/|$)/.test(path) ||
  /^\/people\/\{id\}\/(data|erase|rights|restriction|agreed|invitation|purge)(\/|$)/.test(path);

/** Who asks. Everybody but the last three has an account; of those, two are programs, and nobody is at the last. */
const people = [
  "owner",
  "resident",
  "guest",
  "minor",
  "installer",
  "developer",
  "program",
  "token",
  "anonymous",
] as const;
type Kind = (typeof people)[number];
const accounts: readonly Kind[] = people.slice(0, 6);

/** The name of somebody whom none of these is, and which nobody else may be shown. */
const other = "Zyxcanary";

const settle = async (): Promise<AccountHouse> => {
  const house = new AccountHouse();
  await house.settled("owner", { role: "owner" });
  await house.settled("resident", { age: "of-age" });
  await house.settled("guest", { role: "guest", lamps: [house.lamp] });
  await house.settled("installer", { role: "installer" });
  await house.settled("developer", { role: "developer", scopes: ["lights:read"] });
  await guarded(house);
  await house.settled(other);
  return house;
};

/** Somebody under age, for whom the resident answers. */
const guarded = async (house: AccountHouse): Promise<void> => {
  const { id } = await house.added("minor", { age: "under" });
  const resident = await house.terminal("resident");
  await house.ask("POST", `/people/${id}/guardian`, { ...resident, status: 202 });
  house.panel.work("pressed");
  house.panel.work("released");
  await house.ask("POST", `/people/${id}/guardian/confirm`, resident);
  await house.ask("PUT", `/people/${id}/password`, bytes(password, 204));
};

const credential = (house: AccountHouse, kind: Kind): Promise<SendInit> | SendInit => {
  if (kind === "program") return {};
  if (kind === "token") return { token: house.tokenWith(["lights:read"]) };
  return kind === "anonymous" ? { token: null } : house.terminal(kind);
};

type Answer = readonly [outcome: string, text: string];

const asked = async (house: AccountHouse, row: RightRow, who: SendInit, id: string): Promise<Answer> => {
  const { method, path } = routeOf(row.route);
  const answer = await house.send(method, `${path.replace("{id}", id)}${row.query ?? ""}`, {
    ...who,
    ...row.sent?.(house),
  });
  const text = await answer.text();
  const isProblem = answer.headers.get("content-type") === "application/problem+json";
  return [
    isProblem ? `${answer.status} ${(JSON.parse(text) as Shape<"Problem">).code}` : `${answer.status}`,
    text,
  ];
};

/** What each kind of person is written down to get. */
const written = (row: RightRow, kind: Kind): string => {
  const exception = row.but?.[kind];
  if (exception !== undefined) return exception;
  if (row.who === "everybody") return row.outcome;
  if (kind === "anonymous") return "401 not_authenticated";
  if (row.who === "keeper")
    return kind === "owner" || kind === "program" ? row.outcome : "403 not_authorised";
  return accounts.includes(kind) ? row.outcome : "409 no_account";
};

describe("the table", () => {
  test(`has every route by which somebody uses a right ${proves("Z21")}`, () => {
    const wanted = Object.entries(everyRoute).flatMap(([name, { path }]) => (isOfRights(path) ? [name] : []));
    expect([...new Set(rightRows.map(({ route }) => route as string))].sort()).toEqual(wanted.sort());
  });

  test(`asks for a step more where the hub does, and nowhere else ${proves("H55")}`, () => {
    const stepUp = (name: RouteName): boolean => routeOf(name).stepUp === true;
    expect(rightRows.filter(({ route, step }) => stepUp(route) !== (step === true))).toEqual([]);
  });
});

describe.each(rightRows.map((row) => [row.right, row.whose, row.route, row] as const))(
  "%s, %s",
  (_right, _whose, _route, row) => {
    test(`${row.route} ${proves("EN303645:5.5-5", "H55", "Z21")}`, async () => {
      const house = await settle();
      const outcomes: Record<string, string> = {};
      const shownTo: string[] = [];
      for (const kind of [...people].reverse()) {
        await house.clock.advance(Minutes(1));
        const id = (await row.thing?.(house, kind, other)) ?? "";
        const [outcome, text] = await asked(house, row, await credential(house, kind), id);
        outcomes[kind] = outcome;
        if (text.includes(other) && !(row.who === "keeper" && outcome === row.outcome)) shownTo.push(kind);
      }
      expect(outcomes).toEqual(Object.fromEntries(people.map((kind) => [kind, written(row, kind)])));
      expect(shownTo).toEqual([]);
      house.close();
      expect(house.broken).toEqual([]);
    });
  },
);

test.each(rightRows.filter(({ step }) => step))(
  `$route, $whose: who signed in five minutes ago shows once more who they are ${proves("H55")}`,
  async (row) => {
    const house = await settle();
    const asking = row.who === "keeper" ? (["owner"] as const) : accounts;
    for (const kind of asking) {
      const id = (await row.thing?.(house, kind, other)) ?? "";
      const who = await credential(house, kind);
      await house.clock.advance(Minutes(5));
      expect([kind, (await asked(house, row, who, id))[0]]).toEqual([kind, "403 step_up_needed"]);
    }
    house.close();
  },
);

describe("an agent", () => {
  const evidence = { kind: "power-of-attorney", sha256: "ab".repeat(32) };
  const asking = { ...form, relationship: "agent", kind: "restrict" };
  const theirs = async (house: AccountHouse) =>
    (await house.ask<Shape<"Persons">>("GET", "/people")).data.find(({ name }) => name === other)?.id;

  test.each(accounts)(
    `a %s asks for another with proof, and gets nothing before they agree ${proves("H55", "EN303645:5.5-5")}`,
    async (kind) => {
      const house = await settle();
      const who = await credential(house, kind);
      const keeper = await house.terminal("owner");
      const body = { ...asking, subject: await theirs(house) };
      const ask = (more: object, status: number) =>
        house.ask<Shape<"Request"> & { code?: string }>("POST", "/account/requests", {
          ...who,
          body: { ...body, ...more },
          status,
        });
      expect((await ask({}, 403)).code).toBe("agent_unproven");
      const { id, confirmed } = await ask({ evidence }, 201);
      expect(confirmed).toBe(false);
      const own = `/account/requests/${id}`;
      await house.ask("POST", `${own}/identify`, { ...who, status: 404 });
      const decide = (outcome: object, request = id, status = 200) =>
        house.ask<{ code?: string }>("POST", `/requests/${request}/decide`, {
          ...keeper,
          body: outcome,
          status,
        });
      expect((await decide({ outcome: "granted" }, id, 403)).code).toBe("agent_unproven");
      await decide({ outcome: "declined", code: "identity" });
      // Replying to it is the agent's to do; it is no yes of whom it is about.
      const appeal = await house.ask<Shape<"Request">>("POST", `${own}/appeal`, {
        ...who,
        body: form,
        status: 201,
      });
      expect(appeal.confirmed).toBe(false);
      await house.ask("POST", `${own}/copy`, { ...who, status: 409 });
      const person = await house.terminal(other);
      expect(await house.ask("GET", "/account/rights", person)).toMatchObject({ restricted: null });
      house.close();
    },
  );

  test.each(["program", "token", "anonymous"] as const)(
    `a %s is nobody's agent ${proves("H55")}`,
    async (kind) => {
      const house = await settle();
      const body = { ...asking, subject: await theirs(house), evidence };
      const outcome = kind === "anonymous" ? "401 not_authenticated" : "409 no_account";
      const answer = await house.send("POST", "/account/requests", {
        ...(await credential(house, kind)),
        body,
      });
      expect((await codeOf(answer)).join(" ")).toBe(outcome);
      house.close();
    },
  );
});
