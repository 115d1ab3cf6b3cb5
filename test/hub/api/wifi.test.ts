import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { Scope } from "../../../hub/domain/access.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { WifiService } from "../../../hub/lifecycle/wifi-service.ts";
import { NoWifi } from "../../../hub/platform/sim/no-wifi.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { MemorySecretSlot } from "../../support/memory-secret-slot.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Wifi = Shape<"Wifi">;
const bytesOf = (ssid: string | Uint8Array, password: string | Uint8Array): Uint8Array<ArrayBuffer> => {
  const [name, word] = [Buffer.from(ssid as string), Buffer.from(password as string)];
  return Uint8Array.of(name.length, ...name, word.length, ...word);
};
const home = bytesOf("Simulated home", "moonlight-and-lamps");
const octets = { "content-type": "application/octet-stream" };

const put = (raw: Uint8Array<ArrayBuffer>, path = "/wifi", method = "PUT", token?: string) =>
  house.send(method, path, { raw, headers: octets, ...(token === undefined ? {} : { token }) });
const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { code: string }).code;

describe("a network", () => {
  test("is set, joined, and never shown", async () => {
    expect(await house.ask<Wifi>("GET", "/wifi")).toMatchObject({ set: false, link: "apart" });
    const answer = await put(home);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ set: true });
    expect(await house.ask("POST", "/wifi/test")).toEqual({ outcome: "joined" });
    const status = await house.ask<Wifi>("GET", "/wifi");
    expect(status).toMatchObject({ set: true, link: "joined", outcome: "joined" });
    expect(Object.keys(status).sort()).toEqual(["link", "outcome", "set", "since"]);
    expect(house.air.accessPoint.stations).toBe(1);
  });

  test("is forgotten, and left", async () => {
    await put(home);
    await house.ask("POST", "/wifi/test");
    await house.ask("DELETE", "/wifi", { status: 204 });
    expect(await house.ask<Wifi>("GET", "/wifi")).toMatchObject({ set: false, link: "apart" });
    expect(await codeOf(await house.send("POST", "/wifi/test"))).toBe("wifi_not_set");
    await house.ask("DELETE", "/wifi", { status: 204 });
  });

  test("that is not as was said is kept, and what came of it is told", async () => {
    await put(bytesOf("Simulated home", "not the password"));
    expect(await house.ask("POST", "/wifi/test")).toEqual({ outcome: "wrong-password" });
    expect(await house.ask<Wifi>("GET", "/wifi")).toMatchObject({
      set: true,
      link: "apart",
      outcome: "wrong-password",
    });
    await put(bytesOf("elsewhere", "not the password"));
    expect(await house.ask("POST", "/wifi/test")).toEqual({ outcome: "not-found" });
  });

  test("that comes back is joined again within a minute, without anybody asking", async () => {
    house.wifi.start();
    await put(home);
    await house.ask("POST", "/wifi/test");
    const since = (await house.ask<Wifi>("GET", "/wifi")).since;
    await house.ask("POST", "/sim/access-point/unplug");
    await house.clock.advance(Seconds(61));
    expect(await house.ask<Wifi>("GET", "/wifi")).toMatchObject({ link: "apart", outcome: "not-found" });
    await house.ask("POST", "/sim/access-point/plug");
    await house.clock.advance(Seconds(61));
    const back = await house.ask<Wifi>("GET", "/wifi");
    expect(back).toMatchObject({ link: "joined", outcome: "joined" });
    expect(back.since > since).toBe(true);
    house.wifi.close();
  });
});

describe("refused, and what was set before stays", () => {
  test.each([
    ["a name of 33 bytes", bytesOf("n".repeat(33), "12345678"), 400, "wifi_ssid_invalid"],
    ["a name of 255 bytes", bytesOf("n".repeat(255), "12345678"), 400, "wifi_ssid_invalid"],
    ["no name", bytesOf("", "12345678"), 400, "wifi_ssid_invalid"],
    ["a zero byte in the name", bytesOf("ho\0me", "12345678"), 400, "wifi_ssid_invalid"],
    ["a password of 7", bytesOf("home", "1234567"), 400, "wifi_password_invalid"],
    ["a password of 64 that is no key", bytesOf("home", "z".repeat(64)), 400, "wifi_password_invalid"],
    ["a password of 255", bytesOf("home", "z".repeat(255)), 400, "wifi_password_invalid"],
    ["a zero byte in the password", bytesOf("home", "1234\x005678"), 400, "wifi_password_invalid"],
    ["nothing", new Uint8Array(0), 400, "wifi_malformed"],
    ["a name alone", Uint8Array.of(1, 0x61), 400, "wifi_malformed"],
    ["a body cut short", bytesOf("home", "12345678").slice(0, -1), 400, "wifi_malformed"],
    ["a byte too many", Uint8Array.of(...bytesOf("home", "12345678"), 0), 400, "wifi_malformed"],
    ["513 bytes", new Uint8Array(513), 413, "limit_exceeded"],
  ])("%s", async (_what, raw, status, code) => {
    await put(home);
    const answer = await put(raw);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
    expect(await house.ask("POST", "/wifi/test")).toEqual({ outcome: "joined" });
    for (const path of ["/sim/access-point"]) expect(await codeOf(await put(raw, path))).toBe(code);
    expect(await house.ask("POST", "/wifi/test")).toEqual({ outcome: "joined" });
  });

  test("JSON in place of bytes", async () => {
    const answer = await house.send("PUT", "/wifi", { body: { ssid: "home", password: "12345678" } });
    expect([answer.status, await codeOf(answer)]).toEqual([415, "unsupported_media_type"]);
  });

  test.each(["lights:read", "home:write", "devices:write", "privacy", "sim"] as const)(
    "whoever has no more than %s",
    async (scope: Scope) => {
      const token = house.tokenWith([scope]);
      for (const [method, path] of [
        ["GET", "/wifi"],
        ["DELETE", "/wifi"],
        ["POST", "/wifi/test"],
        ["POST", "/wifi/window"],
        ["DELETE", "/wifi/window"],
      ] as const) {
        expect((await house.send(method, path, { token })).status, `${method} ${path}`).toBe(403);
      }
      expect((await put(home, "/wifi", "PUT", token)).status).toBe(403);
      expect(house.wifi.read(() => true)).toBeUndefined();
    },
  );
});

test("a hub without a radio keeps it, and says so", async () => {
  const wifi = new WifiService(
    house.clock,
    new AuditedLog(house.log),
    house.bus,
    new MemorySecretSlot(),
    new NoWifi(),
  );
  const wired = new House({ services: { wifi } });
  const answer = await wired.send("PUT", "/wifi", { raw: home, headers: octets });
  expect(await answer.json()).toMatchObject({ set: true, link: "no-radio" });
  expect(await wired.ask("POST", "/wifi/test")).toEqual({ outcome: "no-radio" });
  wired.close();
});

test("the bytes of a request are wiped when it is answered, whatever the answer", async () => {
  for (const bytes of [home, bytesOf("home", "1234567")]) {
    const body = Uint8Array.from(bytes);
    await house.api.handle({
      method: "PUT",
      target: "/api/v1/wifi",
      isSecure: false,
      remote: "test",
      header: (name) => ({ authorization: `Bearer ${house.owner}`, host: "localhost", ...octets })[name],
      body: async () => body,
      pieces: async function* () {},
    });
    expect([...new Set(body)]).toEqual([0]);
  }
});

describe("the window", () => {
  test("opens for as long as is asked, and closes by itself", async () => {
    const opened = await house.ask<Wifi>("POST", "/wifi/window", { body: { seconds: 30 } });
    expect(opened.openUntil).toBe(new Date(house.clock.now() + 30_000).toISOString());
    await house.clock.advance(Seconds(31));
    expect(await house.ask<Wifi>("GET", "/wifi")).not.toHaveProperty("openUntil");
    await house.ask("POST", "/wifi/window");
    await house.ask("DELETE", "/wifi/window", { status: 204 });
    expect(await house.ask<Wifi>("GET", "/wifi")).not.toHaveProperty("openUntil");
  });

  test.each([0, 601, -1])("is not opened for %i seconds", async (seconds) => {
    expect((await house.send("POST", "/wifi/window", { body: { seconds } })).status).toBe(400);
    expect(await house.ask<Wifi>("GET", "/wifi")).not.toHaveProperty("openUntil");
  });

  test("is needed, and so is a lamp that can be told", async () => {
    const code = Uint8Array.from(Buffer.from("ABCD-EFGH-IJKL-MNOP-QRST"));
    const share = async (id: string) => await codeOf(await put(code, `/devices/${id}/wifi`, "POST"));
    await put(home);
    expect(await share(house.lamp)).toBe("provisioning_closed");
    await house.ask("POST", "/wifi/window");
    expect(await share(house.lamp)).toBe("lamp_not_in_reach");
    expect(await share("l-aaaaaaaaaaaa")).toBe("not_found");
    expect(await share(house.sensor)).toBe("not_found");
    const wrong = await put(Uint8Array.of(1, 2, 3), `/devices/${house.lamp}/wifi`, "POST");
    expect(await codeOf(wrong)).toBe("printed_code_invalid");
  });
});

test("events tell that it was set and forgotten, and nothing of it", async () => {
  const events: unknown[] = [];
  house.bus.subscribeAll((event) => events.push(event));
  await put(home);
  await put(home);
  await house.ask("POST", "/wifi/test");
  await house.ask("DELETE", "/wifi", { status: 204 });
  const at = house.clock.now();
  expect(events).toEqual(
    ["added", "changed", "removed"].map((change) => ({
      kind: "home.changed",
      what: "wifi",
      id: "wifi",
      change,
      at,
    })),
  );
});

describe("a lamp over Bluetooth", () => {
  const lamp = "A4:C1:38:02:83:F4";
  const inClear = async (body: object) => {
    const answer = await house.send("POST", "/wifi/improv", { body });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };

  test("is told in the window only, in clear only by the word, and only if it is there", async () => {
    const confirmed = { address: lamp, confirm: "unencrypted" };
    expect(await inClear(confirmed)).toEqual([409, "provisioning_closed"]);
    await house.ask("POST", "/wifi/window");
    expect(await inClear({ address: lamp })).toEqual([409, "wifi_not_confirmed"]);
    expect(await inClear({ address: "Hall" })).toEqual([400, "invalid_input"]);
    expect(await inClear(confirmed)).toEqual([409, "lamp_not_in_reach"]);
    const sealed = await put(
      Uint8Array.from(Buffer.from("a4c1380283f441414141", "hex")),
      "/wifi/improv/sealed",
      "POST",
    );
    expect([sealed.status, await codeOf(sealed)]).toEqual([409, "lamp_not_in_reach"]);
  });
});
