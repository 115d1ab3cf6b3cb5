import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { HubProcess, type Ready, scratch } from "../support/hub-process.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";

/** Clocks that are wrong: a board without a battery, a jump of years. */

const years = (count: number): number => count * 365 * 86_400;

interface Issued {
  readonly id: string;
  readonly token: string;
}

describe("a clock that steps", () => {
  test(`by ten years, forward and back: lamps obey, a token ends when its time has come ${proves("EN303645:5.9-1")}`, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "3");
    const [lamp] = hub.ready.lamps;
    const statusWith = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${hub.ready.api.url}/lights`, { headers })).status;
    };
    const jump = (seconds: number) => hub.api("POST", "/sim/clock/jump", { seconds });
    const issue = async (expiresIn?: number): Promise<Issued> => {
      const wanted = { name: "Visitor", role: "resident", ...(expiresIn === undefined ? {} : { expiresIn }) };
      return (await hub.api("POST", "/tokens", wanted)).body as Issued;
    };
    const [mortal, lasting] = [await issue(3_600), await issue()];
    expect(await statusWith(mortal.token)).toBe(200);
    let offset = 0;
    for (const step of [years(-10), years(10), years(10), years(-10), years(-9), years(9)]) {
      expect((await jump(step)).status).toBe(200);
      const put = await hub.api("PUT", `/lights/${lamp}/state?wait=reported`, { on: step > 0 });
      expect(put.status).toBe(200);
      expect(await statusWith(lasting.token)).toBe(200);
      offset += step;
      expect(await statusWith(mortal.token)).toBe(offset > 0 ? 401 : 200);
    }
    for (const seconds of ["1", null, years(11)]) {
      expect((await hub.api("POST", "/sim/clock/jump", { seconds })).status).toBe(400);
    }
    expect((await fetch(new URL("/healthz", hub.ready.app))).status).toBe(200);
  });
});

describe("a process in another year", () => {
  beforeAll(() => void requireProgram("faketime"), 300_000);

  const startIn = async (folder: string, instant: string, ...options: readonly string[]) => {
    const file = join(folder, `ready-${instant.slice(0, 5)}.json`);
    const usual = ["--app-port", "0", "--mqtt-port", "0", "--headless", "--bulbs", "2"];
    const words = ["sim", "--data", join(folder, "data"), "--ready-file", file, ...usual, ...options];
    const child = spawn("faketime", ["-f", `@${instant}`, process.execPath, "scripts/launch.mjs", ...words], {
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await expect.poll(() => existsSync(file), { timeout: 20_000, interval: 20 }).toBe(true);
    const ready: Ready = JSON.parse(readFileSync(file, "utf8"));
    const ask = async (method: string, path: string, body?: unknown, token = ready.api.token) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const given = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${ready.api.url}${path}`, { method, headers, ...given });
      return { status: response.status, body: await response.json() };
    };
    const stop = async () => {
      process.kill(ready.pid, "SIGTERM");
      await ended;
    };
    return { ready, ask, stop };
  };

  test("1970, then 2026: the home is whole, a token is good in its time", {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    const first = await startIn(folder.path, "1970-01-01 00:00:10");
    const [lamp] = first.ready.lamps;
    const put = await first.ask("PUT", `/lights/${lamp}/state?wait=reported`, { on: true });
    expect(put.status).toBe(200);
    expect((await first.ask("GET", `/lights/${lamp}`)).body.cause.at).toMatch(/^1970-01-01T/);
    const wanted = { name: "Visitor", role: "resident", expiresIn: 3_600 };
    const { token } = (await first.ask("POST", "/tokens", wanted)).body;
    expect((await first.ask("GET", "/lights", undefined, token)).status).toBe(200);
    await first.stop();

    const later = await startIn(folder.path, "2026-06-01 12:00:00");
    expect(new Set(later.ready.lamps)).toEqual(new Set(first.ready.lamps));
    expect((await later.ask("GET", `/lights/${lamp}`)).body.desired.on).toBe(true);
    expect((await later.ask("GET", "/lights", undefined, token)).status).toBe(401);
    await later.stop();
  });
});
