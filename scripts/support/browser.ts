import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packed = join(root, "node_modules", "@sparticuz", "chromium");
const cache = join(root, "node_modules", ".cache", "lampkeeper");

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

/**
 * Chromium, unpacked once. The package itself unpacks in place and takes whatever lies there for whole, so two test
 * workers on a fresh machine would start half a browser; a rename is all or nothing.
 */
const executable = async (): Promise<string> => {
  const { version } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as { version: string };
  const file = join(cache, `chromium-${version}`);
  if (existsSync(file)) return file;
  const part = `${file}.${process.pid}`;
  await pipeline(
    createReadStream(join(packed, "bin", "chromium.br")),
    createBrotliDecompress(),
    createWriteStream(part, { mode: 0o700 }),
  );
  renameSync(part, file);
  return file;
};

/** Only the fonts of this repository, so that a page looks the same on a machine that has none and one that has many. */
const fontSettings = (): string => {
  const file = join(cache, `fonts-${process.pid}.conf`);
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig><dir>${join(root, "app-sim", "web", "fonts")}</dir><cachedir>${join(cache, "fonts")}</cachedir></fontconfig>`,
  );
  const settled = join(cache, "fonts.conf");
  renameSync(file, settled);
  return settled;
};

/** A real Chromium from the lockfile; the caller closes it. */
export const launchBrowser = async (): Promise<Browser> => {
  mkdirSync(cache, { recursive: true });
  return chromium.launch({
    executablePath: await executable(),
    args: launchArguments,
    env: { ...process.env, FONTCONFIG_FILE: fontSettings() },
  });
};
