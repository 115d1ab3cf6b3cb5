import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/**
 * Our own arguments: the package's defaults switch off web security and site isolation, which is just what is to be
 * looked at. `--no-sandbox` because it may run as root in a container.
 */
const launchArguments = [
  "--no-sandbox",
  "--headless=shell",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real Chromium from the lockfile; the caller closes it. */
export const launchBrowser = async (): Promise<Browser> =>
  playwright.launch({ executablePath: await chromium.executablePath(), args: launchArguments });
