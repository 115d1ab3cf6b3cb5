import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";

test("the button of a simulated case is held and let go from the command line", {
  timeout: 60_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(folder.path, "--bulbs", "1", "--speed", "50");
  const typed = (...words: readonly string[]) =>
    spawnSync(process.execPath, ["scripts/launch.mjs", ...words, "--json", "--ready-file", hub.readyFile], {
      encoding: "utf8",
    });
  const pressed = typed("panel", "press", "--seconds", "2");
  expect(pressed.status).toBe(0);
  expect(JSON.parse(pressed.stdout)).toMatchObject({ data: { pressed: false, signal: "set-up" } });
  expect(typed("panel", "press", "--seconds", "0").status).toBe(2);
  expect(typed("panel", "press").status).toBe(2);
});
