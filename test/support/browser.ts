import { inflateSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** A page that remembers everything that must not happen on it. */
export class WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and warnings, and what was thrown. */
  readonly complaints: string[] = [];
  /** Addresses asked for that are not the hub's. */
  readonly strangers: string[] = [];

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.context = context;
    this.page = page;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== origin) this.strangers.push(request.url());
    });
  }

  static async open(browser: Browser, app: string, options: PageOptions = {}): Promise<WatchedPage> {
    const { width = 1280, height = 900, scheme = "light", reducedMotion = "reduce" } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion,
    });
    return new WatchedPage(context, await context.newPage(), new URL(app).origin);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
}

/** The colour of one pixel of the page as it is drawn, `#rrggbb`. */
export const pixelAt = async (page: Page, x: number, y: number): Promise<string> => {
  const png = await page.screenshot({ clip: { x: Math.round(x), y: Math.round(y), width: 1, height: 1 } });
  return `#${firstPixel(png).toString("hex")}`;
};

/** Red, green and blue of a one-pixel PNG: after its filter byte the data are the pixel itself [PNG 3, 7.3]. */
const firstPixel = (png: Buffer): Buffer => {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return inflateSync(Buffer.concat(data)).subarray(1, 4);
};
