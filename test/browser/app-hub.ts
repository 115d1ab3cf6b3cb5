import { rmSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { launchBrowser } from "../../scripts/support/browser.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { signIn } from "../support/signing-in.ts";

type Light = Shape<"Light">;

/** The hub that serves the page under test: the real one, as a process, with a simulated home. */
export class AppHub {
  readonly #folder = scratch();
  #process: HubProcess | undefined;

  async start(...options: readonly string[]): Promise<void> {
    this.#process = await HubProcess.start(this.#folder.path, "--bulbs", "20", "--sensors", "6", ...options);
  }

  get #running(): HubProcess {
    if (this.#process === undefined) throw new Error("the hub is not running");
    return this.#process;
  }

  get app(): string {
    return this.#running.ready.app;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder.path, { recursive: true, force: true });
  }

  /** @param token absent: the owner's of this run */
  async ask<Answer>(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
    const answer = await this.#running.api(method, path, body, token);
    if (answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Answer;
  }

  /** As `ask`, with a body of bytes. */
  async send(
    method: string,
    path: string,
    bytes: Uint8Array,
    token?: string,
  ): Promise<Record<string, unknown>> {
    const { status, body } = await this.#running.send(method, path, bytes, token);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** A token of somebody who has signed in. */
  async signInFor(name: string, password: string): Promise<string> {
    return `${(await this.send("POST", "/session?as=token", signIn(name, password)))["token"]}`;
  }

  /** By the hub's clock, milliseconds since 1970. */
  async now(): Promise<number> {
    return Date.parse((await this.ask<{ readonly now: string }>("GET", "/clock")).now);
  }

  async lights(): Promise<readonly Light[]> {
    return (await this.ask<{ data: readonly Light[] }>("GET", "/lights")).data;
  }

  light(id: string): Promise<Light> {
    return this.ask("GET", `/lights/${id}`);
  }

  /** Commands a lamp as another client would, and waits until the lamp has confirmed it. */
  command(id: string, command: unknown): Promise<Light> {
    return this.ask("PUT", `/lights/${id}/state?wait=reported`, command);
  }

  /** A lamp that can do all of this. */
  async lampThat(...abilities: readonly (keyof Light["capabilities"])[]): Promise<Light> {
    const found = (await this.lights()).find(({ capabilities }) =>
      abilities.every((ability) => capabilities[ability] !== undefined),
    );
    if (found === undefined) throw new Error(`no lamp with ${abilities.join(", ")}`);
    return found;
  }

  /** The link that the hub prints at its start: a new one each time. */
  async signInLink(place = ""): Promise<string> {
    const { code } = await this.ask<{ code: string }>("POST", "/session/codes");
    return `${this.app}${place}#code=${code}`;
  }

  /** Opens a place of the app, signed in. */
  async visit(page: Page, place = "#/home"): Promise<void> {
    await page.goto(await this.signInLink());
    await page.getByText("Live", { exact: true }).waitFor();
    await page.goto(`${this.app}${place}`);
    await page.locator("h1").waitFor();
  }
}

/** Where a lamp's sheet is open beside the rooms. */
export const lampPlace = (lamp: string): string => ["#", "home", lamp].join("/");

/** A hub and a browser for the tests of one file. */
export const appUnderTest = (
  ...options: readonly string[]
): { readonly hub: AppHub; readonly browser: () => Browser } => {
  const hub = new AppHub();
  let browser: Browser | undefined;
  beforeAll(async () => {
    [browser] = await Promise.all([launchBrowser(), hub.start(...options)]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await hub.close();
  });
  return {
    hub,
    browser: () => {
      if (browser === undefined) throw new Error("the browser is not open yet");
      return browser;
    },
  };
};
