import { expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { WatchedPage } from "../support/browser.ts";
import { appUnderTest } from "./app-hub.ts";
import { violationsOn } from "./axe.ts";

const { hub, browser } = appUnderTest("--ble-lamps", "1");

const devices = async (): Promise<Shape<"Devices">["data"]> =>
  (await hub.ask<Shape<"Devices">>("GET", "/devices")).data;

test("a lamp of the air is added by keyboard alone: prepare, find, identify, name, done", async () => {
  const before = (await devices()).length;
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  const { keyboard } = page;
  await hub.visit(page, "#/devices");
  const press = async (name: string | RegExp, role: "button" | "link" = "button"): Promise<void> => {
    await page.getByRole(role, { name }).first().focus();
    await keyboard.press("Enter");
  };
  const step = (name: string) => page.locator(".steps [aria-current=step]").getByText(name).waitFor();
  await press("Add a lamp", "link");
  await step("Prepare");
  expect(await violationsOn(page)).toEqual([]);
  await press("Look for lamps");
  await step("Find");
  // One is ours already, and may be heard first.
  await page.getByRole("button", { name: /^Let it blink/ }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await press(/^Let it blink/);
  await step("Identify");
  expect(await violationsOn(page)).toEqual([]);
  expect(await devices()).toHaveLength(before);
  await press("Yes, this one");
  await step("Name");
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("textbox", { name: "Name" }).focus();
  await keyboard.press("ControlOrMeta+A");
  await keyboard.type("Shelf");
  await page.getByLabel("Room", { exact: true }).focus();
  await keyboard.type("Kitchen");
  await press("Add");
  await step("Done");
  expect(await violationsOn(page)).toEqual([]);
  const added = (await devices()).find(({ name }) => name === "Shelf");
  expect(added).toMatchObject({
    kind: "lamp",
    via: "ble",
    profile: "triones/triones",
    room: expect.anything(),
  });
  await press("Show it", "link");
  await page.getByRole("heading", { name: "Shelf" }).waitFor();
  expect(watched.complaints).toEqual([]);
  expect(watched.strangers).toEqual([]);
}, 60_000);

test("leaving ends it: what was heard is dropped", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/devices/new");
  const begun = page.waitForResponse((answer) => answer.url().endsWith("/pairing"));
  await page.getByRole("button", { name: "Look for lamps" }).click();
  const { id } = (await (await begun).json()) as Shape<"Pairing">;
  const ended = page.waitForResponse(
    (answer) => answer.url().endsWith(`/pairing/${id}`) && answer.request().method() === "DELETE",
  );
  // The focus went on with the step: Escape is heard.
  await page.locator("section[aria-label=Find]:focus").waitFor();
  await page.keyboard.press("Escape");
  expect((await ended).status()).toBe(204);
});
