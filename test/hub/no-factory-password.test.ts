import { expect, test } from "vitest";
import type { Scope } from "../../hub/domain/access.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import { PeopledHub } from "../support/peopled-hub.ts";
import { proves } from "../support/proves.ts";
import { octets, signIn } from "../support/signing-in.ts";

const names = ["admin", "root", "user", "owner", "lampkeeper", "guest", "support", "installer"];
const words = ["admin", "password", "12345678", "lampkeeper", "changeme", "00000000", ""];

const entering = async (home: PeopledHub, name: string, word: string): Promise<number> => {
  const raw = signIn(name, word, "");
  const request = new Request("http://localhost/api/v1/session", {
    method: "POST",
    headers: octets,
    body: raw,
  });
  return (await answered(home.hub.handle, request, "local")).status;
};

test(`a hub as it comes has no password: none of the usual ones lets anybody in ${proves("PSTI:1", "EN303645:5.1-1", "ISVS:2.1.9")}`, {
  timeout: 60_000,
}, async () => {
  const home = await PeopledHub.open("2026-12-01T12:00:00Z", 0);
  expect(home.hub.people.list()).toEqual([]);
  expect([...home.hub.store.collection("accounts").entries()]).toEqual([]);
  for (const name of names)
    for (const word of words) expect(await entering(home, name, word)).toBeGreaterThanOrEqual(400);
  await home.close();
});

test(`a password is chosen by its person, and the common ones are refused ${proves("PSTI:1")}`, {
  timeout: 60_000,
}, async () => {
  const home = await PeopledHub.open("2026-12-01T12:00:00Z", 0);
  const { id } = await home.client.call("addPerson", { body: { name: "Ana" } });
  for (const word of ["password", "12345678", "short"])
    await expect(home.client.call("setPassword", { id, bytes: Buffer.from(word) })).rejects.toThrow();
  await home.client.call("setPassword", { id, bytes: Buffer.from("three keys on a ring") });
  expect(await entering(home, "Ana", "three keys on a ring")).toBe(201);
  await home.close();
});

test(`two hubs draw different codes, and ten thousand of one are all different ${proves("PSTI:1", "ISVS:2.1.10")}`, async () => {
  const home = await PeopledHub.open("2026-12-01T12:00:00Z", 0);
  const caller = { role: "owner" as const, scopes: new Set<Scope>() };
  const codes = Array.from({ length: 10_000 }, () => home.hub.sessions.issueCode(caller).code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes.slice(0, 100)) expect(code).not.toContain(home.hub.id);
  await home.close();
});
