import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import type { HubProcess, Ready } from "./hub-process.ts";

/** Asks for a factory reset and confirms it. @returns its id */
export const beginReset = async (hub: HubProcess): Promise<string> => {
  const { body } = await hub.api("POST", "/reset", { level: "factory" });
  const { id } = body as { readonly id: string };
  expect((await hub.api("POST", `/reset/${id}/confirm`)).status).toBe(202);
  return id;
};

const readyIn = (file: string): Ready => JSON.parse(readFileSync(file, "utf8"));

/** What the hub says of itself once it has started anew. */
export const startedAnew = async (hub: HubProcess): Promise<Ready> => {
  const isAnew = () => existsSync(hub.readyFile) && readyIn(hub.readyFile).api.token !== hub.ready.api.token;
  await expect.poll(isAnew, { timeout: 60_000, interval: 20 }).toBe(true);
  return readyIn(hub.readyFile);
};
