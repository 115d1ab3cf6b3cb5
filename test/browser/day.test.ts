import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { type PageOptions, WatchedPage } from "../support/browser.ts";
import { appUnderTest } from "./app-hub.ts";

const { hub, browser } = appUnderTest();

type Rule = Shape<"Schedule">;

const onDay = async (
  look: (page: Page) => Promise<void>,
  place = "#/day",
  options: PageOptions = {},
): Promise<void> => {
  await using watched = await WatchedPage.open(browser(), hub.app, options);
  await hub.visit(watched.page, place);
  await look(watched.page);
  expect(watched.complaints).toEqual([]);
  expect(watched.strangers).toEqual([]);
};

const rulesNow = async (): Promise<readonly Rule[]> =>
  (await hub.ask<Shape<"Schedules">>("GET", "/schedules")).data;

const roomNow = async (): Promise<Shape<"Room">> => {
  const [room] = (await hub.ask<Shape<"Rooms">>("GET", "/rooms")).data;
  if (room === undefined) throw new Error("the home has no rooms");
  return room;
};

const add = async (more: object = {}): Promise<Rule> =>
  await hub.ask<Rule>("POST", "/schedules", {
    name: "Night",
    triggers: [{ kind: "daily", at: { kind: "time", at: "23:59" } }],
    actions: [{ kind: "light", target: (await roomNow()).id, command: { on: true, brightness: 40 } }],
    ...more,
  });

afterEach(async () => {
  for (const { id } of await rulesNow()) await hub.ask("DELETE", `/schedules/${id}`);
});

describe("a schedule", () => {
  test("is made from a template by keyboard alone, and stands on the page with its next run", async () => {
    const { name } = await roomNow();
    await onDay(async (page) => {
      await page.getByRole("link", { name: /Evening light/ }).press("Enter");
      await page.getByRole("heading", { name: "Evening light", level: 2 }).waitFor();
      await page.getByLabel("Where").selectOption({ label: name });
      await page.getByLabel("Name").fill("Dusk");
      await page.getByLabel("Name").press("Enter");
      const row = page.locator(".rule").filter({ hasText: "Dusk" });
      await row.getByText(/^Runs /).waitFor();
      await row.getByText(`${name} on 60 % 2700 K over 1 min`).waitFor();
    });
    expect(await rulesNow()).toMatchObject([
      {
        name: "Dusk",
        triggers: [{ kind: "range", from: { event: "sunset", offset: -900 }, to: { at: "23:00" } }],
      },
    ]);
  });

  test("is changed in the form, and what the form does not show stays", async () => {
    const { id } = await add({
      actions: [
        {
          kind: "light",
          target: (await roomNow()).id,
          command: { on: true, brightness: 40, colorTemperature: 2700 },
        },
      ],
      catchUp: { kind: "skip" },
    });
    await onDay(async (page) => {
      await page.getByRole("checkbox", { name: "Sunday" }).press("Space");
      await page.getByRole("slider", { name: "Brightness" }).press("End");
      await page.getByLabel("Time").fill("23:58");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Night is saved.").waitFor();
    }, `#/day/${id}`);
    expect(await rulesNow()).toMatchObject([
      {
        triggers: [{ at: { at: "23:58" }, days: { weekdays: ["mon", "tue", "wed", "thu", "fri", "sat"] } }],
        actions: [{ command: { brightness: 100 } }],
        catchUp: { kind: "skip" },
      },
    ]);
  });

  test("that says more than the form is shown in words and left alone", async () => {
    const { id } = await add({
      triggers: [{ kind: "motion", sensor: (await roomNow()).id, event: "detected" }],
    });
    await onDay(async (page) => {
      await page.getByText("more than this form has places for").waitFor();
      await page
        .locator(".sheet__why")
        .getByText(/^Motion at /)
        .waitFor();
    }, `#/day/${id}`);
    expect(await rulesNow()).toMatchObject([{ triggers: [{ kind: "motion" }] }]);
  });

  test("is switched off and on, rests and is resumed, is run and removed", async () => {
    const { id } = await add();
    const now = async () => (await rulesNow()).find((rule) => rule.id === id);
    await onDay(async (page) => {
      const inUse = page.getByRole("switch", { name: "Night in use" });
      await inUse.press("Space");
      await expect.poll(async () => (await now())?.enabled).toBe(false);
      await expect.poll(() => inUse.getAttribute("aria-checked")).toBe("false");
      await inUse.press("Space");
      await expect.poll(async () => (await now())?.enabled).toBe(true);
      await page.locator(".rule__link").click();
      await page.getByRole("button", { name: "Pause 1 hour" }).click();
      await expect.poll(async () => (await now())?.pausedUntil).toBeDefined();
      await page.getByRole("button", { name: "Resume" }).click();
      await expect.poll(async () => (await now())?.pausedUntil).toBeUndefined();
      await page.getByRole("button", { name: "Run now" }).click();
      await page.getByText("Night is done.").waitFor();
      await page.getByRole("button", { name: "Remove" }).click();
      expect(await now()).toBeDefined();
      await page.getByRole("button", { name: "Remove for good?" }).click();
      await expect.poll(async () => await now()).toBeUndefined();
      await expect.poll(() => page.locator("dialog").count()).toBe(0);
    });
  });

  test("that the hub refuses says why, and stays in the form", async () => {
    const { name } = await roomNow();
    // A refusal stands in the browser's console: here that is no complaint.
    await using watched = await WatchedPage.open(browser(), hub.app);
    const { page } = watched;
    await hub.visit(page, "#/day/new");
    await page.getByLabel("Where").selectOption({ label: name });
    await page.getByLabel("Name").fill("Never");
    await page.getByLabel("And then").selectOption("until");
    await page.getByLabel("Time").nth(1).fill("18:00");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("the window is empty").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Never");
    expect(await rulesNow()).toEqual([]);
  });
});

describe("the picture of the day", () => {
  test("shows the sun of the hub: its rise and set, and now", async () => {
    const day = await hub.ask<Shape<"SunDay">>("GET", "/sun");
    await onDay(async (page) => {
      const summary = await page.locator(".sky").getAttribute("aria-label");
      for (const { event, time } of day.events.filter(({ event }) => /^sun/.test(event))) {
        const clock = new Intl.DateTimeFormat("en-GB", {
          hour: "2-digit",
          minute: "2-digit",
          timeZone: day.zone,
        }).format(new Date(time));
        expect(summary?.toLowerCase()).toContain(`${event} at ${clock}`);
      }
      const [sky, sun] = await Promise.all([
        page.locator(".sky").boundingBox(),
        page.locator(".sky__sun").boundingBox(),
      ]);
      const { now } = await hub.ask<Shape<"Clock">>("GET", "/clock");
      const [first, last] = [day.curve[0], day.curve.at(-1)].map((point) => Date.parse(point?.at ?? ""));
      if (!sky || !sun || first === undefined || last === undefined) throw new Error("nothing is drawn");
      const drawn = (sun.x + sun.width / 2 - sky.x) / sky.width;
      expect(drawn).toBeCloseTo((Date.parse(now) - first) / (last - first), 1);
    });
  });

  test("has a mark for each run, to walk along by arrow keys, and the same as a table", async () => {
    const { name } = await roomNow();
    await add();
    await add({ name: "Later", triggers: [{ kind: "daily", at: { kind: "time", at: "23:59:30" } }] });
    await onDay(async (page) => {
      const marks = page.locator(".mark");
      await expect.poll(() => marks.count()).toBe(2);
      await marks.first().focus();
      await page.keyboard.press("ArrowRight");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Later");
      await page.getByRole("button", { name: "Show as table" }).press("Enter");
      await page.getByRole("cell", { name: `Night: ${name} on 40 %` }).waitFor();
      await page.getByRole("cell", { name: "Solar noon" }).waitFor();
    });
  });
});

test("where no place is set, the day has no sun and says how to set one", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  await watched.page.route("**/api/v1/place", (route) =>
    route.fulfill({ json: { set: false, zone: "Europe/Berlin" } }),
  );
  await hub.visit(watched.page, "#/day");
  await watched.page.getByText("No place is set").waitFor();
  expect(await watched.page.locator("h1").textContent()).toBe("Your day");
  expect(watched.complaints).toEqual([]);
});

test("the mode of the home is chosen", async () => {
  await onDay(async (page) => {
    await page.getByRole("radio", { name: "Vacation" }).check();
    await expect.poll(async () => await hub.ask("GET", "/mode")).toEqual({ mode: "vacation" });
    await page.getByRole("radio", { name: "Home" }).check();
    await expect.poll(async () => await hub.ask("GET", "/mode")).toEqual({ mode: "home" });
  });
});

test("an untrusted clock is said above everything, and can be trusted from here", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  const { now } = await hub.ask<Shape<"Clock">>("GET", "/clock");
  const asked: unknown[] = [];
  // A simulated clock is always right: what a hub after a blackout would say is put in its mouth.
  await page.route("**/api/v1/clock", async (route) => {
    if (route.request().method() === "PUT") {
      asked.push(route.request().postDataJSON());
      await route.fulfill({ json: { now, trust: "trusted", source: "person", since: now } });
    } else await route.fulfill({ json: { now, trust: "restored", since: now } });
  });
  await hub.visit(page, "#/day");
  const banner = page.getByRole("status", { name: "The clock" });
  await banner.getByText("Schedules are on hold").waitFor();
  expect(await page.locator(".sky").getAttribute("data-trusted")).toBe("false");
  await banner.getByRole("button", { name: "It is right" }).press("Enter");
  await expect.poll(() => banner.count()).toBe(0);
  expect(asked).toEqual([{}]);
});
