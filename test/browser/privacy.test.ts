import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { appUnderTest } from "./app-hub.ts";
import { violationsOn } from "./axe.ts";

const { hub, browser } = appUnderTest();
const password = "three keys on a ring";

/** Everything that a page can leave in a browser. */
const keptIn = async (page: Page, context: BrowserContext): Promise<readonly string[]> => {
  const cookies = (await context.cookies()).map(({ name }) => `cookie ${name}`);
  const scripted = await page.evaluate(async () => [
    ...Object.keys(localStorage).map((name) => `localStorage ${name}`),
    ...Object.keys(sessionStorage).map((name) => `sessionStorage ${name}`),
    ...(await indexedDB.databases()).map(({ name }) => `indexedDB ${name}`),
    ...(await caches.keys()).map((name) => `cache ${name}`),
    ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => `service worker ${scope}`),
  ]);
  return [...cookies, ...scripted];
};

/** A person who can sign in, who has not been asked yet. */
const settled = async (name: string, role = "owner"): Promise<string> => {
  const { id } = await hub.ask<Shape<"Person">>("POST", "/people", { name, role, agreed: false });
  await hub.send("PUT", `/people/${id}/password`, Buffer.from(password));
  return id;
};

const signIn = async (page: Page, name: string): Promise<void> => {
  await page.goto(hub.app);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();
};

/** How long the hub takes to answer what `act` decides, milliseconds: when it has answered, that is in force. */
const timeOf = async (page: Page, act: () => Promise<void>): Promise<number> => {
  const answered = page.waitForResponse(
    (answer) => answer.url().endsWith("/consents") && answer.request().method() === "PUT",
  );
  await act();
  const answer = await answered;
  await answer.finished();
  return answer.request().timing().responseEnd;
};

const openPrivacy = async (page: Page): Promise<void> => {
  await page.goto(`${hub.app}#/privacy`);
  await page.getByRole("heading", { name: "This browser", exact: true }).waitFor();
};

test(`the page lists in four classes exactly what the browser keeps, one cookie of the first ${proves("A13", "Z13")}`, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  await hub.visit(page, "#/home");
  await page.getByRole("button", { name: /^Colours/ }).click();
  for (const place of ["#/day", "#/devices", "#/why", "#/privacy"]) {
    await page.goto(`${hub.app}${place}`);
    await page.locator("h1").waitFor();
  }
  await page.locator("[data-storage]").first().waitFor();
  const stated = await page
    .locator("[data-kept]")
    .evaluateAll((all) => all.map((each) => each.getAttribute("data-kept")));
  expect(stated).toEqual(await keptIn(page, context));
  expect(stated).toHaveLength(1);
  const classes = await page
    .locator("[data-storage]")
    .evaluateAll((all) =>
      all.map((each) => [each.getAttribute("data-storage"), each.querySelectorAll("[data-kept]").length]),
    );
  expect(classes).toEqual([
    ["Operationally necessary", 1],
    ["Performance", 0],
    ["Functionality", 0],
    ["Advertising", 0],
  ]);
  expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);
  await page.evaluate(() => localStorage.setItem("planted", "mark"));
  expect(await keptIn(page, context)).not.toEqual(stated);
});

test(`nothing is loaded from anywhere else, the policies say so, and there is nothing to opt out of ${proves("Z8", "Z9", "Z25")}`, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  const headers: Readonly<Record<string, string>>[] = [];
  page.on("response", (answer) => headers.push(answer.headers()));
  await hub.visit(page, "#/privacy");
  await page.getByText("There is nothing to opt out of").waitFor();
  expect(watched.strangers).toEqual([]);
  expect(headers.length).toBeGreaterThan(5);
  for (const each of headers) {
    expect(each["referrer-policy"]).toBe("no-referrer");
    expect(each["content-security-policy"]).toMatch(/^default-src '(self|none)'/);
    expect(each["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
  }
  const loaded = await page.evaluate(() =>
    fetch("https://elsewhere.invalid/pixel.gif", { mode: "no-cors" }).then(
      () => true,
      () => false,
    ),
  );
  expect(loaded).toBe(false);
  expect(watched.complaints.join()).toContain("Content Security Policy");
});

test(`a link to elsewhere warns first, and tells nobody where one came from ${proves("Z25")}`, async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  await hub.visit(page, "#/privacy");
  await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = "http://elsewhere.invalid/page";
    link.textContent = "Elsewhere";
    document.querySelector("main")?.append(link);
  });
  const asked: string[] = [];
  let answer = false;
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void (answer ? dialog.accept() : dialog.dismiss());
  });
  const link = page.getByRole("link", { name: "Elsewhere" });
  await link.click();
  expect(asked).toEqual([expect.stringContaining("elsewhere.invalid")]);
  expect(page.url()).toBe(`${hub.app}#/privacy`);
  const came = new Promise<string | undefined>((done) => {
    void context.route("http://elsewhere.invalid/**", async (route) => {
      done((await route.request().allHeaders())["referer"]);
      await route.fulfill({ body: "there" });
    });
  });
  answer = true;
  await link.click();
  expect(await came).toBeUndefined();
});

test(`one press agrees and one takes back; what it is for and who gets it stands beside it ${proves("H41", "U32", "EN303645:6-2", "EN303645:6-3A")}`, async () => {
  const id = await settled("Ana");
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await signIn(page, "Ana");
  await openPrivacy(page);
  const mine = page.getByRole("region", { name: "What you agree to" });
  const presence = mine.getByRole("switch", { name: "Whether you are home" });
  await presence.waitFor();
  const states = await mine
    .getByRole("switch")
    .evaluateAll((all) => all.map((each) => each.getAttribute("aria-checked")));
  expect(states.length).toBeGreaterThan(4);
  expect(new Set(states)).toEqual(new Set(["false"]));
  await mine.getByLabel(/^Who gets it, until when: Whether/).click();
  await mine.getByText("Those in this home who may see who is home.").waitFor();
  expect(await violationsOn(page)).toEqual([]);
  const state = async () => (await hub.ask<Shape<"Person">>("GET", `/people/${id}`)).agreed.state;
  let presses = 0;
  const press = async (checked: boolean) => {
    presses++;
    await presence.click();
    await mine.locator(`[role=switch][aria-label="Whether you are home"][aria-checked=${checked}]`).waitFor();
  };
  await press(true);
  expect([await state(), presses]).toEqual(["given", 1]);
  expect(await timeOf(page, () => press(false))).toBeLessThan(1_000);
  expect([await state(), presses]).toEqual(["withdrawn", 2]);
  const saved = page.waitForEvent("download");
  await mine.getByRole("button", { name: "Save receipts" }).click();
  expect((await saved).suggestedFilename()).toBe("consent-receipts.json");
  // Before signing in the page asks whether it is, and is told that it is not.
  expect(watched.complaints.filter((each) => !each.includes("401"))).toEqual([]);
});

test(`where the home is, is switched off on the same page: it is erased within a second ${proves("U32", "U10")}`, async () => {
  await hub.ask("PUT", "/place", { latitude: 52.52, longitude: 13.4, zone: "Europe/Berlin" });
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/privacy");
  const card = page.getByRole("region", { name: "What the home agrees to" });
  const location = card.getByRole("switch", { name: "Where the home is" });
  await location.waitFor();
  expect(await location.getAttribute("aria-checked")).toBe("true");
  expect(await timeOf(page, () => location.click())).toBeLessThan(1_000);
  await card.locator('[role=switch][aria-label="Where the home is"][aria-checked=false]').waitFor();
  expect(await hub.ask("GET", "/place")).toMatchObject({ set: false });
});

test(`a browser that asks not to be followed is told that it counts, and where ${proves("A46", "A14")}`, async () => {
  await settled("Cleo");
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  await context.setExtraHTTPHeaders({ "Sec-GPC": "1" });
  await signIn(page, "Cleo");
  await openPrivacy(page);
  await page.getByText("for this browser and your account").waitFor();
  await using other = await WatchedPage.open(browser(), hub.app);
  await hub.visit(other.page, "#/privacy");
  await other.page.getByText("This browser asks for nothing in particular.").waitFor();
  await other.page.getByText("kept until this browser signs out").waitFor();
  expect(await other.page.getByText("for this browser and your account").count()).toBe(0);
});

test(`after signing out nothing is left, and nothing of one visit is in the next ${proves("D18", "Z6", "U32")}`, async () => {
  await settled("Dan");
  const visit = async () => {
    const watched = await WatchedPage.open(browser(), hub.app);
    const { page, context } = watched;
    await signIn(page, "Dan");
    await page.getByRole("button", { name: /^Colours/ }).click();
    const cookies = await context.cookies();
    await page.getByRole("button", { name: "Sign out Dan" }).click();
    await page.getByRole("heading", { name: "Lampkeeper" }).waitFor();
    const left = await keptIn(page, context);
    await page.goBack().catch(() => null);
    await page.goto(`${hub.app}#/home`);
    await page.getByRole("heading", { name: "Lampkeeper" }).waitFor();
    expect(await page.locator(".tile").count()).toBe(0);
    await context.close();
    return { left, secret: cookies[0]?.value ?? "" };
  };
  const [first, second] = [await visit(), await visit()];
  expect([first.left, second.left]).toEqual([[], []]);
  expect(first.secret.length).toBeGreaterThan(20);
  expect(second.secret).not.toBe(first.secret);
});

test("what a device may tell is set from the same page", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/privacy");
  const [lamp] = await hub.lights();
  const card = page.getByRole("region", { name: "What devices may tell" });
  await card.getByLabel("Device").selectOption(lamp?.id ?? "");
  await card.getByRole("switch", { name: "Keep history" }).click();
  await card.locator('[role=switch][aria-label="Keep history"][aria-checked=false]').waitFor();
  expect(await violationsOn(page)).toEqual([]);
  expect(await hub.ask("GET", `/devices/${lamp?.id}/scope`)).toMatchObject({ history: false, sharing: true });
  await card.getByRole("button", { name: "Decline" }).click();
  await card.getByText("You declined its terms").waitFor();
  expect(await hub.ask("GET", `/devices/${lamp?.id}/scope`)).toMatchObject({
    answer: "declined",
    sharing: false,
  });
});

test("a screen that does not arrive says so, and comes with the next load of the app", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page, "#/home");
  const part = "**/assets/privacy-*.js";
  await page.route(part, (route) => route.abort());
  await page.goto(`${hub.app}#/privacy`);
  await page.getByRole("alert").getByText("This page did not arrive from the hub.").waitFor();
  expect(await page.getByRole("heading", { name: "Privacy", exact: true }).count()).toBe(0);
  await page.unroute(part);
  await page.getByRole("button", { name: "Load the app again" }).click();
  await page.getByRole("heading", { name: "Privacy", exact: true }).waitFor();
});
