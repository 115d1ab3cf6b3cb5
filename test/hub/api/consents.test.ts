import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { PersonId, PhoneId } from "../../../hub/domain/ids.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, bytes, codeOf } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Consent = Shape<"Consent">;
type Person = Shape<"Person">;

const own = async (who: SendInit, purpose = "presence"): Promise<Consent> => {
  const { data } = await house.ask<Shape<"Consents">>("GET", "/account/consents", who);
  const found = data.find((each) => each.purpose === purpose);
  if (found === undefined) throw new RangeError(purpose);
  return found;
};

const decide = (who: SendInit, body: object): Promise<Response> =>
  house.send("PUT", "/account/consents", { ...who, body });

const agree = async (who: SendInit, purpose = "presence"): Promise<Consent> => {
  const { version, text } = await own(who, purpose);
  return house.ask("PUT", "/account/consents", { ...who, body: { purpose, allowed: true, version, text } });
};

const person = (id: string): Promise<Person> => house.ask("GET", `/people/${id}`);
const presence = (id: string, home: boolean) =>
  house.send("PUT", `/people/${id}/presence`, { body: { home } });

describe("a guest", () => {
  let id: string;
  let guest: SendInit;
  beforeEach(async () => {
    ({ id } = await house.settled("Gast", { role: "guest", lamps: [house.lamp] }));
    guest = await house.terminal("Gast");
  });

  test(`is not in presence before their own credential accepts, whatever the owner says ${proves("H44", "U47", "EN303645:6-2")}`, async () => {
    expect(await person(id)).toMatchObject({ agreed: { state: "unasked" }, presence: "unknown" });
    expect(await codeOf(await presence(id, true))).toEqual([409, "no_consent"]);
    expect(await codeOf(await house.send("PUT", `/people/${id}/agreed`, { body: { agreed: true } }))).toEqual(
      [400, "invalid_input"],
    );
    house.presence.sighted(id as PersonId, "lan");
    expect([...house.store.collection("presence").entries()]).toEqual([]);
    expect(await agree(guest)).toMatchObject({ state: "given", allowed: true });
    expect((await presence(id, true)).status).toBe(200);
    expect(await person(id)).toMatchObject({
      agreed: { state: "given", decided: { way: "account" } },
      presence: "home",
    });
  });

  test(`who declines is erased, and signed out ${proves("H44")}`, async () => {
    expect((await house.send("POST", "/account/decline", { ...guest, body: {} })).status).toBe(400);
    await house.ask("POST", "/account/decline", { ...guest, body: { erase: true }, status: 204 });
    await house.ask("GET", `/people/${id}`, { status: 404 });
    expect((await house.send("GET", "/session", guest)).status).toBe(401);
    expect(JSON.stringify([...house.store.records].map(([, all]) => [...all]))).not.toContain(id);
  });

  test("a resident of whom the owner said that they agree has not agreed as a guest", async () => {
    const ana = await house.added("Ana");
    expect((await presence(ana.id, true)).status).toBe(200);
    await house.ask("PUT", `/people/${ana.id}/role`, { body: { role: "guest", lamps: [] } });
    expect(await codeOf(await presence(ana.id, true))).toEqual([409, "no_consent"]);
  });
});

describe("without an account", () => {
  const invited = async (name = "Oma"): Promise<{ id: string; code: string }> => {
    const { id } = await house.added(name, { guest: true });
    const { code } = await house.ask<Shape<"IssuedCode">>("POST", `/people/${id}/invitation`, {
      status: 201,
    });
    return { id, code };
  };
  const open = { token: null } as const;
  const read = (code: string) => house.ask<Consent>("POST", "/invitation", bytes(code, 200, open));
  const answer = (code: string, word: 0 | 1, text: string, status = 204) =>
    house.send(
      "POST",
      "/invitation/answer",
      bytes(Buffer.concat([Buffer.from([word]), Buffer.from(text, "hex"), Buffer.from(code)]), status, open),
    );

  test(`a code that was handed to somebody shows them what is asked, and takes their answer once ${proves("H44", "EN303645:6-2")}`, async () => {
    const { id, code } = await invited();
    const asked = await read(code);
    expect(asked).toMatchObject({ purpose: "presence", state: "unasked" });
    expect((await answer(code, 1, "0".repeat(64))).status).toBe(409);
    expect((await person(id)).agreed.state).toBe("unasked");
    expect((await answer(code, 1, asked.text)).status).toBe(204);
    expect((await person(id)).agreed).toMatchObject({ state: "given", decided: { way: "code" } });
    expect((await answer(code, 1, asked.text)).status).toBe(401);
  });

  test(`who declines with it is erased ${proves("H44")}`, async () => {
    const { id, code } = await invited();
    expect((await answer(code, 0, (await read(code)).text)).status).toBe(204);
    await house.ask("GET", `/people/${id}`, { status: 404 });
    expect((await answer(code, 1, "0".repeat(64))).status).toBe(401);
  });

  test.each([
    ["a wrong code", Buffer.from(`\u0001${"0".repeat(32)}nonsense`), 401],
    ["no code", Buffer.alloc(33, 1), 400],
    ["another word than yes or no", Buffer.alloc(60, 7), 400],
    ["nothing", Buffer.alloc(0), 400],
  ])("%s is refused, and nothing is stored", async (_, sent, status) => {
    const { id } = await invited();
    expect((await house.send("POST", "/invitation/answer", bytes(sent, 204, open))).status).toBe(status);
    expect((await person(id)).agreed.state).toBe("unasked");
  });

  test("a second code makes the first one void, and three days make any", async () => {
    const { id, code } = await invited();
    const { code: second } = await house.ask<Shape<"IssuedCode">>("POST", `/people/${id}/invitation`, {
      status: 201,
    });
    expect((await house.send("POST", "/invitation", bytes(code, 200, open))).status).toBe(401);
    await read(second);
    house.clock.step(72 * 3_600_000);
    expect((await house.send("POST", "/invitation", bytes(second, 200, open))).status).toBe(401);
  });
});

describe("an account", () => {
  let id: string;
  let ana: SendInit;
  beforeEach(async () => {
    ({ id } = await house.settled("Ana", { agreed: false }));
    ana = await house.terminal("Ana");
  });

  test(`to take back takes as many steps as to give: one call each, and it holds when that is answered ${proves("H41", "EN303645:6-3A", "GDPR:7")}`, async () => {
    const steps: string[] = [];
    const count = async (allowed: boolean) => {
      const { version, text } = await own(ana);
      steps.push(`${allowed}`);
      await decide(ana, { purpose: "presence", allowed, ...(allowed ? { version, text } : {}) });
    };
    await count(true);
    await presence(id, true);
    expect((await person(id)).presence).toBe("home");
    const before = house.clock.now();
    await count(false);
    expect(house.clock.now() - before).toBeLessThan(1_000);
    expect(steps).toEqual(["true", "false"]);
    expect((await person(id)).presence).toBe("unknown");
    expect([...house.store.collection("presence").entries()]).toEqual([]);
    expect((await presence(id, true)).status).toBe(409);
  });

  test.each([
    [{ purpose: ["presence", "location"] }, 400, "consent_bundled"],
    [{ purpose: ["presence"] }, 400, "consent_bundled"],
    [{ purposes: ["presence", "location"] }, 400, "unknown_field"],
    [{ purpose: "presence", location: true }, 400, "unknown_field"],
    [{ purpose: "everything" }, 400, "unknown_purpose"],
    [{ purpose: "lighting" }, 400, "unknown_purpose"],
    [{ purpose: "owner-broker" }, 403, "consent_not_yours"],
    [{ purpose: "insights" }, 409, "consent_not_informed"],
  ])(
    `a call with %o is refused, and nothing is agreed to ${proves("U47", "EN303645:6-2")}`,
    async (wrong, status, code) => {
      const { version, text } = await own(ana);
      expect(
        await codeOf(await decide(ana, { purpose: "presence", allowed: true, version, text, ...wrong })),
      ).toEqual([status, code]);
      const { data } = await house.ask<Shape<"Consents">>("GET", "/account/consents", ana);
      expect(data.map(({ state }) => state)).toEqual(data.map(() => "unasked"));
      expect(house.privacy.consents.entries(id as PersonId)).toEqual([]);
    },
  );

  test("to agree without having been shown anything is refused", async () => {
    expect(await codeOf(await decide(ana, { purpose: "presence", allowed: true }))).toEqual([
      409,
      "consent_not_informed",
    ]);
  });

  test(`past decisions stay to be seen, and each has its receipt ${proves("A22", "GDPR:7", "EN303645:6-3B")}`, async () => {
    await agree(ana);
    const { text } = await own(ana);
    await decide(ana, { purpose: "presence", allowed: false });
    const { data: history } = await house.ask<Shape<"ConsentIntervals">>(
      "GET",
      "/account/consents/history",
      ana,
    );
    expect(history).toMatchObject([{ purpose: "presence", version: 1, until: expect.any(String) }]);
    const { data } = await house.ask<Shape<"ConsentReceipts">>("GET", "/account/consents/receipts", ana);
    expect(data.map(({ event }) => event[0]?.event_state)).toEqual(["given", "withdrawn"]);
    expect(data[0]).toMatchObject({
      schema_version: "27560:2023",
      pii_principal_id: id,
      pii_processing: {
        privacy_notice: expect.stringMatching(/^[0-9a-f]{64}$/),
        purposes: [{ purpose: "presence", lawful_basis: "consent", text_digest: text }],
      },
    });
    const { data: verdicts } = await house.ask<Shape<"BookVerdicts">>("GET", "/privacy/books");
    expect(verdicts.find(({ book }) => book === "consents")).toMatchObject({ sound: true });
  });

  test("a witness is on record by name of the credential, and can be contradicted by who it is about", async () => {
    const ben = await house.settled("Ben");
    expect(ben.agreed).toMatchObject({ state: "given", decided: { way: "witness" } });
    await decide(await house.terminal("Ben"), { purpose: "presence", allowed: false });
    expect((await person(ben.id)).agreed).toMatchObject({ state: "withdrawn", decided: { way: "account" } });
    expect((await presence(ben.id, true)).status).toBe(409);
  });

  test(`limited use of one's own leaves what the hub is for, and nothing else ${proves("A29")}`, async () => {
    await agree(ana);
    await agree(ana, "assistant");
    const limited = await house.ask("PUT", "/account/limit", { ...ana, body: { limited: true } });
    expect(limited).toEqual({ limited: true });
    expect(await own(ana, "assistant")).toMatchObject({ state: "given", allowed: false });
    expect(await own(ana)).toMatchObject({ state: "given", allowed: true });
  });
});

describe("where the home is", () => {
  const place = { latitude: 52.52, longitude: 13.4, zone: "Europe/Berlin" };
  const home = async () => {
    const { data } = await house.ask<Shape<"Consents">>("GET", "/privacy/consents");
    return data.find(({ purpose }) => purpose === "location");
  };

  test(`to say it is on record as consent to that alone; to take it back erases it before the answer ${proves("U10", "U32", "U47")}`, async () => {
    await house.ask("PUT", "/place", { body: place });
    expect(await home()).toMatchObject({ state: "given", decided: { way: "setting" } });
    expect(house.privacy.consents.list().filter(({ state }) => state !== "unasked")).toHaveLength(1);
    await house.ask("PUT", "/privacy/consents", { body: { purpose: "location", allowed: false } });
    expect(await house.ask("GET", "/place")).toMatchObject({ set: false });
    expect([...house.store.collection("place").entries()]).toEqual([]);
    expect(house.places.sun()).toBeUndefined();
    expect(await home()).toMatchObject({ state: "withdrawn" });
  });

  test("to forget it takes the consent back as well", async () => {
    await house.ask("PUT", "/place", { body: place });
    await house.ask("DELETE", "/place", { status: 204 });
    expect(await home()).toMatchObject({ state: "withdrawn" });
  });

  test(`switched off for one phone its place is erased and no other taken; the person takes it back for all ${proves("U10", "U32", "H9")}`, async () => {
    const { id } = await house.settled("Ana");
    const key = Buffer.alloc(32, 9);
    const { PhoneKey } = await import("../../../app-sim/phone/presence-token.ts");
    const phone = await house.ask<Shape<"Phone">>("POST", `/people/${id}/phones`, {
      body: { publicKey: new PhoneKey(key).publicKey },
      status: 201,
    });
    expect(await house.ask("GET", "/place")).toMatchObject({ set: false });
    await house.ask("PUT", "/place", { body: { ...place, phone: phone.id } });
    expect(house.privacy.consents.view("location", id as PersonId)).toMatchObject({ state: "given" });
    await house.ask("PUT", `/phones/${phone.id}/location`, { body: { allowed: false } });
    expect(await house.ask("GET", "/place")).toMatchObject({ set: false });
    expect([...house.store.collection("phone-places").entries()]).toEqual([]);
    expect(await codeOf(await house.send("PUT", "/place", { body: { ...place, phone: phone.id } }))).toEqual([
      409,
      "location_not_permitted",
    ]);
    expect(house.people.phone(phone.id as PhoneId)?.locationOff).toBe(true);
    await house.ask("PUT", `/phones/${phone.id}/location`, { body: { allowed: true } });
    await house.ask("PUT", "/place", { body: { ...place, phone: phone.id } });
    await decide(await house.terminal("Ana"), { purpose: "location", allowed: false });
    expect(await house.ask("GET", "/place")).toMatchObject({ set: false });
  });
});

describe("a browser that asks not to be followed", () => {
  const asking = (who: SendInit, header: string): SendInit => ({
    ...who,
    headers: { ...who.headers, [header]: "1" },
  });

  test.each([
    ["sec-gpc", "gpc", proves("A14")],
    ["dnt", "dnt", proves("Z19")],
  ])(
    "%s turns off sharing and evaluation for that browser and its account (%s) %s",
    async (header, signal) => {
      const { id } = await house.settled("Ana");
      const first = await house.browser("Ana");
      for (const purpose of ["insights", "assistant", "newsletter", "learned-scenes"])
        await agree(first, purpose);
      const plain = await house.send("GET", "/account/consents", first);
      expect([plain.headers.get("tk"), plain.headers.get("lampkeeper-opt-out")]).toEqual([null, null]);
      expect((await own(first, "insights")).allowed).toBe(true);

      const second = await house.browser("Ana");
      const answer = await house.send("GET", "/account/consents", asking(second, header));
      expect([answer.headers.get("tk"), answer.headers.get("lampkeeper-opt-out")]).toEqual(["N", signal]);
      for (const who of [first, second])
        for (const purpose of ["insights", "assistant", "newsletter", "learned-scenes"])
          expect((await own(who, purpose)).allowed).toBe(false);
      expect((await own(first)).allowed).toBe(true);
      const notes = house.privacy.consents
        .entries(id as PersonId)
        .filter(({ content }) => content?.way === "signal");
      expect(notes.map(({ content }) => content?.decision)).toEqual([
        ...Array.from({ length: 4 }, () => "withdrawn"),
        "opted-out",
      ]);
    },
  );

  test(`what it asks for is kept with its session, and with no other's; the page says which ${proves("A46")}`, async () => {
    await house.settled("Ana");
    await house.settled("Ben");
    const [ana, ben] = [await house.browser("Ana"), await house.browser("Ben")];
    const { code } = await house.ask<Shape<"IssuedCode">>("POST", "/session/codes", { status: 201 });
    const entered = await house.send("POST", "/session/code", { token: null, body: { code } });
    const nobody = {
      token: null,
      headers: { cookie: entered.headers.get("set-cookie")?.split(";")[0] ?? "" },
    };
    await house.send("GET", "/session", asking(ana, "sec-gpc"));
    const page = (who: SendInit) => house.ask<Shape<"BrowserPage">>("GET", "/account/browser", who);
    expect([await page(ana), await page(ben), await page(nobody)]).toMatchObject([
      { browser: "gpc", account: expect.stringMatching(/^p-/), keptIn: "account" },
      { browser: null, account: expect.stringMatching(/^p-/), keptIn: "account" },
      { browser: null, account: null, keptIn: "browser" },
    ]);
    await house.ask("PUT", "/account/browser", { ...ana, body: { theme: "dark" } });
    await house.ask("PUT", "/account/browser", { ...nobody, body: { theme: "light" } });
    const again = await house.browser("Ana");
    expect([(await page(again)).theme, (await page(ben)).theme, (await page(nobody)).theme]).toEqual([
      "dark",
      "auto",
      "light",
    ]);
  });

  test("it cannot agree to sharing with the same request, and is told so; to presence it can", async () => {
    await house.settled("Ana", { agreed: false });
    const ana = asking(await house.browser("Ana"), "sec-gpc");
    const { version, text } = await own(ana, "assistant");
    const asked = await decide(ana, { purpose: "assistant", allowed: true, version, text });
    expect(await codeOf(asked)).toEqual([409, "opted_out"]);
    expect(await agree(ana)).toMatchObject({ state: "given" });
  });

  test(`one switch covers every browser and every person ${proves("Z20")}`, async () => {
    await house.settled("Ana");
    await house.settled("Ben");
    const all = [await house.browser("Ana"), await house.browser("Ana"), await house.browser("Ben")];
    for (const who of all) await agree(who, "insights");
    await house.ask("PUT", "/privacy/limit", { body: { limited: true } });
    for (const who of all) {
      expect((await own(who, "insights")).allowed).toBe(false);
      expect(await house.ask("GET", "/account/browser", who)).toMatchObject({ homeLimited: true });
    }
    expect((await own(all[0] as SendInit)).allowed).toBe(true);
  });

  test("a header that asks for nothing does nothing", async () => {
    await house.settled("Ana");
    const ana = await house.browser("Ana");
    await agree(ana, "insights");
    for (const [header, value] of [
      ["sec-gpc", "0"],
      ["dnt", "0"],
      ["sec-gpc", "yes"],
    ] as const) {
      const answer = await house.send("GET", "/session", {
        ...ana,
        headers: { ...ana.headers, [header]: value },
      });
      expect(answer.headers.get("tk")).toBeNull();
    }
    expect((await own(ana, "insights")).allowed).toBe(true);
  });
});
