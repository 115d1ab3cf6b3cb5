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
 * The lamps are lit and a few scenes are made for it; they stay.
 */
const { values } = parseArgs({
  options: {
    "ready-file": { type: "string" },
    out: { type: "string", default: "docs/images/home.png" },
    place: { type: "string", default: "#/home" },
    scheme: { type: "string", default: "dark" },
    width: { type: "string", default: "1200" },
    height: { type: "string", default: "1040" },
  },
});

interface Ready {
  readonly app: string;
  readonly api: { readonly url: string; readonly token: string };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Lamp extends Named {
  readonly room: string | null;
  readonly capabilities: { readonly color?: unknown; readonly colorTemperature?: unknown };
  readonly desired: object;
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

type Tint = { readonly colorTemperature: number } | { readonly color: { x: number; y: number } };
const white = (kelvin: number): Tint => ({ colorTemperature: kelvin });
const color = (x: number, y: number): Tint => ({ color: { x, y } });

/** One evening: each room, in the order of the page, has a mood of its own. */
const moods: readonly (readonly Tint[])[] = [
  [white(2200)],
  [white(4200), white(3600)],
  [color(0.39, 0.19), color(0.24, 0.16), color(0.19, 0.2)],
  [white(2400), white(2700)],
  [white(2300)],
  [white(3800), white(3000), color(0.2, 0.36)],
  [color(0.57, 0.39), color(0.45, 0.24), color(0.24, 0.14), white(2400), color(0.52, 0.42)],
  [color(0.19, 0.44), color(0.18, 0.24)],
];
const levels = [85, 55, 100, 40, 70];
const evening = [
  { name: "Film night", room: 6 },
  { name: "Reading", room: 6 },
  { name: "Wind down", room: 2 },
  { name: "Dinner", room: 3 },
] as const;
const wholeHome = ["Welcome home", "Good night"] as const;

const list = async <Thing>(path: string): Promise<readonly Thing[]> =>
  ((await ask("GET", path)) as { data: readonly Thing[] }).data;

/** What a lamp can show of a tint: a lamp without colour is warm white. */
const shownBy = ({ capabilities }: Lamp, tint: Tint): Tint | undefined => {
  if ("color" in tint) {
    if (capabilities.color) return tint;
    return capabilities.colorTemperature ? white(2700) : undefined;
  }
  return capabilities.colorTemperature ? tint : undefined;
};

const light = async (rooms: readonly Named[]): Promise<void> => {
  const lamps = await list<Lamp>("/lights");
  await Promise.all(
    rooms.flatMap(({ id: room }, at) =>
      lamps
        .filter((lamp) => lamp.room === room)
        .map((lamp, place) => {
          const mood = moods[at % moods.length] ?? [white(2700)];
          const tint = shownBy(lamp, mood[place % mood.length] ?? white(2700));
          const command = {
            on: (at + place) % 5 !== 4,
            brightness: levels[(at + place) % levels.length],
            ...tint,
          };
          return ask("PUT", `/lights/${lamp.id}/state?wait=reported`, command);
        }),
    ),
  );
};

/** Scenes as the lamps are now; those that are there already stay. */
const addScenes = async (rooms: readonly Named[]): Promise<void> => {
  const known = new Set((await list<Named>("/scenes")).map(({ name }) => name));
  const states = Object.fromEntries((await list<Lamp>("/lights")).map(({ id, desired }) => [id, desired]));
  for (const { name, room } of evening) {
    if (!known.has(name) && rooms[room]) await ask("POST", "/scenes", { name, room: rooms[room].id });
  }
  for (const name of wholeHome) {
    if (!known.has(name)) await ask("POST", "/scenes", { name, room: null, states });
  }
};

const rooms = [...(await list<Named>("/rooms"))].sort((a, b) => a.name.localeCompare(b.name));
await light(rooms);
await addScenes(rooms);
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
