import { describe, expect, test } from "vitest";
import { typed } from "./terminal.ts";

interface Answer {
  readonly place: { readonly latitude: number; readonly longitude: number };
  readonly zone: string;
  readonly events: readonly { readonly event: string; readonly time: string; readonly solarDate: string }[];
}

const berlin = ["--place", "52.52,13.405", "--zone", "Europe/Berlin"];
const reykjavik = ["--place", "64.1466,-21.9426", "--zone", "Atlantic/Reykjavik"];

const answered = async (...words: readonly string[]): Promise<Answer> => {
  const { code, stdout, stderr } = await typed(["sun", ...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return (JSON.parse(stdout) as { data: Answer }).data;
};

describe("lampkeeper sun", () => {
  test("has all events of a civil day in order, in UTC with tenths, and needs no hub", async () => {
    const { events, place, zone } = await answered(...berlin, "--date", "2026-03-20");
    expect(place).toEqual({ latitude: 52.52, longitude: 13.405 });
    expect(zone).toBe("Europe/Berlin");
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        "astronomical_dawn",
        "nautical_dawn",
        "civil_dawn",
        "sunrise",
        "solar_noon",
        "sunset",
        "civil_dusk",
        "nautical_dusk",
        "astronomical_dusk",
      ]),
    );
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort());
    for (const time of times) expect(time).toMatch(/^2026-03-\d\dT\d\d:\d\d:\d\d\.\dZ$/);
  });

  test("a civil day may have an event twice, of two solar days, and another day none", async () => {
    const sunsets = async (date: string) =>
      (await answered(...reykjavik, "--date", date)).events.filter(({ event }) => event === "sunset");
    expect((await sunsets("2026-06-29")).map(({ solarDate }) => solarDate)).toEqual([
      "2026-06-28",
      "2026-06-29",
    ]);
    expect(await sunsets("2026-06-15")).toEqual([]);
  });

  test("--days goes on from there", async () => {
    const { events } = await answered(...berlin, "--date", "2026-12-30", "--days", "4");
    expect(events.filter(({ event }) => event === "sunrise").map(({ solarDate }) => solarDate)).toEqual([
      "2026-12-30",
      "2026-12-31",
      "2027-01-01",
      "2027-01-02",
    ]);
  });

  test("southern and western places are negative", async () => {
    const { place } = await answered("--place", "-33.87,-70.65", "--zone", "America/Santiago");
    expect(place).toEqual({ latitude: -33.87, longitude: -70.65 });
  });

  test("people see the clocks of the place", async () => {
    const { stdout } = await typed(["sun", ...berlin, "--date", "2026-06-21"]);
    expect(stdout).toMatch(/^LOCAL TIME +EVENT +UTC +SOLAR DATE\n/);
    expect(stdout).toMatch(/2026-06-21 04:43:\d\d +sunrise +2026-06-21T02:43:\d\d\.\dZ +2026-06-21/);
  });

  test("a date that the zone jumped over has none", async () => {
    const apia = ["--place", "-13.8333,-171.7667", "--zone", "Pacific/Apia", "--date", "2011-12-30"];
    expect((await answered(...apia)).events).toEqual([]);
    expect((await typed(["sun", ...apia])).stdout).toBe("Pacific/Apia has no 2011-12-30\n");
  });

  test("coordinates that contradict the zone are remarked upon", async () => {
    const { code, stderr } = await typed([
      "sun",
      "--place",
      "13.405,52.52",
      "--zone",
      "Europe/Berlin",
      "--date",
      "2026-06-21",
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/highest at 10:31/);
    expect(stderr).toContain("swapped");
  });

  test.each([
    ["no place", [], /--place LAT,LON/],
    ["half a place", ["--place", "52.52"], /latitude and longitude/],
    ["words for a place", ["--place", "here,there"], /number/],
    ["not a number", ["--place", "NaN,13"], /number/],
    ["a latitude out of range", ["--place", "-95,200", "--zone", "UTC"], /-90 to 90/],
    ["a longitude out of range", ["--place", "52,200", "--zone", "UTC"], /-180 to 180/],
    [
      "swapped coordinates",
      ["--place", "151.2,-33.87", "--zone", "Australia/Sydney"],
      /did you mean -33.87,151.2/,
    ],
    ["an unknown zone", ["--place", "52,13", "--zone", "Europe/Berln"], /Europe\/Berlin/],
    ["an offset for a zone", ["--place", "52,13", "--zone", "+02:00"], /no time zone/],
    ["30 February", [...berlin, "--date", "2026-02-30"], /YYYY-MM-DD/],
    ["29 February of a common year", [...berlin, "--date", "2027-02-29"], /YYYY-MM-DD/],
    ["a date of another form", [...berlin, "--date", "21.6.2026"], /YYYY-MM-DD/],
    ["no day", [...berlin, "--days", "0"], /1 to 400/],
    ["too many days", [...berlin, "--days", "100000"], /1 to 400/],
  ])("2: %s", async (_, words, said) => {
    const { code, stdout, stderr } = await typed(["sun", ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(said);
  });
});
