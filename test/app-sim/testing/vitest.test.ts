import { describe, expect } from "vitest";
import { test } from "../../../app-sim/testing/vitest.ts";

test("a test that asks for a hub gets one of its own", async ({ hub, clock }) => {
  await hub.lamps[0]?.set({ on: true });
  await clock.advance({ seconds: 5 });
  expect(hub.lamps[0]?.reported?.on).toBe(true);
});

describe("a suite with options of its own", () => {
  test.override({ hubOptions: { bulbs: 2, seed: 9 } });

  test("starts its hubs with them", ({ hub }) => {
    expect(hub.lamps).toHaveLength(2);
  });
});
