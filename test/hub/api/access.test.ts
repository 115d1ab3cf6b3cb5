import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bearerText } from "../../../hub/api/auth.ts";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import { type Scope, scopes } from "../../../hub/domain/access.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { House, type SendInit } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const all = Object.entries(routes) as [RouteName, Route][];

const pathOf = (route: Route): string => {
  const ids = { lamp: house.lamp, device: house.sensor, sensor: house.sensor, room: house.room.id };
  const id = (ids as Record<string, string>)[route.id ?? ""] ?? "t-aaaaaaaaaaaa";
  return `${route.root ? "/~" : ""}${route.path}`.replace("{id}", id);
};

const expectStatus = async (status: number, method: string, path: string, init?: SendInit): Promise<void> => {
  expect((await house.send(method, path, init)).status).toBe(status);
};

const statusOf = async (route: Route, token: string | null): Promise<number> => {
  // A body that no route accepts: whoever gets past the door is stopped by the shape, and nothing changes.
  const refused = route.body === undefined ? {} : { body: { "not-a-field": true } };
  const answer = await house.send(route.method, pathOf(route), { token, ...refused });
  await answer.body?.cancel();
  return answer.status;
};

describe("every route asks for its scope", () => {
  test.each(all)("%s", async (_name, route) => {
    for (const scope of scopes) {
      const status = await statusOf(route, house.tokenWith([scope]));
      const isAllowed = route.scope === "open" || route.scope === "any" || route.scope === scope;
      expect([scope, status === 403]).toEqual([scope, !isAllowed]);
      expect(status).not.toBe(401);
      expect(status).toBeLessThan(500);
    }
  });

  test.each(all)("%s without credentials", async (_name, route) => {
    expect((await statusOf(route, null)) === 401).toBe(route.scope !== "open");
    expect((await statusOf(route, "t-aaaaaaaaaaaa.AAAA")) === 401).toBe(route.scope !== "open");
  });
});

test("a guest sees and commands chosen lamps and nothing else", async () => {
  const { token, secret } = house.tokens.issue({ name: "Visitor", role: "guest", lamps: [house.lamp] });
  const guest = bearerText(token.id, secret);
  const { data } = await house.ask<Shape<"Lights">>("GET", "/lights", { token: guest });
  expect(data.map(({ id }) => id)).toEqual([house.lamp]);
  await house.ask("PUT", `/lights/${house.lamp}/state`, { token: guest, body: { on: true } });
  await house.ask("PUT", `/lights/${house.other}/state`, { token: guest, body: { on: true }, status: 403 });
  await house.ask("PUT", `/rooms/${house.room.id}/state`, { token: guest, body: { on: true }, status: 403 });
  for (const path of ["/rooms", "/devices", "/scenes", `/lights/${house.other}/why`]) {
    await house.ask("GET", path, { token: guest, status: 403 });
  }
});

describe("tokens", () => {
  const issue = (body: unknown, status = 201) =>
    house.ask<Shape<"IssuedToken">>("POST", "/tokens", { body, status });

  test("the secret is shown once and never again", async () => {
    const issued = await issue({ name: "Wall tablet", scopes: ["lights:read"] });
    const [, secret] = issued.token.split(".") as [string, string];
    expect(secret).toHaveLength(43);
    expect(issued.mqtt).toEqual({ username: issued.id, password: secret });
    await house.ask("GET", "/lights", { token: issued.token });
    await house.ask("PUT", `/lights/${house.lamp}/state`, { token: issued.token, body: {}, status: 403 });
    for (const path of ["/tokens", `/tokens/${issued.id}`, "/session"]) {
      const text = JSON.stringify(await house.ask("GET", path));
      expect(text).not.toContain(secret);
      expect(text).not.toContain("hash");
    }
    const everything = JSON.stringify([[...(house.store.records.get("tokens") ?? [])], house.log.lines]);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(house.owner.split(".")[1]);
  });

  test("a revoked or expired one is refused at once", async () => {
    const brief = await issue({ name: "Brief", scopes: ["lights:read"], expiresIn: 60 });
    await house.ask("GET", "/lights", { token: brief.token });
    await house.clock.advance(Seconds(60));
    await expectStatus(401, "GET", "/lights", { token: brief.token });
    expect(house.tokens.list()).toEqual([]);
    const lasting = await issue({ name: "Lasting", scopes: ["lights:read"] });
    await expectStatus(204, "DELETE", `/tokens/${lasting.id}`, {});
    await expectStatus(401, "GET", "/lights", { token: lasting.token });
    await expectStatus(404, "DELETE", `/tokens/${lasting.id}`, {});
  });

  test("nobody can give away more than they have", async () => {
    const admin = await issue({ name: "Admin", scopes: ["admin", "lights:read"] });
    const token = admin.token;
    await expectStatus(201, "POST", "/tokens", { token, body: { name: "x", scopes: ["lights:read"] } });
    await expectStatus(403, "POST", "/tokens", { token, body: { name: "x", scopes: ["lights:write"] } });
    await expectStatus(403, "POST", "/tokens", { token, body: { name: "x", role: "owner" } });
  });

  test.each([
    [{ name: "x" }, "invalid_input"],
    [{ name: "x", role: "guest" }, "invalid_input"],
    [{ name: "x", role: "resident", scopes: ["admin"] }, "invalid_input"],
    [{ name: "x", scopes: [] }, "range_violation"],
    [{ name: "x", scopes: ["everything"] }, "invalid_input"],
    [{ name: "x", scopes: ["sim"], hash: "00" }, "unknown_field"],
    [{ name: "x", role: "guest", lamps: ["r-aaaaaaaaaaaa"] }, "invalid_input"],
  ])("%j is refused", async (body, code) => {
    expect(await issue(body, 400)).toMatchObject({ code });
    expect(house.tokens.list()).toEqual([]);
  });

  test("expire while nobody asks; a clock that is not trusted refuses them but removes nothing", async () => {
    const expired: string[] = [];
    house.bus.subscribe("home.changed", ({ id, change }) => {
      if (change === "removed") expired.push(id);
    });
    const brief = await issue({ name: "Brief", scopes: ["lights:read"], expiresIn: 90_000 });
    await house.clock.advance(Seconds(3_600));
    expect(expired).toEqual([]);
    house.clock.setTrust({ level: "unknown" });
    house.clock.step(90_000_000);
    await house.clock.advance(Seconds(3_600));
    await expectStatus(401, "GET", "/lights", { token: brief.token });
    expect(expired).toEqual([]);
    house.clock.setTrust({ level: "trusted", source: "ntp", since: house.clock.now() });
    await house.clock.advance(Seconds(3_600));
    expect(expired).toEqual([brief.id]);
    expect(house.store.records.get("tokens")?.size).toBe(0);
  });

  test("survive a restart; the credential of a run does not", async () => {
    const { token } = await issue({ name: "Kept", scopes: ["lights:read"] });
    const [id, secret] = token.split(".") as [string, string];
    house.tokens.start();
    expect(house.tokens.authenticate(id, Buffer.from(secret))?.id).toBe(id);
    house.tokens.close();
    await house.ask("GET", "/lights", { status: 401 });
  });
});

describe("browsers", () => {
  const signIn = async (code: string): Promise<Response> =>
    house.send("POST", "/session/code", { token: null, body: { code } });
  const cookieOf = (answer: Response): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";

  test("sign in with a one-time code and hold a cookie no script can read", async () => {
    const { code } = await house.ask<Shape<"IssuedCode">>("POST", "/session/codes", { status: 201 });
    const answer = await signIn(code);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^lampkeeper_test=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
    );
    const headers = { cookie: `theme=dark; ${cookieOf(answer)}` };
    const me = await house.ask<Shape<"Caller">>("GET", "/session", { token: null, headers });
    expect(me.role).toBe("owner");
    await house.ask("PUT", `/lights/${house.lamp}/state`, { token: null, headers, body: { on: true } });

    expect((await signIn(code)).status).toBe(401);
    const out = await house.send("DELETE", "/session", { token: null, headers });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    await house.ask("GET", "/session", { token: null, headers, status: 401 });
  });

  test("over TLS the cookie never goes out in clear", async () => {
    const { code } = house.sessions.issueCode({ role: "owner", scopes: new Set<Scope>(scopes) });
    const request = new Request("https://localhost/api/v1/session/code", {
      method: "POST",
      body: JSON.stringify({ code }),
    });
    const answer = await house.fetch(request);
    expect(answer.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  test("a code lives ten minutes", async () => {
    const { code } = house.sessions.issueCode({ role: "owner", scopes: new Set<Scope>(scopes) });
    await house.clock.advance(Seconds(600));
    expect((await signIn(code)).status).toBe(401);
  });

  test("a form of another site gets nowhere", async () => {
    const { code } = house.sessions.issueCode({ role: "owner", scopes: new Set<Scope>(scopes) });
    const cookie = cookieOf(await signIn(code));
    const path = `/lights/${house.lamp}/state`;
    const plain = { cookie, "content-type": "text/plain" };
    await house.ask("PUT", path, { token: null, headers: plain, raw: '{"on":true}', status: 415 });
    const foreign = { cookie, origin: "https://evil.example", "content-type": "application/json" };
    await house.ask("PUT", path, { token: null, headers: foreign, raw: '{"on":true}', status: 403 });
    expect(house.lights.get(house.lamp)?.desired.on).toBe(false);
  });
});

describe("the door answers to its own names only", () => {
  test.each([
    ["localhost", 200],
    ["127.0.0.1:8080", 200],
    ["[::1]:8080", 200],
    ["HUB.test:80", 200],
    ["192.168.1.7", 421],
    ["evil.example", 421],
    ["localhost.evil.example", 421],
    ["", 421],
  ])("host %j", async (host, status) => {
    await house.ask("GET", "/lights", { headers: { host }, status });
    expect((await house.send("GET", "/~/nowhere", { headers: { host } })).status).toBe(
      status === 200 ? 404 : 421,
    );
  });

  test("a name that was let in lets in no other, and stays let in", async () => {
    for (const host of ["hub.test:8080", "hub.test:8080", "hub.test.evil.example", "hub.test:8080"])
      await house.ask("GET", "/lights", { headers: { host }, status: host.endsWith("example") ? 421 : 200 });
    await expectStatus(403, "GET", "/lights", {
      headers: { host: "hub.test:8080", origin: "http://evil.example" },
    });
  });

  test.each([
    ["http://hub.test:8080", 200],
    ["https://hub.test:8080", 200],
    ["http://hub.test:9090", 403],
    ["null", 403],
    ["https://evil.example", 403],
  ])("origin %j", async (origin, status) => {
    await expectStatus(status, "GET", "/lights", { headers: { host: "hub.test:8080", origin } });
  });

  test("and lets no other page read along", async () => {
    const answer = await house.send("GET", "/lights");
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect((await house.send("OPTIONS", "/lights")).status).toBe(405);
  });
});

test("a hub without a simulated home has no simulator routes", async () => {
  const served = new House({ sim: false });
  expect((await served.send("GET", "/sim/clock")).status).toBe(404);
  served.close();
});

test("what we did wrong is not explained to strangers", async () => {
  const explode = () => {
    throw new TypeError("secret detail");
  };
  const broken = new House({ services: { isReady: explode } });
  const answer = await broken.send("GET", "/~/readyz");
  expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining("secret")]);
  expect(broken.log.lines).toEqual([
    { level: "error", event: "api.failed", fields: { code: "internal", what: "TypeError" } },
  ]);
  broken.close();
});
