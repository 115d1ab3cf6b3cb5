import { expect, test } from "vitest";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { appUnderTest } from "./app-hub.ts";
import { violationsOn } from "./axe.ts";

const { hub, browser } = appUnderTest();

test(`a service is off, and its card says all that it would get before it can be let in ${proves("U40", "H28", "H29")}`, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/privacy");
  const card = page.getByRole("region", { name: "Connections" });
  const service = card.locator("details", { hasText: "assistant.example" });
  await service.locator("summary").getByText("Off").waitFor();
  await service.locator("summary").click();
  await service.getByText("The third party may read your relevant information").waitFor();
  await service.getByText("the name that you give the lamp for this service, not its own").waitFor();
  await service.getByText("a speech company for understanding what was said").waitFor();
  const button = service.getByRole("button", { name: "Let sim-assistant in" });
  expect(await button.isDisabled()).toBe(true);
  await service.locator("input").first().fill("Desk light");
  expect(await button.isDisabled()).toBe(false);
  expect(await violationsOn(page)).toEqual([]);
  // Nobody has agreed to it: the hub refuses, and says so.
  await button.click();
  await page.locator(".notice", { hasText: "connector_refused" }).waitFor();
  await service.locator("summary").getByText("Off").waitFor();
  expect(watched.strangers).toEqual([]);
});

test(`a banner is there for whoever opens the app, also before they sign in ${proves("D14", "Z24")}`, async () => {
  await hub.ask("POST", "/banners", { kind: "drill", subject: "A drill", text: "Nothing has happened." });
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  await page.getByRole("alert").filter({ hasText: "This is a drill" }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await hub.visit(page, "#/home");
  await page.getByRole("alert").filter({ hasText: "This is a drill" }).waitFor();
});

test(`somebody gives an address, is refused news without consent, and opts out with a button ${proves("A30", "H27")}`, async () => {
  const password = "three keys on a ring";
  const { id } = await hub.ask<{ readonly id: string }>("POST", "/people", { name: "Ben", role: "owner" });
  await hub.send("PUT", `/people/${id}/password`, Buffer.from(password));
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  await page.getByLabel("Name", { exact: true }).fill("Ben");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.goto(`${hub.app}#/privacy`);
  const card = page.getByRole("region", { name: "Messages to you" });
  await card.getByLabel("E-mail address").fill("ben@home.example");
  await card.getByRole("button", { name: "Keep this address" }).click();
  await card.getByText("No news", { exact: true }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await card.getByRole("button", { name: "News to ben@home.example" }).click();
  await page.locator(".notice", { hasText: "mail_refused" }).waitFor();
  await card.getByRole("button", { name: "Do not sell or share my data" }).click();
  await card.getByRole("button", { name: "Remove ben@home.example" }).click();
  await card.getByLabel("E-mail address").waitFor();
  expect(await card.getByText("ben@home.example").count()).toBe(0);
});
