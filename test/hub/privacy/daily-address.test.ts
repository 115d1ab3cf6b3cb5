import { expect, test } from "vitest";
import { Instant } from "../../../hub/domain/units.ts";
import { answered } from "../../../hub/platform/sim/web-fetch.ts";
import { dailyHash, dayOf } from "../../../hub/privacy/daily-address.ts";
import { proves } from "../../support/proves.ts";
import { House } from "../api/house.ts";

const key = Buffer.alloc(32, 1);
const address = "203.0.113.77";

test(`an address is one name on a day and another on the next, and is not in it ${proves("A4")}`, () => {
  const hash = (day: string, of = address, by = key) => dailyHash(by, of, day);
  expect(hash("2026-11-27")).toBe(hash("2026-11-27"));
  expect(hash("2026-11-27")).toMatch(/^[0-9a-f]{16}$/);
  expect(hash("2026-11-28")).not.toBe(hash("2026-11-27"));
  expect(hash("2026-11-27", "203.0.113.78")).not.toBe(hash("2026-11-27"));
  // Who has no key cannot try all addresses.
  expect(hash("2026-11-27", address, Buffer.alloc(32, 2))).not.toBe(hash("2026-11-27"));
  expect(dayOf(Instant(Date.UTC(2026, 10, 27, 23, 59)))).toBe("2026-11-27");
});

test(`of a browser neither address, kind, language nor referring page is written anywhere ${proves("A3", "A4")}`, async () => {
  const house = new House();
  const headers = {
    authorization: `Bearer ${house.owner}`,
    "user-agent": "canary-agent",
    "accept-language": "canary-language",
    referer: "http://canary-site.test/",
    "x-forwarded-for": address,
  };
  for (const path of ["/lights", "/nowhere", "/people", "/session"])
    await answered(house.api.handle, new Request(`http://localhost/api/v1${path}`, { headers }), address);
  const written = JSON.stringify([house.log.lines, [...house.store.records].map(([, each]) => [...each])]);
  expect(written).not.toContain("canary");
  expect(written).not.toContain(address);
  house.close();
});
