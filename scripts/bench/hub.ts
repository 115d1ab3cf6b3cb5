import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hubBundle } from "./bundle.ts";
import type { HubTarget } from "./loads/job.ts";
import { startUntil } from "./process.ts";

export interface HubOptions {
  readonly lamps: number;
  /** Where the data lies; a fresh folder when absent, removed at the end. */
  readonly data?: string;
  /** Where fresh folders are made. */
  readonly under?: string;
}

/** The real hub from the production bundle with a simulated home, as `npm start` runs it. */
export interface RunningHub extends HubTarget {
  /** All its lamps; `lamps` are those that can be dimmed, for they can say which command they show. */
  readonly count: number;
  /** From the start of the process to the ready file. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

interface Ready {
  readonly pid: number;
  readonly api: { readonly url: string; readonly token: string };
  readonly mqtt: { readonly url: string; readonly username: string; readonly password: string };
  readonly lamps: readonly string[];
}

export const freshFolder = (under: string = tmpdir()): string => mkdtempSync(join(under, "lampkeeper-"));

export const startHub = async ({ lamps, data, under }: HubOptions): Promise<RunningHub> => {
  const folder = data ?? freshFolder(under);
  const readyFile = join(folder, "ready.json");
  const options = [
    "--data",
    folder,
    "--app-port",
    "0",
    "--mqtt-port",
    "0",
    "--headless",
    "--ready-file",
    readyFile,
  ];
  const home = ["--bulbs", String(lamps), "--sensors", "0", "--lamps", "object"];
  const bundle = JSON.stringify(pathToFileURL(hubBundle()).href);
  const args = JSON.stringify(["sim", ...options, ...home]);
  const start = `const { main } = await import(${bundle}); await main(${args});`;
  const startedAt = performance.now();
  const process_ = await startUntil(process.execPath, ["--input-type=module", "--eval", start], () =>
    existsSync(readyFile),
  );
  const readyMs = performance.now() - startedAt;
  const ready = JSON.parse(readFileSync(readyFile, "utf8")) as Ready;
  const { url: api, token } = ready.api;
  return {
    pid: ready.pid,
    port: Number(new URL(ready.mqtt.url).port),
    login: { clientId: "bench", username: ready.mqtt.username, password: ready.mqtt.password },
    lamps: await dimmable({ api, token }),
    count: ready.lamps.length,
    api,
    token,
    readyMs,
    stop: async () => {
      await process_.stop();
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** One request to the hub's API. @throws when it is not answered with success */
export const request = async (
  hub: Pick<HubTarget, "api" | "token">,
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const headers = { authorization: `Bearer ${hub.token}`, "content-type": "application/json" };
  const answer = await fetch(`${hub.api}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
};

interface Light {
  readonly id: string;
  readonly capabilities: { readonly brightness?: unknown };
}

const dimmable = async (hub: Pick<HubTarget, "api" | "token">): Promise<string[]> => {
  const { data } = (await request(hub, "GET", "/lights")) as { data: readonly Light[] };
  return data.filter(({ capabilities }) => capabilities.brightness !== undefined).map(({ id }) => id);
};
