import { expect, test } from "vitest";
import { browserStorage, storageClasses } from "../../hub/privacy/browser-storage.ts";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { appUnderTest } from "./app-hub.ts";

const { hub, browser } = appUnderTest();

test(`before anything is entered, the notice is one step away ${proves("D24", "GDPR:13")}`, {
  timeout: 60_000,
}, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  const link = page.getByRole("link", { name: "Privacy notice" });
  await link.waitFor();
  // Nobody has typed anything, and nothing that takes something in comes before the link is there.
  await link.click();
  await page.getByText("# In short").waitFor();
  expect(await page.evaluate(() => document.body.textContent)).toContain("{summary.local: D23");
});

test(`the card speaks both languages, and says beside each sentence what it answers ${proves("H60", "D23")}`, {
  timeout: 60_000,
}, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/privacy");
  const card = page.getByRole("region", { name: "Privacy notice" });
  await card.getByText("Nothing about you is sold").waitFor();
  expect(await card.locator("#notice-summary\\.never").textContent()).toContain("D23 H32 A42");
  // On one screen: the hub, and a list of the many kinds of device that is opened by whoever looks for one.
  expect(await card.locator("summary:visible").count()).toBe(2);
  await card.getByText("Each kind of device, and each connector").click();
  await card.getByText("Voice assistant", { exact: true }).waitFor();
  await card.getByRole("button", { name: "Tiếng Việt" }).click();
  await card.getByText("Không điều gì về bạn bị bán").waitFor();
  expect(await card.getByText("Nothing about you is sold").count()).toBe(0);
  await card.getByText("Thiết bị trung tâm", { exact: true }).click();
  await card.locator("#notice-hub\\.window").waitFor();
});

test(`the owner signs the yearly look, and it is due in another year ${proves("U25")}`, {
  timeout: 60_000,
}, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/privacy");
  const card = page.getByRole("region", { name: "Yearly look" });
  await card.getByText(/Due on|Overdue since/).waitFor();
  await card.getByRole("button", { name: "I have looked" }).click();
  const { due, ofThisMap } = await hub.ask<{ due: string; ofThisMap: boolean }>("GET", "/privacy/review");
  await card.getByText(`Due on ${due.slice(0, 10)}`).waitFor();
  expect(ofThisMap).toBe(true);
});

test(`what the browser keeps is what the notice lists under what is needed, and nothing else ${proves("Z13")}`, {
  timeout: 60_000,
}, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  await hub.visit(page, "#/privacy");
  const card = page.getByRole("region", { name: "Privacy notice" });
  await card.getByText("The hub", { exact: true }).click();
  for (const name of Object.keys(storageClasses)) await card.locator(`#notice-browser\\.${name}`).waitFor();
  expect(await card.locator("#notice-browser\\.advertising").textContent()).toContain("nothing");
  await page
    .getByRole("button", { name: /theme|light|dark|system/i })
    .first()
    .click();
  const cookies = (await context.cookies()).map(({ name }) => name.replace(/[0-9a-f]{16}$/, "{id}"));
  const kept = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
  const listed = (kind: string) => browserStorage.flatMap((each) => (each.kind === kind ? [each.name] : []));
  expect(cookies).toEqual(listed("cookie"));
  expect(kept).toEqual(listed("local-storage"));
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
});
