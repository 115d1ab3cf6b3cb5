import { expect, test } from "vitest";
import { checkWipe } from "../../app-sim/verify/wipe-check.ts";
import { typed } from "../app-sim/cli/terminal.ts";
import { HubProcess, type Ready, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { startedAnew } from "../support/reset-process.ts";

/** Somebody who knows nothing but what is printed: it is read from the hub before signing in, and done word by word. */

const canary = "Zyxcanary larder";

const printed = async ({ api }: Ready): Promise<string> => {
  const answer = await fetch(`${api.url}/reset/instructions`);
  expect(answer.status).toBe(200);
  return await answer.text();
};

/** What a section tells people to do, in its order. */
const stepsUnder = (text: string, title: string): readonly string[] => {
  const section = text.split("\n\n").find((part) => part.startsWith(title)) ?? "";
  return section.split("\n").flatMap((line) => /^ {2}\d+\. (.+)$/.exec(line)?.[1] ?? []);
};

const lived = async (hub: HubProcess): Promise<void> => {
  await hub.api("POST", "/rooms", { name: canary });
  expect(JSON.stringify((await hub.api("GET", "/rooms")).body)).toContain(canary);
};

const assertErased = (hub: HubProcess, now: Ready): void => {
  expect(now.hubId).not.toBe(hub.ready.hubId);
  expect(checkWipe([now.data], [canary]).leftovers).toEqual([]);
};

test(`what is printed without a network is what the hub says before signing in ${proves("H48")}`, {
  timeout: 60_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0", "--people", "0");
  const { code, stdout } = await typed(["reset", "instructions"], {
    environment: { LAMPKEEPER_READY_FILE: "nowhere" },
  });
  expect([code, stdout]).toEqual([0, await printed(hub.ready)]);
});

test(`at the keyboard, as printed: erased, and the certificate is genuine ${proves("H48", "EN303645:5.11-3", "IR8425:Education")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0", "--people", "0");
  await lived(hub);
  const steps = stepsUnder(await printed(hub.ready), "With the command line");
  expect(steps).toHaveLength(3);
  let key = "";
  for (const step of steps) {
    const [, line] = /^Type: lampkeeper (.+)$/.exec(step) ?? [];
    if (line === undefined) {
      expect(step).toMatch(/^If it asks for that, press/);
      continue;
    }
    const words = line
      .split(" ")
      .map((word) => (word === "reset.json" ? `${folder.path}/${word}` : word === "KEY" ? key : word));
    const said = await typed(words, { environment: { LAMPKEEPER_READY_FILE: hub.readyFile } });
    expect([step, said.code, said.stderr]).toEqual([step, 0, said.stderr]);
    key ||= /device key ([0-9a-f]{64})/.exec(said.stderr)?.[1] ?? "";
  }
  assertErased(hub, await startedAnew(hub));
});

test(`at the button, as printed ${proves("H48", "EN303645:5.11-3")}`, { timeout: 120_000 }, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(folder.path, "--bulbs", "1", "--sensors", "0", "--people", "0");
  await lived(hub);
  const steps = stepsUnder(await printed(hub.ready), "With the button").join(" ");
  const [, seconds = ""] = /Hold its button for (\d+) seconds\./.exec(steps) ?? [];
  const { status } = await hub.api("POST", "/sim/panel/press", { seconds: Number(seconds) });
  expect(status).toBeLessThan(300);
  assertErased(hub, await startedAnew(hub));
});
