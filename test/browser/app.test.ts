import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { type PageOptions, pixelAt, WatchedPage } from "../support/browser.ts";
import { appUnderTest, lampPlace } from "./app-hub.ts";

const { hub, browser } = appUnderTest();

/** A signed-in page at `place`; when the test is done, nothing may have gone wrong on it unseen. */
const onPage = async (
  place: string,
  look: (page: Page) => Promise<void>,
  options: PageOptions = {},
): Promise<void> => {
  await using watched = await WatchedPage.open(browser(), hub.app, options);
  await hub.visit(watched.page, place);
  await look(watched.page);
  expect(watched.complaints).toEqual([]);
  expect(watched.strangers).toEqual([]);
};

const tileOf = (page: Page, lamp: string): Locator => page.locator(`.tile[data-lamp="${lamp}"]`);
const switchOf = (page: Page, lamp: string): Locator => tileOf(page, lamp).getByRole("button");

/** Lamps take their time; the page says so by this. */
const shows = (locator: Locator, attribute: string, value: string): Promise<void> =>
  expect.poll(() => locator.getAttribute(attribute), { timeout: 5_000 }).toBe(value);

const lampIs = (id: string, want: (state: Shape<"LightState">) => unknown, value: unknown): Promise<void> =>
  expect.poll(async () => want((await hub.light(id)).desired), { timeout: 5_000 }).toBe(value);

test("every room and every lamp of the home is on the page, with what it shows in words", async () => {
  const lights = await hub.lights();
  const { data: rooms } = await hub.ask<{ data: readonly Shape<"Room">[] }>("GET", "/rooms");
  await onPage("#/home", async (page) => {
    for (const { name } of rooms) await page.getByRole("heading", { name, exact: true }).waitFor();
    expect(await page.locator(".tile").count()).toBe(lights.length);
    const lit = lights.filter(({ desired, reachable }) => desired.on && reachable).length;
    const words =
      lit === 0 ? "Every lamp is off." : lit === lights.length ? `All ${lit} lamps are on.` : `${lit} of`;
    expect(await page.locator("h1").textContent()).toContain(words);
  });
});

describe("a lamp has its real colour on the page", () => {
  const channels = (hex: string): number[] =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const vectors = readFileSync("test/vectors/display-color.csv", "utf8")
    .split("\n")
    .filter((line) => /#[0-9a-f]{6}/.test(line))
    .map((line) => line.split(","))
    .map((cells) => ({ cells, hex: cells.find((cell) => cell.startsWith("#")) ?? "" }));

  test.each(vectors)("$cells", async ({ cells, hex }) => {
    const [x, y] = cells.map(Number).filter((number) => number > 0 && number < 1);
    const lamp = await hub.lampThat("color", "colorTemperature");
    await hub.command(lamp.id, { on: true, brightness: 100, color: { x, y } });
    await onPage("#/devices", async (page) => {
      const swatch = page.locator(`a[href="#/devices/${lamp.id}"] .swatch`);
      await swatch.scrollIntoViewIfNeeded();
      const box = await swatch.boundingBox();
      if (box === null) throw new Error("the swatch is not drawn");
      const drawn = channels(await pixelAt(page, box.x + box.width / 2, box.y + box.height / 2));
      // The lamp may only come near the colour (its triangle, 8 bits on its wire); the eye does not see 6 of 255.
      for (const [at, channel] of channels(hex).entries()) expect(drawn[at]).toBeCloseTo(channel, -1);
    });
  });
});

test("a press switches a lamp, and so does the keyboard", async () => {
  const lamp = await hub.lampThat("brightness");
  await hub.command(lamp.id, { on: false });
  await onPage("#/home", async (page) => {
    const button = switchOf(page, lamp.id);
    await button.click();
    await shows(button, "aria-pressed", "true");
    await lampIs(lamp.id, ({ on }) => on, true);
    expect((await hub.light(lamp.id)).cause.kind).toBe("person");
    await button.press("Space");
    await shows(button, "aria-pressed", "false");
    await lampIs(lamp.id, ({ on }) => on, false);
    await button.press("Enter");
    await lampIs(lamp.id, ({ on }) => on, true);
  });
});

test("what is asked shows within 50 ms, before the hub has answered", async () => {
  const lamp = await hub.lampThat("brightness");
  await hub.command(lamp.id, { on: false });
  await onPage("#/home", async (page) => {
    await page.route("**/state", async (route) => {
      await new Promise((done) => setTimeout(done, 400));
      await route.continue();
    });
    const waitedMs = await switchOf(page, lamp.id).evaluate(
      (button) =>
        new Promise<number>((done) => {
          const start = performance.now();
          new MutationObserver(() => done(performance.now() - start)).observe(button, { attributes: true });
          (button as HTMLElement).click();
        }),
    );
    expect(waitedMs).toBeLessThan(50);
    await lampIs(lamp.id, ({ on }) => on, true);
  });
});

test("a command that does not arrive is taken back, with a message", async () => {
  const lamp = await hub.lampThat("brightness");
  await hub.command(lamp.id, { on: false });
  await using watched = await WatchedPage.open(browser(), hub.app);
  await hub.visit(watched.page);
  await watched.page.route("**/state", (route) => route.abort());
  const button = switchOf(watched.page, lamp.id);
  await button.click();
  await watched.page.getByText("was not changed").waitFor();
  expect(await button.getAttribute("aria-pressed")).toBe("false");
  expect((await hub.light(lamp.id)).desired.on).toBe(false);
});

test("brightness is set by keyboard, and said in words", async () => {
  const lamp = await hub.lampThat("brightness");
  await hub.command(lamp.id, { on: true, brightness: 40 });
  await onPage(lampPlace(lamp.id), async (page) => {
    const slider = page.getByRole("slider", { name: `${lamp.name} brightness` });
    await slider.press("ArrowRight");
    await slider.press("ArrowRight");
    await lampIs(lamp.id, ({ brightness }) => brightness, 42);
    expect(await slider.getAttribute("aria-valuetext")).toBe("42 percent");
    await slider.press("End");
    await lampIs(lamp.id, ({ brightness }) => brightness, 100);
    await slider.press("Home");
    await lampIs(lamp.id, ({ on }) => on, false);
    expect(await slider.getAttribute("aria-valuetext")).toBe("off");
  });
});

test("white and colour are set by keyboard and by typing; nonsense is refused beside the box", async () => {
  const lamp = await hub.lampThat("color", "colorTemperature");
  await hub.command(lamp.id, { on: true, colorTemperature: 3000 });
  await onPage(lampPlace(lamp.id), async (page) => {
    const white = page.getByRole("slider", { name: `${lamp.name} white` });
    await white.press("ArrowRight");
    await lampIs(lamp.id, ({ colorTemperature }) => Math.round((colorTemperature ?? 0) / 10), 301);
    const kelvin = page.getByLabel("Kelvin");
    await kelvin.fill("warm");
    await kelvin.press("Enter");
    expect(await kelvin.getAttribute("aria-invalid")).toBe("true");
    await kelvin.fill("4000");
    await kelvin.press("Enter");
    await lampIs(lamp.id, ({ colorTemperature }) => Math.round((colorTemperature ?? 0) / 10), 400);
    const hex = page.getByLabel("Hex");
    await hex.fill("#ffa040");
    await hex.press("Enter");
    await lampIs(lamp.id, ({ color }) => Math.round((color?.x ?? 0) * 10), 5);
    const before = (await hub.light(lamp.id)).desired.color?.x;
    await page.getByRole("slider", { name: `${lamp.name} hue` }).press("PageUp");
    await expect.poll(async () => (await hub.light(lamp.id)).desired.color?.x).not.toBe(before);
  });
});

test("a room's slider and switch command the room", async () => {
  const lights = await hub.lights();
  const room = lights.find((light) => light.room !== null && light.capabilities.brightness)?.room ?? "";
  const lamps = lights.filter((light) => light.room === room);
  const dimmable = lamps.find((light) => light.capabilities.brightness);
  await hub.ask("PUT", `/rooms/${room}/state`, { on: true, brightness: 30 });
  await onPage("#/home", async (page) => {
    const card = page.locator(`[data-room="${room}"]`);
    await card.getByRole("slider").press("PageUp");
    await expect
      .poll(async () => (await hub.light(dimmable?.id ?? "")).desired.brightness)
      .toBeGreaterThan(30);
    await card.getByRole("switch").click();
    for (const { id } of lamps) await lampIs(id, ({ on }) => on, false);
    await shows(card.getByRole("switch"), "aria-checked", "false");
  });
});

test("what another client does is on the page at once, without a reload", async () => {
  const lamp = await hub.lampThat("color", "colorTemperature");
  await hub.command(lamp.id, { on: false });
  await onPage("#/home", async (page) => {
    await shows(switchOf(page, lamp.id), "aria-pressed", "false");
    await hub.command(lamp.id, { on: true, brightness: 55, colorTemperature: 2700 });
    await shows(switchOf(page, lamp.id), "aria-pressed", "true");
    await tileOf(page, lamp.id).getByText("55 %, warm white").waitFor();
  });
});

test("a fade does not bounce the slider: it stands where the lamp is going", async () => {
  const lamp = await hub.lampThat("brightness", "transition");
  await hub.command(lamp.id, { on: true, brightness: 10 });
  await onPage(lampPlace(lamp.id), async (page) => {
    const slider = page.getByRole("slider", { name: `${lamp.name} brightness` });
    const watching = await slider.evaluateHandle((element) => {
      const range = element as HTMLInputElement;
      const values = new Set([range.valueAsNumber]);
      const look = (): void => {
        values.add(range.valueAsNumber);
        if (range.isConnected) requestAnimationFrame(look);
      };
      look();
      return { values };
    });
    await hub.command(lamp.id, { brightness: 90, transition: 1 });
    await expect.poll(async () => (await hub.light(lamp.id)).reported?.brightness).toBeCloseTo(90, 0);
    expect(await watching.evaluate(({ values }) => [...values])).toEqual([10, 90]);
  });
});

test("why a lamp is as it is stands in its sheet, and on its own screen", async () => {
  const lamp = await hub.lampThat("brightness");
  await hub.command(lamp.id, { on: true, brightness: 61 });
  await onPage(lampPlace(lamp.id), async (page) => {
    await page.locator(".chain__step").first().getByText("61 %").waitFor();
    await page.locator(".chain__step").first().getByText("confirmed after").waitFor();
    await page.goto(`${hub.app}#/why`);
    await page
      .getByRole("listitem")
      .filter({ hasText: lamp.name })
      .filter({ hasText: "61 %" })
      .first()
      .waitFor();
  });
});

test("sensors are there with their readings", async () => {
  const { data } = await hub.ask<{ data: readonly Shape<"Device">[] }>("GET", "/devices");
  const sensors = data.filter(({ kind }) => kind === "sensor");
  expect(sensors.length).toBeGreaterThan(0);
  await onPage("#/devices", async (page) => {
    for (const { id, name } of sensors) {
      await page.locator(`[data-sensor="${id}"] strong`).getByText(name, { exact: true }).waitFor();
    }
  });
});

test("a lamp that has lost its mains says so on its tile, and comes back", async () => {
  const lamp = await hub.lampThat("brightness");
  await hub.command(lamp.id, { on: true });
  await onPage("#/home", async (page) => {
    await hub.ask("POST", `/sim/devices/${lamp.id}/unplug`);
    await tileOf(page, lamp.id).getByText("Does not answer").waitFor();
    await hub.ask("POST", `/sim/devices/${lamp.id}/plug`);
    await tileOf(page, lamp.id).getByText("Does not answer").waitFor({ state: "detached" });
    expect(await switchOf(page, lamp.id).getAttribute("aria-pressed")).toMatch(/true|false/);
  });
}, 60_000);

test.each([
  ["over the screen", 360],
  ["beside the screen", 1280],
])(
  "the lamp sheet %s closes with Escape and gives the keyboard back to where it was",
  async (_where, width) => {
    const lamp = await hub.lampThat("brightness");
    await onPage(
      "#/home",
      async (page) => {
        const link = tileOf(page, lamp.id).getByRole("link");
        await link.press("Enter");
        await page.getByRole("dialog").waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
      },
      { width },
    );
  },
);

test("the keyboard stays where it is when the window grows or shrinks", async () => {
  const lamp = await hub.lampThat("brightness");
  await onPage(
    "#/home",
    async (page) => {
      const link = tileOf(page, lamp.id).getByRole("link");
      const columns = page.locator(".columns__one");
      await link.focus();
      for (const [width, count] of [
        [800, 2],
        [500, 1],
        [1280, 3],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        await columns.nth(count - 1).waitFor();
        await columns.nth(count).waitFor({ state: "detached" });
        expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
      }
    },
    { width: 1280 },
  );
});
