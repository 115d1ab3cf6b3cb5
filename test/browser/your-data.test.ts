import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { appUnderTest } from "./app-hub.ts";

const { hub, browser } = appUnderTest();
const password = "three keys on a ring";

const settled = async (name: string, body: object = {}): Promise<string> => {
  const { id } = await hub.ask<{ readonly id: string }>("POST", "/people", { name, ...body });
  await hub.send("PUT", `/people/${id}/password`, Buffer.from(password));
  return id;
};

test(`seven rights from one card: seen, corrected, restricted, objected to, taken along and erased ${proves("Z21", "U7", "H43")}`, async () => {
  await settled("Owner", { role: "owner" });
  const id = await settled("Quokka", { addresses: ["02:00:00:aa:bb:cc"] });
  await hub.ask("POST", `/people/${id}/phones`, { publicKey: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  page.setDefaultTimeout(10_000);
  await page.goto(hub.app);
  await page.getByLabel("Name", { exact: true }).fill("Quokka");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.goto(`${hub.app}#/privacy`);
  const card = page.getByRole("region", { name: "Your data" });
  const press = (name: string) => card.getByRole("button", { name, exact: true }).click();

  await press("See my data");
  const held = card.getByRole("list", { name: "What is held of you" });
  for (const word of ["Quokka", "02:00:00:aa:bb:cc", "11qYAYKx"])
    await held.getByText(word).first().waitFor();
  await press("Not mine");
  await held.getByText("11qYAYKx").waitFor({ state: "detached" });

  await press("What was collected");
  await card.getByText("Sold: nothing, to nobody").waitFor();

  await press("Correct");
  await card.getByLabel("Your name").fill("Quokka the second");
  await press("Save");
  await expect
    .poll(async () => (await hub.ask<{ name: string }>("GET", `/people/${id}`)).name)
    .toBe("Quokka the second");

  await press("Only keep it");
  await card.getByText(/Only kept since/).waitFor();
  await press("Use it again");
  await card.getByRole("button", { name: "Only keep it", exact: true }).waitFor();

  await press("Object");
  await card.getByLabel(/Letters about new things/).check();
  await expect
    .poll(async () => (await hub.ask<{ objections: string[] }>("GET", `/people/${id}/rights`)).objections)
    .toEqual(["newsletter"]);

  const [file] = await Promise.all([page.waitForEvent("download"), press("Take it with me")]);
  expect(readFileSync(await file.path(), "utf8")).toContain("Quokka the second");

  await press("Erase me");
  await press("Erase me for good");
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  const people = await hub.ask<{ data: readonly { readonly name: string }[] }>("GET", "/people");
  expect(people.data.map(({ name }) => name)).not.toContain("Quokka the second");
  // Of a session that has ended the browser says so.
  expect(watched.complaints.filter((each) => !each.includes("401"))).toEqual([]);
  expect(watched.strangers).toEqual([]);
});
