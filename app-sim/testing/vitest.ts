import { test as base } from "vitest";
import type { HubOptions } from "./hub-options.ts";
import { startHub } from "./start-hub.ts";
import type { TestClock } from "./test-clock.ts";
import type { TestHub } from "./test-hub.ts";

export interface HubFixtures {
  /** How the hub of each test is started; `test.override({ hubOptions: { bulbs: 20 } })` changes it for a suite. */
  readonly hubOptions: HubOptions;
  /** Started for the test that asks for it, ended with it. */
  readonly hub: TestHub;
  readonly clock: TestClock;
}

/** `lampkeeper/vitest`: vitest's test, with a hub of its own for each. */
export const test = base.extend<HubFixtures>({
  hubOptions: {},
  hub: async ({ hubOptions }, use) => {
    await using hub = await startHub(hubOptions);
    await use(hub);
  },
  clock: async ({ hub }, use) => await use(hub.clock),
});
