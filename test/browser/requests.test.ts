import { expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { appUnderTest } from "./app-hub.ts";
import { violationsOn } from "./axe.ts";

const { hub, browser } = appUnderTest();

const password = "three keys on a ring, ä";

const settled = async (name: string, body: object = {}): Promise<string> => {
  const { id } = await hub.ask<{ readonly id: string }>("POST", "/people", { name, ...body });
  await hub.send("PUT", `/people/${id}/password`, Buffer.from(password));
  return id;
};

const signedIn = async (watched: WatchedPage, name: string): Promise<void> => {
  const { page } = watched;
  await page.goto(hub.app);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.goto(`${hub.app}#/privacy`);
  await page.getByRole("heading", { name: "Requests", exact: true }).waitFor();
};

test(`somebody asks, the owner declines with a reason, and the reason and the way to appeal are there to read ${proves("H18", "A48")}`, async () => {
  await settled("Tilda");
  await settled("Olga", { role: "owner" });
  await using tilda = await WatchedPage.open(browser(), hub.app);
  await signedIn(tilda, "Tilda");
  await tilda.page.getByLabel("What you ask for").selectOption({ label: "Stop using it for now" });
  await tilda.page.getByLabel(/In your words/).fill("leave me alone for a while");
  await tilda.page.getByRole("button", { name: "Ask; it costs nothing" }).click();
  await tilda.page.getByText(/Received; you are owed an answer by/).waitFor();
  expect(await violationsOn(tilda.page)).toEqual([]);

  await using olga = await WatchedPage.open(browser(), hub.app);
  await signedIn(olga, "Olga");
  await olga.page.getByText("leave me alone for a while").waitFor();
  expect(await violationsOn(olga.page)).toEqual([]);
  await olga.page.getByRole("button", { name: "Decline" }).click();
  await olga.page.getByText("Nobody waits for an answer.").waitFor();

  await tilda.page.reload();
  await tilda.page.getByText(/You may appeal: reply to this decision/).waitFor();
  await tilda.page.getByRole("button", { name: "Appeal" }).click();
  await tilda.page.getByText("Being judged once more").waitFor();
  expect(tilda.strangers).toEqual([]);
});

test(`a secret that is typed is refused in plain words, and what was typed stays to be corrected ${proves("H56")}`, async () => {
  await settled("Vera");
  await using watched = await WatchedPage.open(browser(), hub.app);
  await signedIn(watched, "Vera");
  const words = watched.page.getByLabel(/In your words/);
  await words.fill("my password is hunter2222");
  await watched.page.getByRole("button", { name: "Ask; it costs nothing" }).click();
  await watched.page.getByText(/this looks like a secret/).waitFor();
  expect(await words.inputValue()).toBe("my password is hunter2222");
});

test(`the check-up is on the privacy screen of whoever keeps the home ${proves("A38")}`, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  // A year is long: the answer has what it would have after one, until the look is signed.
  let isOverdue = true;
  await page.route("**/api/v1/privacy/check-up", async (route) => {
    const response = await route.fetch();
    const { data } = (await response.json()) as Shape<"WeakPoints">;
    const year = {
      point: "review-overdue",
      severity: "low",
      count: 1,
      found: "Not looked through.",
      repair: "Look.",
    };
    await route.fulfill({ response, json: { data: isOverdue ? [...data, year] : data } });
  });
  await page.route("**/api/v1/privacy/review", async (route) => {
    if (route.request().method() === "PUT") isOverdue = false;
    await route.continue();
  });
  await hub.visit(page, "#/privacy");
  const card = page.getByRole("region", { name: "Security check-up" });
  const { data: found } = await hub.ask<Shape<"WeakPoints">>("GET", "/privacy/check-up");
  expect(found.length).toBeGreaterThan(0);
  for (const { found: words } of found) await card.getByText(words).waitFor();
  await card.getByText("Not looked through.").waitFor();
  const year = page.getByRole("region", { name: "Yearly look" });
  await year.getByRole("button", { name: "I have looked" }).click();
  await card.getByText("Not looked through.").waitFor({ state: "detached" });
  for (const { found: words } of found) await card.getByText(words).waitFor();
});

test(`before anybody signs in: how to erase the hub, and what concerns who could not be reached ${proves("H48", "D14", "Z24")}`, async () => {
  await hub.ask("POST", "/people", { name: "Nobody's account" });
  const { id } = await hub.ask<{ readonly id: string }>("POST", "/incidents", { drill: true });
  const notice = {
    situation: "Nothing has happened: this is a drill.",
    measures: "None was needed.",
    suggestions: "Nothing is to be done.",
    remedies: "None is needed.",
    contact: "The keeper, at the kitchen table.",
  };
  await hub.ask("POST", `/incidents/${id}/notice`, notice);
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  await page.getByRole("heading", { name: "Drill: An incident was reported" }).waitFor();
  await page.getByText(notice.contact).waitFor();
  await page.getByText("How to make this hub forget everything").click();
  await page.getByText(/Hold its button for 12 seconds/).waitFor();
  expect(await violationsOn(page)).toEqual([]);
});
