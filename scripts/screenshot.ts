import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "./support/browser.ts";

/**
 * Takes the picture of the README from a running simulated home:
 *
 *     npm start -- --headless --ready-file home.json
 *     node scripts/screenshot.ts --ready-file home.json
 *
 * The lamps are lit for it; they stay so.
 */
const { values } = parseArgs({
  options: {
    "ready-file": { type: "string" },
    out: { type: "string", default: "docs/images/home.png" },
    place: { type: "string", default: "#/home" },
    scheme: { type: "string", default: "dark" },
    width: { type: "string", default: "1200" },
    height: { type: "string", default: "800" },
  },
});

interface Ready {
  readonly app: string;
  readonly api: { readonly url: string; readonly token: string };
}

interface Lamp {
  readonly id: string;
  readonly room: string | null;
  readonly capabilities: { readonly color?: unknown; readonly colorTemperature?: unknown };
}

const ready: Ready = JSON.parse(readFileSync(values["ready-file"] ?? "", "utf8"));

const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(`${ready.api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${ready.api.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
};

/** One evening: each room has a mood of its own, and not every lamp is on. */
const moods = [
  [
    { x: 0.57, y: 0.39 },
    { x: 0.42, y: 0.2 },
    { x: 0.22, y: 0.18 },
  ],
  [
    { x: 0.46, y: 0.41 },
    { x: 0.5, y: 0.41 },
  ],
  [
    { x: 0.2, y: 0.32 },
    { x: 0.18, y: 0.15 },
    { x: 0.28, y: 0.14 },
  ],
  [
    { x: 0.6, y: 0.35 },
    { x: 0.54, y: 0.4 },
  ],
  [
    { x: 0.25, y: 0.5 },
    { x: 0.19, y: 0.3 },
  ],
] as const;
const whites = [2200, 2700, 3000, 4000];
const levels = [85, 60, 100, 45, 72];

const light = async (): Promise<void> => {
  const { data: lamps } = (await ask("GET", "/lights")) as { data: readonly Lamp[] };
  const rooms = [...new Set(lamps.map(({ room }) => room))];
  await Promise.all(
    lamps.map(({ id, room, capabilities }, at) => {
      const mood = moods[rooms.indexOf(room) % moods.length] ?? moods[0];
      const tint = capabilities.color
        ? { color: mood[at % mood.length] }
        : capabilities.colorTemperature
          ? { colorTemperature: whites[at % whites.length] }
          : {};
      const command = { on: at % 4 !== 3, brightness: levels[at % levels.length], ...tint };
      return ask("PUT", `/lights/${id}/state?wait=reported`, command);
    }),
  );
};

await light();
const { code } = (await ask("POST", "/session/codes")) as { code: string };
const browser = await launchBrowser();
try {
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height) },
    colorScheme: values.scheme === "light" ? "light" : "dark",
  });
  await page.goto(`${ready.app}#code=${code}`);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.goto(`${ready.app}${values.place}`);
  await page.locator("h1").waitFor();
  await page.waitForTimeout(1_000);
  mkdirSync(dirname(values.out), { recursive: true });
  await page.screenshot({ path: values.out });
} finally {
  await browser.close();
}
