import { expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";

test(`a home with an isolated lamp starts again after a crash, and the lamp is still isolated ${proves("EN303645:5.3-15A")}`, async () => {
  using root = scratch();
  const options = ["--bulbs", "3", "--sensors", "0"];
  const hub = await HubProcess.start(root.path, ...options);
  const lamp = `/devices/${hub.ready.lamps[0]}`;
  expect((await hub.api("PATCH", lamp, { isolated: true })).status).toBe(200);
  await hub.kill();
  const again = await HubProcess.start(root.path, ...options);
  expect((await again.api("GET", lamp)).body).toMatchObject({ isolated: true, reachable: false });
  expect((await again.api("PATCH", lamp, { isolated: false })).status).toBe(200);
  await expect
    .poll(async () => (await again.api("GET", lamp)).body, { timeout: 20_000 })
    .toMatchObject({ reachable: true });
  await again.stop();
}, 60_000);
