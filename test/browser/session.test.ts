import { expect, test } from "vitest";
import { WatchedPage } from "../support/browser.ts";
import { proves } from "../support/proves.ts";
import { authenticator } from "../support/signing-in.ts";
import { appUnderTest } from "./app-hub.ts";

const { hub, browser } = appUnderTest();

test("the printed link signs in once; its code stays neither in the address nor in a script's reach", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  const link = await hub.signInLink();
  await page.goto(link);
  await page.getByText("Live", { exact: true }).waitFor();
  expect(page.url()).toBe(hub.app);
  const cookies = await context.cookies();
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(watched.complaints).toEqual([]);
  expect(watched.strangers).toEqual([]);

  await using other = await WatchedPage.open(browser(), hub.app);
  await other.page.goto(link);
  await other.page.getByRole("alert").getByText("not valid any more").waitFor();
});

test("without a session the page asks who it is; the code of a link may be pasted", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  const box = page.getByLabel("One-time code");
  await box.fill("nonsense");
  await box.press("Enter");
  await page.getByRole("alert").getByText("not valid any more").waitFor();
  await box.fill((await hub.signInLink()).split("=")[1] ?? "");
  await page.getByRole("button", { name: "Use the code" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(20);
  await page.getByRole("button", { name: "Sign out Owner" }).waitFor();
});

const password = "three keys on a ring, ä";

/** A person who can sign in, as an owner adds one. */
const settled = async (name: string, body: object = {}): Promise<string> => {
  const { id } = await hub.ask<{ readonly id: string }>("POST", "/people", { name, ...body });
  await hub.send("PUT", `/people/${id}/password`, Buffer.from(password));
  return id;
};

test("somebody with an account signs in and out by keyboard alone, with a code once it is asked for", async () => {
  await settled("Ana", { role: "owner" });
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  await page.goto(hub.app);
  const { keyboard } = page;
  await page.getByLabel("Name", { exact: true }).focus();
  await keyboard.type("Ana");
  await keyboard.press("Tab");
  await keyboard.type("not the password");
  await keyboard.press("Enter");
  await page.getByRole("alert").getByText("Name, password or code is wrong.").waitFor();
  await keyboard.press("ControlOrMeta+A");
  await keyboard.type(password);
  await keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(20);
  await page.getByText("Ana", { exact: true }).waitFor();
  expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);

  const program = await hub.signInFor("Ana", password);
  const { uri } = await hub.ask<{ readonly uri: string }>("POST", "/account/totp", undefined, program);
  const show = authenticator(uri);
  await hub.send("POST", "/account/totp/confirm", Buffer.from(show(await hub.now())), program);

  await page.getByRole("button", { name: "Sign out Ana" }).focus();
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Lampkeeper" }).waitFor();
  expect(await page.locator(".tile").count()).toBe(0);
  expect(await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)))).toEqual(
    [],
  );
  await page.getByLabel("Name", { exact: true }).fill("Ana");
  await page.getByLabel("Password").fill(password);
  await keyboard.press("Enter");
  await page.getByRole("alert").getByText("Now the code that your authenticator shows.").waitFor();
  const box = page.getByLabel("Code", { exact: true });
  expect(await box.evaluate((input) => input === document.activeElement)).toBe(true);
  // The code of this half minute confirmed the authenticator; the next one is good already.
  await keyboard.type(show((await hub.now()) + 30_000));
  await keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();
  expect(watched.strangers).toEqual([]);
});

test("a guest finds chosen lamps and nothing else, and is out as soon as an owner says so", async () => {
  const [lamp] = await hub.lights();
  const id = await settled("Visitor", { role: "guest", lamps: [lamp?.id] });
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(hub.app);
  await page.getByLabel("Name", { exact: true }).fill("Visitor");
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(1);
  await page.getByText(lamp?.name ?? "", { exact: true }).waitFor();
  expect(await page.getByRole("navigation").getByRole("link").allTextContents()).toEqual(["Home", "Why"]);
  expect(watched.complaints.filter((each) => each.includes("403"))).toEqual([]);
  await hub.ask("DELETE", `/people/${id}/sessions`);
  await page.getByRole("heading", { name: "Lampkeeper" }).waitFor();
});

test("while the hub is away the page keeps the last values and greys them; when it is back, so is the page", async () => {
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await hub.visit(page);
  const lamps = await page.locator(".tile").count();
  const port = new URL(hub.app).port;
  await hub.stop();
  await page.getByText(/^Reconnecting in \d+ s$/).waitFor();
  expect(await page.locator(".tile").count()).toBe(lamps);
  expect(await page.locator("main").evaluate((main) => (main as HTMLElement).inert)).toBe(true);
  await page.getByText(/^Offline since \d\d:\d\d$/).waitFor({ timeout: 30_000 });

  await hub.start("--app-port", port);
  // Sessions end with the hub's process, so the page asks for a new link instead of trying for ever.
  await page.getByRole("heading", { name: "Lampkeeper" }).waitFor({ timeout: 40_000 });
  await page.goto(await hub.signInLink());
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(lamps);
}, 120_000);

test(`at a browser that others use too nothing is left after signing out ${proves("D18", "U27")}`, async () => {
  await settled("Kim");
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page, context } = watched;
  await page.goto(hub.app);
  await page.getByLabel("Name", { exact: true }).fill("Kim");
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Others use this browser too").check();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  // It has no age: the browser forgets it when it is closed.
  expect(await context.cookies()).toMatchObject([{ expires: -1, httpOnly: true }]);
  await page.evaluate(() => localStorage.setItem("canary", "left behind"));
  await page.getByRole("button", { name: /Sign out/ }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  expect(await context.cookies()).toEqual([]);
  const left = await page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
    document.cookie,
  ]);
  expect(left).toEqual([0, 0, 0, 0, ""]);
});

test(`a guest by the wall sees what they will see, comes in without a name and uses a scene ${proves("A6", "H46")}`, async () => {
  const [lamp] = (await hub.ask<{ readonly data: readonly { readonly id: string }[] }>("GET", "/lights"))
    .data;
  const scene = await hub.ask<{ readonly id: string }>("POST", "/scenes", {
    name: "Welcome",
    capture: lamp?.id,
  });
  const wanted = { kind: "wall", scenes: [scene.id], expiresIn: 3_600 };
  const { fragment } = await hub.ask<{ readonly fragment: string }>("POST", "/guest/passes", wanted);
  await using watched = await WatchedPage.open(browser(), hub.app);
  const { page } = watched;
  await page.goto(`${hub.app}${fragment}`);
  await page.getByText("You will see and switch Welcome.").waitFor();
  expect(page.url()).toBe(hub.app);
  await page.getByRole("button", { name: "Come in" }).click();
  await page.getByRole("button", { name: "Welcome" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator(".tile").count()).toBe(0);
  expect(watched.strangers).toEqual([]);
});
