import { expect, test } from "vitest";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { appUnderTest } from "./app-hub.ts";

const { hub, browser } = appUnderTest();

test(`the page lists each recipient with its safeguard, and says that nothing goes to another country ${proves("U38", "A15", "H32", "U20")}`, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(await hub.signInLink());
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Privacy" }).first().click();
  const card = page.getByRole("region", { name: "Who gets what" });
  await card.getByText("Nothing leaves this home.").waitFor();
  await card.getByText("Nothing goes to another country.").waitFor();
  const rows = await card.getByRole("listitem").allInnerTexts();
  expect(rows).toHaveLength(2);
  for (const row of rows)
    expect(row).toMatch(/Off[\s\S]*a machine of yours, nobody else gets it[\s\S]*nothing in the last year/);
  expect(watched.complaints).toEqual([]);
  expect(watched.strangers).toEqual([]);
});
