import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";

test("sim --scenario plays it once ready, on the home it started", { timeout: 60_000 }, async () => {
  using folder = scratch();
  const file = join(folder.path, "short.yaml");
  writeFileSync(
    file,
    "version: 1\nname: short\nsteps:\n  - set: { lamp: Floor lamp, on: true }\n  - expect-lamp: { lamp: Floor lamp, on: true }\n",
  );
  const options = ["--bulbs", "6", "--seed", "7", "--scenario", file];
  const hub = await HubProcess.start(folder.path, ...options);
  await expect.poll(() => hub.output, { timeout: 20_000 }).toContain("scenario passed: short (2 steps)");
  expect(await hub.stop()).toBe(0);
  expect(existsSync(join(folder.path, "ready.json"))).toBe(false);
});
