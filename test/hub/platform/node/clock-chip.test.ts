import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Instant } from "../../../../hub/domain/units.ts";
import { chipAgrees } from "../../../../hub/platform/node/clock-chip.ts";

const now = Date.UTC(2026, 10, 27, 5) as Instant;

test.each([
  ["the time, a minute off", `${now / 1_000 + 60}\n`, true],
  ["an hour off", `${now / 1_000 + 3_600}\n`, false],
  ["the beginning of 2000, as after a dead battery", `${Date.UTC(2000, 0, 1) / 1_000}\n`, false],
  ["nothing", "", false],
  ["noise", "twelve", false],
])("a clock chip that shows %s", (_shows, content, agrees) => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  try {
    writeFileSync(join(folder, "since_epoch"), content);
    expect(chipAgrees(now, join(folder, "since_epoch"))).toBe(agrees);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a machine without a clock chip has nobody to vouch", () => {
  expect(chipAgrees(now, join(tmpdir(), "no", "such", "chip"))).toBe(false);
});
