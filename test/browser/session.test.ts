import { expect, test } from "vitest";
import { WatchedPage } from "../support/browser.ts";
import { appUnderTest } from "./app-hub.ts";

const { hub, browser } = appUnderTest();

test("the printed link signs in once; its code stays neither in the address nor in a script's reach", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  const link = await hub.signInLink();
  await page.goto(link);
  await page.getByText("Live", { exact: true }).waitFor();
  expect(page.url()).toBe(hub.app);
  const cookies = await context.cookies();
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(watched.complaints).toEqual([]);
  expect(watched.strangers).toEqual([]);

  await using other = await WatchedPage.open(browser(), hub.app);
  await other.page.goto(link);
  await other.page.getByRole("alert").getByText("not valid any more").waitFor();
});

test("without a session the page asks for a code, and one may be pasted", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  const box = page.getByLabel("One-time code");
  await box.fill("nonsense");
  await box.press("Enter");
  await page.getByRole("alert").getByText("not valid any more").waitFor();
  await box.fill((await hub.signInLink()).split("=")[1] ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(20);
});

test("while the hub is away the page keeps the last values and greys them; when it is back, so is the page", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page);
  const lamps = await page.locator(".tile").count();
  const port = new URL(hub.app).port;
  await hub.stop();
  await page.getByText(/^Reconnecting in \d+ s$/).waitFor();
  expect(await page.locator(".tile").count()).toBe(lamps);
  expect(await page.locator("main").evaluate((main) => (main as HTMLElement).inert)).toBe(true);
  await page.getByText(/^Offline since \d\d:\d\d$/).waitFor({ timeout: 30_000 });

  await hub.start("--app-port", port);
  // Sessions end with the hub's process, so the page asks for a new link instead of trying for ever.
  await page.getByRole("heading", { name: "Lampkeeper" }).waitFor({ timeout: 40_000 });
  await page.goto(await hub.signInLink());
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(lamps);
}, 120_000);
