import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { WatchedPage } from "../support/browser.ts";
import { appUnderTest, lampPlace } from "./app-hub.ts";
import { violationsOn } from "./axe.ts";

const { hub, browser } = appUnderTest();
let lamp: string;

beforeAll(async () => {
  const colorful = await hub.lampThat("color", "colorTemperature", "effects");
  lamp = colorful.id;
  await hub.command(lamp, { on: true, brightness: 80, color: { x: 0.56, y: 0.4 } });
  // One of each kind of mark on the lanes of the day.
  for (const [at, target] of [
    ["00:01", lamp],
    ["23:59", lamp],
    ["12:00", colorful.room],
  ] as const) {
    await hub.ask("POST", "/schedules", {
      name: `Light at ${at}`,
      triggers: [{ kind: "daily", at: { kind: "time", at } }],
      actions: [{ kind: "light", target, command: { on: true, brightness: 50 } }],
    });
  }
}, 120_000);

const places = [
  "#/home",
  "#/day",
  "#/day/evening-light",
  "#/devices",
  "#/devices/new",
  "#/why",
  "#/privacy",
  "a lamp",
  "sign in",
] as const;

const openPlace = async (page: Page, place: (typeof places)[number]): Promise<void> => {
  if (place === "sign in") {
    await page.goto(hub.app);
    await page.getByRole("heading", { name: "Lampkeeper" }).waitFor();
  } else {
    await hub.visit(page, place === "a lamp" ? lampPlace(lamp) : place);
  }
  // `font-display: optional` decides in the first moments; measured is what then stays.
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
};

const schemes = ["light", "dark"] as const;
const widths = [360, 1280] as const;
const everywhere = places.flatMap((place) =>
  schemes.flatMap((scheme) => widths.map((width) => ({ place, scheme, width }))),
);

test.each(everywhere)("axe finds nothing: $place, $scheme, $width px", async ({ place, scheme, width }) => {
  await using watched = await WatchedPage.open(browser(), hub.app, { scheme, width });
  await openPlace(watched.page, place);
  expect(await violationsOn(watched.page)).toEqual([]);
  expect(watched.strangers).toEqual([]);
});

test("axe would find a planted fault", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  await openPlace(watched.page, "#/home");
  await watched.page.evaluate(() => document.querySelector(".slider")?.removeAttribute("aria-label"));
  expect((await violationsOn(watched.page)).join()).toContain("label");
});

describe.each(places)("%s", (place) => {
  test("nothing is wider than a page of 320 px, and no text is under 13 px", async () => {
    await using watched = await WatchedPage.open(browser(), hub.app, { width: 320, height: 640 });
    await openPlace(watched.page, place);
    const { overflow, smallest } = await watched.page.evaluate(() => {
      const texts = [...document.querySelectorAll("body *")].filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
      );
      return {
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        smallest: Math.min(...texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize))),
      };
    });
    expect(overflow).toBeLessThanOrEqual(0);
    expect(smallest).toBeGreaterThanOrEqual(13);
  });

  test("everything to press is 44 px in both directions", async () => {
    await using watched = await WatchedPage.open(browser(), hub.app, { width: 360, height: 780 });
    await openPlace(watched.page, place);
    const small = await watched.page.evaluate(() =>
      // A link inside a sentence is as high as its line (WCAG 2.5.8, inline); a radio's target is its label.
      [...document.querySelectorAll("button, input:not([type=radio]), select, label.chip, a:not(p a)")]
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
        .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`),
    );
    expect(small).toEqual([]);
  });
});

test("nothing moves after the first paint", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  await hub.visit(watched.page);
  await watched.page.reload();
  await watched.page.locator(".tile").first().waitFor();
  const shift = await watched.page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done(sum), 500);
      }),
  );
  expect(shift).toBe(0);
});

test("with reduced motion nothing runs for longer than a blink", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app, { reducedMotion: "reduce" });
  await openPlace(watched.page, "a lamp");
  const longest = await watched.page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll("*")].flatMap((element) =>
        getComputedStyle(element)
          .transitionDuration.split(",")
          .map((time) => Number.parseFloat(time) * (time.includes("ms") ? 1 : 1_000)),
      ),
    ),
  );
  expect(longest).toBeLessThanOrEqual(80);
});

test("in forced colours a lamp keeps its colour, with its name beside it", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  await watched.page.emulateMedia({ forcedColors: "active" });
  await openPlace(watched.page, "#/home");
  const tile = watched.page.locator(`.tile[data-lamp="${lamp}"]`);
  expect(await tile.locator(".bulb").evaluate((bulb) => getComputedStyle(bulb).forcedColorAdjust)).toBe(
    "none",
  );
  expect(await tile.textContent()).toContain("orange");
});

test("the first load stays within its budget, compressed", () => {
  const assets = join("dist", "app", "assets");
  const page = readFileSync(join("dist", "app", "index.html"), "utf8");
  const weigh = (ending: string, packed: boolean): number =>
    readdirSync(assets)
      .filter((name) => name.endsWith(ending) && (page.includes(name) || ending === ".woff2"))
      .map((name) => readFileSync(join(assets, name)))
      .reduce((sum, file) => sum + (packed ? gzipSync(file, { level: 9 }) : file).length, 0);
  expect(weigh(".js", true)).toBeLessThanOrEqual(60 * 1024);
  expect(weigh(".css", true)).toBeLessThanOrEqual(15 * 1024);
  expect(weigh(".woff2", false)).toBeLessThanOrEqual(36 * 1024);
});
