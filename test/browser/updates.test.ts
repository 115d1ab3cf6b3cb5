import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { release as running } from "../../hub/release.ts";
import { launchBrowser } from "../../scripts/support/browser.ts";
import { bundleOf, release } from "../hub/lifecycle/update-rig.ts";
import { WatchedPage } from "../support/browser.ts";
import { scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { SupervisedHub } from "../support/supervised-hub.ts";
import { violationsOn } from "./axe.ts";

const folder = scratch();
const risk = "A made-up weakness of this test";
let hub: SupervisedHub;
let browser: Browser;

beforeAll(async () => {
  const key = join(folder.path, "release.pub");
  writeFileSync(key, release.publicKey.export({ type: "spki", format: "pem" }));
  const files = { "hub.js": "export const main = () => {};" };
  const update = bundleOf({ version: "9.2.0", counter: 1, dataFormat: running.dataFormat, risk, files });
  writeFileSync(join(folder.path, "lampkeeper-hub.update"), update);
  hub = new SupervisedHub(folder.path, [], ["--update-key", key, "--update-from", folder.path]);
  [browser] = await Promise.all([launchBrowser(), hub.nextReady()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await hub.stop();
  folder[Symbol.dispose]();
});

const automatic = async (): Promise<unknown> => (await hub.api("GET", "/update/choices"))["automatic"];

/** The next answer is refused by the hub; what comes after reaches it. */
const refusedOnce = (page: Page): Promise<unknown> =>
  page.route(
    "**/update/choices",
    (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ status: 503, code: "store_failed", detail: "The disk took nothing." }),
      }),
    { times: 1 },
  );

test(`who opens the app first is asked whether updates come by themselves; the answer decides, and can be changed ${proves("EN303645:5.3-4B", "EN303645:5.3-6B", "EN303645:5.3-11", "EN303645:5.3-12")}`, {
  timeout: 120_000,
}, async () => {
  await hub.api("POST", "/update/look");
  const app = hub.ready?.app ?? "";
  await using watched = await WatchedPage.open(browser, app);
  const { page } = watched;
  const { code } = await hub.api("POST", "/session/codes");
  await page.goto(`${app}#code=${code}`);
  await page.getByText("Live", { exact: true }).waitFor();
  // Asked, with what holds until then; nothing has come by itself.
  await page.getByText("Until you answer, none comes by itself.").waitFor();
  await page.getByText("There is version 9.2.0 of the hub.").waitFor();
  await page.getByText(`It ends a risk: ${risk}`).waitFor();
  expect([await automatic(), (await hub.api("GET", "/update"))["trial"]]).toEqual(["unanswered", undefined]);
  expect(await violationsOn(page)).toEqual([]);
  await refusedOnce(page);
  await page.getByRole("button", { name: "Yes, by themselves" }).click();
  await page.getByText("The disk took nothing.").waitFor();
  expect([await automatic(), await page.getByText("Shall updates come by themselves?").count()]).toEqual([
    "unanswered",
    1,
  ]);
  await page.getByRole("button", { name: "Yes, by themselves" }).click();
  await page.getByText(/The hub restarts for version 9\.2\.0 at .*Lamps stay as they are/).waitFor();
  expect(await automatic()).toBe("on");
  expect(await page.getByText("Shall updates come by themselves?").count()).toBe(0);
  await page.goto(`${app}#/privacy`);
  await page.getByRole("switch", { name: "Tell of updates" }).click();
  await page.getByText(/The hub restarts for version/).waitFor({ state: "detached" });
  await page.getByRole("switch", { name: "Updates by themselves" }).click();
  await expect.poll(automatic).toBe("off");
  expect((await hub.api("GET", "/update"))["trial"]).toBeUndefined();
  expect(await violationsOn(page)).toEqual([]);
});
