import { expect, test } from "vitest";
import { linkWords } from "../../../app-sim/web/model/words.ts";
import { linkKinds, linkReasons } from "../../../hub/domain/link-choice.ts";

test("of a lamp with two links it is said by which it is reached, and why, each in words of its own", () => {
  const said = linkKinds.flatMap((inUse) =>
    linkReasons.map((reason) => linkWords({ inUse, reason, since: "2026-06-21T20:00:00.000Z", links: [] })),
  );
  expect(new Set(said).size).toBe(linkKinds.length * linkReasons.length);
  expect(said).toContain("Reached over Bluetooth, as its network is lost.");
  expect(said.filter((text) => /undefined|mqtt|ble/.test(text))).toEqual([]);
});
