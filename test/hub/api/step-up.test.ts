import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import { authenticator, proof } from "../../support/signing-in.ts";
import { AccountHouse, bytes, codeOf, password } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

describe("showing who one is once more", () => {
  test("is asked for five minutes after signing in; wrong ones do not count, a right one does", async () => {
    await house.settled("Boss", { role: "owner" });
    const here = await house.browser("Boss");
    const reset = (status: number) =>
      house.ask("POST", "/reset", { ...here, body: { level: "network" }, status });
    await house.clock.advance(Minutes(5));
    expect(await reset(403)).toMatchObject({ code: "step_up_needed" });
    await house.ask("POST", "/session/step-up", bytes(proof("not it at all"), 401, here));
    expect(await reset(403)).toMatchObject({ code: "step_up_needed" });
    await house.ask("POST", "/session/step-up", bytes(proof(password), 204, here));
    await reset(202);
  });

  test("guards every route that says so, from a session that is old", async () => {
    const { id } = await house.settled("Boss", { role: "owner" });
    const here = await house.browser("Boss");
    await house.clock.advance(Minutes(5));
    const guarded = [
      ["DELETE", `/people/${id}`],
      ["PUT", `/people/${id}/role`],
      ["PUT", `/people/${id}/password`],
      ["DELETE", `/people/${id}/password`],
      ["PUT", "/account/password"],
      ["POST", "/account/totp"],
      ["DELETE", "/account/totp"],
      ["POST", "/tokens"],
      ["POST", "/session/codes"],
      ["POST", "/reset"],
      ["POST", "/reset/rs-aaaaaaaaaaaa/confirm"],
    ] as const;
    for (const [method, path] of guarded)
      expect(await codeOf(await house.send(method, path, here))).toEqual([403, "step_up_needed"]);
    expect(await house.ask("GET", "/account", here)).toMatchObject({ name: "Boss", totp: false });
  });

  test("a program has nothing to show: it is told to sign in as a person", async () => {
    const answer = await house.send("POST", "/session/step-up", bytes(proof(password)));
    expect(await codeOf(answer)).toEqual([409, "no_account"]);
  });
});

describe("an authenticator", () => {
  /** Set up and confirmed. */
  const guarded = async (name: string, who: SendInit) => {
    const { uri } = await house.ask<Shape<"TotpSetUp">>("POST", "/account/totp", who);
    const show = authenticator(uri);
    const asked = bytes(show(house.clock.now()), 200, who);
    const { codes } = await house.ask<Shape<"RecoveryCodes">>("POST", "/account/totp/confirm", asked);
    expect(uri).toContain(`Lampkeeper:${encodeURIComponent(name)}?`);
    return { codes, show: () => show(house.clock.now()), uri };
  };
  const nextCode = () => house.clock.advance(Seconds(30));

  test("is asked for from its first code on, and each code counts once", async () => {
    await house.settled("Ana B");
    const here = await house.browser("Ana B");
    const before = await house.ask<Shape<"TotpSetUp">>("POST", "/account/totp", here);
    expect((await house.entering("Ana B")).status).toBe(201);
    const { show, uri } = await guarded("Ana B", here);
    expect(uri).not.toBe(before.uri);
    expect(await codeOf(await house.entering("Ana B"))).toEqual([401, "second_factor_needed"]);
    // The first code was used when it was set up.
    expect(await codeOf(await house.entering("Ana B", password, show()))).toEqual([401, "sign_in_refused"]);
    await nextCode();
    const code = show();
    expect(await codeOf(await house.entering("Ana B", "not the word", code))).toEqual([
      401,
      "sign_in_refused",
    ]);
    expect((await house.entering("Ana B", password, code)).status).toBe(201);
    expect(await codeOf(await house.entering("Ana B", password, code))).toEqual([401, "sign_in_refused"]);
    await house.ask("POST", "/account/totp", { ...here, status: 409 });
  });

  test("that shows another code is not confirmed, and nothing is asked for", async () => {
    await house.settled("Ana");
    const here = await house.browser("Ana");
    await house.ask("POST", "/account/totp", here);
    const answer = await house.send("POST", "/account/totp/confirm", bytes("000000", 401, here));
    expect(await codeOf(answer)).toEqual([401, "sign_in_refused"]);
    expect((await house.entering("Ana")).status).toBe(201);
  });

  test("guesses at its code are counted like those at a password", async () => {
    await house.settled("Ana");
    await guarded("Ana", await house.browser("Ana"));
    for (let at = 0; at < 5; at++)
      expect((await house.entering("Ana", password, `00000${at}`)).status).toBe(401);
    expect((await house.entering("Ana", password, "000009")).status).toBe(429);
  });

  test("that was lost is replaced by recovery codes, each for once; hashes alone are kept", async () => {
    await house.settled("Ana");
    const here = await house.browser("Ana");
    const { codes } = await guarded("Ana", here);
    expect(new Set(codes).size).toBe(8);
    const [first = "", second = ""] = codes;
    expect(first).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    const kept = JSON.stringify([...(house.store.records.get("accounts")?.values() ?? [])]);
    expect(kept).not.toContain(first);
    expect(kept).not.toContain(first.replaceAll("-", ""));
    expect((await house.entering("Ana", password, first.replaceAll("-", "").toUpperCase())).status).toBe(201);
    expect((await house.entering("Ana", password, first)).status).toBe(401);
    expect((await house.entering("Ana", password, second)).status).toBe(201);
    expect(await house.ask("GET", "/account", here)).toMatchObject({ totp: true, recoveryCodes: 6 });
  });

  test("is what has to be shown before a factory reset; a password alone, or a program, will not do", async () => {
    await house.settled("Boss", { role: "owner" });
    const here = await house.browser("Boss");
    const { show } = await guarded("Boss", here);
    await house.clock.advance(Minutes(5));
    const ask = (who: SendInit, status: number) =>
      house.ask<Shape<"ResetOffer">>("POST", "/reset", { ...who, body: { level: "factory" }, status });
    for (const who of [here, {}, { token: house.tokenWith(["admin"]) }])
      expect(await ask(who, 403)).toMatchObject({ code: "step_up_needed" });
    await house.ask("POST", "/session/step-up", bytes(proof(password), 401, here));
    await ask(here, 403);
    await house.ask("POST", "/session/step-up", bytes(proof("", show()), 204, here));
    const offer = await ask(here, 202);
    expect(offer.needsButton).toBe(false);
    await house.ask("POST", `/reset/${offer.id}/confirm`, { status: 403 });
    expect(house.begun).toEqual([]);
    await house.ask("POST", `/reset/${offer.id}/confirm`, { ...here, status: 202 });
    expect(house.begun).toEqual(["factory"]);
  });

  test("is taken away by who has just shown a code", async () => {
    await house.settled("Ana");
    const here = await house.browser("Ana");
    await guarded("Ana", here);
    await house.ask("DELETE", "/account/totp", { ...here, status: 204 });
    expect((await house.entering("Ana")).status).toBe(201);
  });
});
