import { afterEach, beforeEach, expect, test } from "vitest";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import { type CollectionName, chains, collections } from "../../hub/privacy/data-map.ts";
import { PeopledHub } from "../support/peopled-hub.ts";
import { proves } from "../support/proves.ts";
import { octets, signIn } from "../support/signing-in.ts";

let home: PeopledHub;
beforeEach(async () => {
  home = await PeopledHub.open("2026-06-21T12:00:00Z", 0);
});
afterEach(() => home.close());

const canaries = {
  "user-agent": "Kanariengelb/7.31 (Zyxwagent)",
  referer: "https://zyxwreferer.example/page?before=1",
  "accept-language": "tlh-Zyxwlang",
  "x-forwarded-for": "203.0.113.77",
  "sec-ch-ua-platform": "Zyxwplatform",
};
const words = ["Kanariengelb", "Zyxwagent", "zyxwreferer", "Zyxwlang", "203.0.113.77", "Zyxwplatform"];

/** As one who has all keys would read it: every record of every collection, every book, every line of the log. */
const everything = (): string => {
  const { store } = home.hub;
  const records = (Object.keys(collections) as CollectionName[]).map((name) => [
    name,
    [...store.collection(name).entries()],
  ]);
  const books = Object.keys(chains).length > 1 ? [home.hub.privacy.consents.entries()] : [];
  return JSON.stringify([records, books, home.log.lines, home.events, home.published]);
};

const ask = async (method: string, path: string, from = "192.0.2.9", init: RequestInit = {}) => {
  const headers = { ...canaries, ...(init.headers as Record<string, string> | undefined) };
  const request = new Request(`http://localhost${path}`, { ...init, method, headers });
  const answer = await answered(home.hub.handle, request, from);
  return { answer, text: await answer.text() };
};

const session = async (from: string) => {
  const { code } = await home.client.call("addSignInCode");
  const { answer } = await ask("POST", "/api/v1/session/code", from, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  return { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
};

test(`browser, language and the page before are in no record, no book and no log ${proves("A3", "Z7")}`, async () => {
  const headers = await session("192.0.2.9");
  for (const path of [
    "/",
    "/healthz",
    "/api/v1/nothing",
    "/api/v1/lights",
    "/api/v1/people",
    "/api/v1/events",
  ]) {
    await answered(
      home.hub.handle,
      new Request(`http://localhost${path}`, { headers: { ...canaries, ...headers } }),
      "192.0.2.9",
    );
    await ask("GET", path);
  }
  await ask("POST", "/api/v1/session", "192.0.2.9", {
    headers: octets,
    body: Buffer.from(signIn("nobody", "nothing")),
  });
  await ask("PUT", "/api/v1/account/browser", "192.0.2.9", {
    headers: { ...headers, "content-type": "application/json" },
    body: '{"theme":"dark"}',
  });
  await ask("DELETE", "/api/v1/session", "192.0.2.9", { headers });
  const text = everything();
  expect(text.length).toBeGreaterThan(1_000);
  expect(words.filter((word) => text.includes(word))).toEqual([]);
  expect(words.filter((word) => home.disk.image().includes(word))).toEqual([]);
  home.hub.store.collection("settings").put("planted", { name: "planted", value: canaries["user-agent"] });
  expect(words.filter((word) => everything().includes(word))).toEqual(["Kanariengelb", "Zyxwagent"]);
});

test(`from where somebody asks is inferred by nobody: whatever their address, the home has no place ${proves("Z5")}`, async () => {
  for (const from of ["8.8.8.8", "203.0.113.77", "2001:db8::7", "192.168.1.4"]) {
    const headers = await session(from);
    const { text } = await ask("GET", "/api/v1/place", from, { headers });
    expect(JSON.parse(text)).toMatchObject({ set: false });
  }
  for (const name of ["place", "phone-places"] as const)
    expect([...home.hub.store.collection(name).entries()]).toEqual([]);
  expect(home.hub.places.sun()).toBeUndefined();
  await home.client.call("setPlace", { body: { latitude: 52.52, longitude: 13.4, zone: "Europe/Berlin" } });
  expect([...home.hub.store.collection("place").entries()]).toHaveLength(1);
});

test(`two visits of a cleared browser leave nothing that links them, and nothing at all that stays ${proves("Z6")}`, async () => {
  const before = everything();
  const visit = async () => {
    const headers = await session("192.0.2.9");
    for (const path of ["/api/v1/session", "/api/v1/lights", "/api/v1/account/browser"])
      await ask("GET", path, "192.0.2.9", { headers });
    const id = (
      JSON.parse((await ask("GET", "/api/v1/session", "192.0.2.9", { headers })).text) as { id: string }
    ).id;
    await ask("DELETE", "/api/v1/session", "192.0.2.9", { headers });
    return [id, headers.cookie.split("=")[1] ?? ""];
  };
  const [first, second] = [await visit(), await visit()];
  expect(first.filter((each) => second.includes(each))).toEqual([]);
  const stored = JSON.parse(everything()) as unknown[];
  // Events tell who reads along that a session ended, by its random id; they are not kept.
  expect(stored.slice(0, 3)).toEqual((JSON.parse(before) as unknown[]).slice(0, 3));
  expect([...first, ...second].filter((each) => home.disk.image().includes(each))).toEqual([]);
});
