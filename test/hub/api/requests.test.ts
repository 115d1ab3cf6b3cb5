import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { routes, type Shape } from "../../../hub/api/contract.ts";
import { Days, Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { authenticator, proof } from "../../support/signing-in.ts";
import { AccountHouse, bytes, codeOf, password } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(async () => {
  house = new AccountHouse();
  await house.settled("Boss", { role: "owner" });
  await house.settled("Chief", { role: "owner" });
  await house.settled("Ana");
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Request = Shape<"Request">;

const words = "Zyxcanary: tell me what you have on me";
const form = { name: "Ana", relationship: "self", request: words };

const ask = (who: SendInit, body: object = { kind: "access", ...form }) =>
  house.ask<Request>("POST", "/account/requests", { ...who, body, status: 201 });

/** Everybody has signed in a minute after the one before: guesses are counted for all together. */
const enter = async (name: string): Promise<SendInit> => {
  await house.clock.advance(Minutes(1));
  return house.terminal(name);
};

const withCode = async (who: SendInit): Promise<void> => {
  const { uri } = await house.ask<{ uri: string }>("POST", "/account/totp", who);
  const show = authenticator(uri);
  await house.ask("POST", "/account/totp/confirm", bytes(show(house.clock.now()), 200, who));
};

const press = (): void => {
  house.panel.work("pressed");
  house.panel.work("released");
};

describe("requests", () => {
  test(`asked, identified, granted and fetched; and what is fetched is hers alone ${proves("H18", "H55", "GDPR:12")}`, async () => {
    const [ana, boss] = [await enter("Ana"), await enter("Boss")];
    const { id, neededIdentity } = await ask(ana);
    expect(neededIdentity).toBe("second-factor");
    const identify = () => house.send("POST", `/account/requests/${id}/identify`, ana);
    expect(await codeOf(await identify())).toEqual([403, "identity_needed"]);
    const decide = (status: number) =>
      house.ask("POST", `/requests/${id}/decide`, { ...boss, body: { outcome: "granted" }, status });
    expect(await decide(403)).toMatchObject({ code: "identity_needed" });
    press();
    expect(await (await identify()).json()).toMatchObject({ identity: "button" });
    expect(await decide(200)).toMatchObject({ state: "granted" });
    const copy = await house.send("POST", `/account/requests/${id}/copy`, ana);
    const text = await copy.text();
    expect(text).toContain('"Ana"');
    expect(text).toContain(words);
    expect(text).not.toMatch(/Boss|Chief/);
    const { history = [] } = await house.ask<Request>("GET", `/account/requests/${id}`, ana);
    expect(history.map(({ step }) => step)).toEqual([
      "received",
      "identity-check",
      "identified",
      "investigating",
      "granted",
      "copied",
    ]);
    expect(await house.ask("GET", "/privacy/books")).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ book: "requests", sound: true, entries: 6 })]),
    });
  });

  test(`a code that was just shown is a second factor; a password is none ${proves("H55", "U34", "Z22", "U22")}`, async () => {
    const ana = await enter("Ana");
    const { id } = await ask(ana);
    await house.ask("POST", "/session/step-up", bytes(proof(password), 204, ana));
    expect(await codeOf(await house.send("POST", `/account/requests/${id}/identify`, ana))).toEqual([
      403,
      "identity_needed",
    ]);
    await withCode(ana);
    expect(await house.ask("POST", `/account/requests/${id}/identify`, ana)).toMatchObject({
      identity: "second-factor",
    });
    const erase = await ask(ana, { kind: "erase", ...form });
    expect(await codeOf(await house.send("POST", `/account/requests/${erase.id}/identify`, ana))).toEqual([
      403,
      "identity_needed",
    ]);
  });

  test(`an erasure that is granted erases, and the outcome stays ${proves("H55", "A47")}`, async () => {
    const [ana, boss] = [await enter("Ana"), await enter("Boss")];
    const { id, person } = await ask(ana, { kind: "erase", ...form });
    await house.send("POST", `/account/requests/${id}/identify`, ana);
    press();
    await house.ask("POST", `/account/requests/${id}/identify`, ana);
    await house.ask("POST", `/requests/${id}/decide`, { ...boss, body: { outcome: "granted" } });
    expect(await codeOf(await house.send("GET", `/people/${person}`))).toEqual([404, "not_found"]);
    expect(await codeOf(await house.send("GET", "/account/requests", ana))).toEqual([
      401,
      "not_authenticated",
    ]);
    const left = await house.ask<Request>("GET", `/requests/${id}`, boss);
    expect(left).toMatchObject({ state: "granted", outcome: "granted" });
    expect(left.form).toBeUndefined();
  });

  test(`a refusal without a reason is refused, and one with a reason says how to appeal ${proves("H54", "A48")}`, async () => {
    const [ana, boss, chief] = [await enter("Ana"), await enter("Boss"), await enter("Chief")];
    const { id } = await ask(ana, { kind: "restrict", ...form });
    const decide = (who: SendInit, request: string, body: object) =>
      house.send("POST", `/requests/${request}/decide`, { ...who, body });
    expect(await codeOf(await decide(boss, id, { outcome: "declined" }))).toEqual([400, "reason_needed"]);
    expect(await codeOf(await decide(boss, id, { outcome: "declined", code: "no-time" }))).toEqual([
      400,
      "invalid_input",
    ]);
    const declined = await decide(boss, id, { outcome: "declined", code: "not-eligible" });
    expect(await declined.json()).toMatchObject({
      declined: { code: "not-eligible", appeal: expect.stringContaining("appeal") },
    });
    const appeal = await house.ask<Request>("POST", `/account/requests/${id}/appeal`, {
      ...ana,
      body: form,
      status: 201,
    });
    expect(await codeOf(await decide(boss, appeal.id, { outcome: "granted" }))).toEqual([
      409,
      "same_decider",
    ]);
    expect((await decide(chief, appeal.id, { outcome: "granted" })).status).toBe(200);
    expect(await house.ask("GET", `/account/requests/${id}`, ana)).toMatchObject({ outcome: "granted" });
  });

  test(`the form has these fields and no others ${proves("A47")}`, async () => {
    const ana = await enter("Ana");
    const send = (body: object) => house.send("POST", "/account/requests", { ...ana, body });
    for (const more of [{ birthday: "2000-01-01" }, { fee: 10 }, { attachment: "AAAA" }, { phone: "1" }])
      expect(await codeOf(await send({ kind: "access", ...form, ...more }))).toEqual([400, "unknown_field"]);
    for (const less of ["name", "relationship", "request", "kind"])
      expect(await codeOf(await send({ kind: "access", ...form, [less]: undefined }))).toEqual([
        400,
        "invalid_input",
      ]);
    expect(await codeOf(await send({ kind: "support", ...form, request: "PIN: 99120" }))).toEqual([
      400,
      "secret_in_text",
    ]);
    expect(await house.ask("GET", "/requests")).toEqual({ data: [] });
    expect((await ask(ana, { kind: "access", ...form, contact: "ana@example.org" })).form).toEqual({
      ...form,
      contact: "ana@example.org",
    });
  });

  test(`what is written is read by nobody but who wrote it and who keeps the home ${proves("A12")}`, async () => {
    await house.settled("Ben");
    await house.settled("Guest", { role: "guest", lamps: [house.lamp] });
    const ana = await enter("Ana");
    const { id } = await ask(ana);
    const readers: readonly SendInit[] = [
      { token: null },
      await enter("Ben"),
      await enter("Guest"),
      { token: house.tokenWith(["lights:read", "people:read", "metrics", "devices:write", "sim"]) },
    ];
    const paths = Object.values(routes).flatMap(({ method, path, ...route }) =>
      method === "GET" && path !== "/events"
        ? [
            `${"root" in route ? "/~" : ""}${path.replace("{id}", "id" in route && route.id === "request" ? id : house.lamp)}`,
          ]
        : [],
    );
    expect(paths.length).toBeGreaterThan(40);
    for (const reader of readers)
      for (const path of paths) {
        const answer = await house.send("GET", path, reader);
        if (answer.headers.get("content-type")?.startsWith("text/event-stream")) {
          await answer.body?.cancel();
          continue;
        }
        expect([path, (await answer.text()).includes("Zyxcanary")]).toEqual([path, false]);
      }
    expect(JSON.stringify(house.log.lines)).not.toContain("Zyxcanary");
    expect((await house.ask<Request>("GET", `/account/requests/${id}`, ana)).form?.request).toBe(words);
    const boss = await enter("Boss");
    expect((await house.ask<Request>("GET", `/requests/${id}`, boss)).form?.request).toBe(words);
  });

  test("whose law it is can be said, and counts from then on", async () => {
    const [ana, boss] = [await enter("Ana"), await enter("Boss")];
    const law = async (body?: object) =>
      house.ask(body ? "PUT" : "GET", "/privacy/jurisdiction", { ...boss, ...(body && { body }) });
    expect(await law()).toEqual({ jurisdiction: "other" });
    expect((await ask(ana)).law).toBe("house");
    await law({ jurisdiction: "VN" });
    expect((await ask(ana, { kind: "access", ...form, request: "again" })).law).toBe("pdpd");
    const wrong = await house.send("PUT", "/privacy/jurisdiction", {
      ...boss,
      body: { jurisdiction: "ATL" },
    });
    expect(await codeOf(wrong)).toEqual([400, "invalid_input"]);
  });

  test("a guest may ask as everybody does", async () => {
    await house.settled("Guest", { role: "guest", lamps: [house.lamp] });
    const guest = await enter("Guest");
    const { id } = await ask(guest, { kind: "object", purpose: "security", ...form });
    expect(await house.ask("GET", `/account/requests/${id}`, guest)).toMatchObject({ kind: "object" });
    await house.ask("POST", `/account/requests/${id}/identify`, guest);
  });

  test("a program has nobody to ask for", async () => {
    const answer = await house.send("POST", "/account/requests", { body: { kind: "access", ...form } });
    expect(await codeOf(answer)).toEqual([409, "no_account"]);
  });

  test(`an alarm reaches who keeps the home and nobody else ${proves("A25")}`, async () => {
    const ana = await enter("Ana");
    await ask(ana);
    await house.clock.advance(Days(25));
    const [later, boss] = [await enter("Ana"), await enter("Boss")];
    type Notices = Shape<"Messages">;
    expect(await house.ask<Notices>("GET", "/account/notices", later)).toEqual({ data: [] });
    const { data } = await house.ask<Notices>("GET", "/account/notices", boss);
    expect(data.map(({ title }) => title)).toContain("A request has to be answered within a week");
    const { id = "" } = data[0] ?? {};
    expect(await codeOf(await house.send("POST", `/account/notices/${id}/read`, later))).toEqual([
      404,
      "not_found",
    ]);
    expect(await house.ask("POST", `/account/notices/${id}/read`, boss)).toMatchObject({ read: true });
  });
});

describe("what destroys or gives away takes a second step", () => {
  test.each([
    ["export", "POST", "/account/requests/rq-aaaaaaaaaaaa/copy", undefined],
    ["erase", "POST", "/requests/rq-aaaaaaaaaaaa/decide", { outcome: "granted" }],
    ["share", "POST", "/tokens", { name: "for a friend", scopes: ["lights:read"] }],
    ["share by code", "POST", "/session/codes", undefined],
    ["reset", "POST", "/reset", { level: "factory" }],
  ] as const)(
    `%s from an app that was left open is refused ${proves("U22")}`,
    async (_, method, path, body) => {
      const boss = await enter("Boss");
      await house.clock.advance(Minutes(5));
      const answer = await house.send(method, path, { ...boss, ...(body && { body }) });
      expect(await codeOf(answer)).toEqual([403, "step_up_needed"]);
      await house.ask("POST", "/session/step-up", bytes(proof(password), 204, boss));
      const [status] = await codeOf(await house.send(method, path, { ...boss, ...(body && { body }) }));
      expect(status).not.toBe(403);
    },
  );

  test(`who has an authenticator is not let in without it, and a password alone does not step up ${proves("U22")}`, async () => {
    const boss = await enter("Boss");
    await withCode(boss);
    await house.clock.advance(Minutes(1));
    expect(await codeOf(await house.entering("Boss"))).toEqual([401, "second_factor_needed"]);
    await house.clock.advance(Minutes(5));
    await house.ask("POST", "/session/step-up", bytes(proof(password), 401, boss));
    expect(await codeOf(await house.send("POST", "/tokens", { ...boss, body: { name: "x" } }))).toEqual([
      403,
      "step_up_needed",
    ]);
  });
});
