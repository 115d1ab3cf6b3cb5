import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pages } from "../../scripts/support/pages.ts";
import { testUnless } from "../support/not-run.ts";

test.each(Object.entries(pages()))("%s is what the code says; npm run docs writes it anew", (file, text) => {
  expect(readFileSync(file, "utf8")).toBe(text);
});

const noMan = existsSync("/usr/bin/man") ? undefined : "man is not on this machine";

testUnless(noMan, "the manual page has no errors", () => {
  const said = execFileSync("man", ["--warnings=w", "-l", "docs/man/lampkeeper.1"], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "80", MAN_KEEP_STDERR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(said).toContain("lampkeeper lamp set [lamps...] [options]");
});
