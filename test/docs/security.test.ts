import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Instant } from "../../hub/domain/units.ts";
import { hubConfig } from "../../hub/options.ts";
import { disclosurePolicy, securityContact, supportedUntil } from "../../hub/privacy/documents/support.ts";
import { Terminal } from "../app-sim/cli/terminal.ts";
import { DrivenHub } from "../forensics/support/driven-hub.ts";
import { scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";

const page = readFileSync("docs/security.md", "utf8");

/** What stands under a heading. */
const under = (heading: string): string =>
  page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";

/** What NIST IR 8425 asks documents to say, and where it is said. */
const asked = {
  "assumptions made in development": "What is assumed",
  "the product and its components": "What it is made of",
  interfaces: "Ways in",
  "capabilities and how they are met": "What it does about security",
  "where data is kept": "What is kept where",
  "what it costs the medium": "What it costs the medium",
  "how it is set up securely": "Setting it up safely",
  "how its state is checked": "Checking it",
  "maintenance, and whose it is": "Looking after it",
  "the support period and what comes after it": "Until when",
  "how reports and questions are received": "Telling us of a weakness",
  "how people are informed": "How you hear of things",
} as const;

/** Words without markup. */
const wordsIn = (text: string): number =>
  text.replace(/[|#*`\-[\]()]/g, " ").match(/\p{L}{2,}/gu)?.length ?? 0;

describe("the page about security", () => {
  test(`says everything that is asked of it ${proves("IR8425:Documentation")}`, () => {
    for (const [what, heading] of Object.entries(asked))
      expect(wordsIn(under(heading)), what).toBeGreaterThan(25);
  });

  test(`has the ports that a hub opens by itself, and those that it opens when it is told to ${proves("IR8425:Documentation")}`, () => {
    const rows = [...under("Ways in").matchAll(/^\| (\d+) +\| (\S+) +\|/gm)].map(([, port, at]) => [
      Number(port),
      at?.replaceAll("`", ""),
    ]);
    const { host, appPort, mqttHost, mqttPort, legacy, ...rest } = hubConfig({ data: "x" });
    expect(rows).toEqual([
      [appPort.port, host],
      [mqttPort.port, mqttHost],
      [1884, "nowhere"],
    ]);
    expect([legacy, Object.keys(rest).filter((name) => /port|listen/i.test(name))]).toEqual([undefined, []]);
    expect(hubConfig({ data: "x", "legacy-host": "192.0.2.1" }).legacy?.port).toBe(1884);
  });

  test(`has the files that a hub makes ${proves("IR8425:Documentation")}`, async () => {
    using folder = scratch();
    const hub = await DrivenHub.open(folder.path, Date.UTC(2026, 10, 27) as Instant);
    // Its own key is made when it is first needed, at the latest by a reset that it will sign.
    await hub.owner.call("requestReset", { body: { level: "factory" } });
    const files = readdirSync(folder.path).sort();
    await hub.close();
    const told = under("What is kept where");
    expect(files).toEqual([
      "device-key",
      "hub.db",
      "hub.db-wal",
      "hub.lock",
      "hub.lock-journal",
      "key-register",
      "keys",
    ]);
    expect(files.filter((file) => !told.includes(`\`${file}\``))).toEqual([]);
  });

  test(`has the period, the address and the times that the API tells ${proves("IR8425:Documentation", "IR8425:InformationReception")}`, () => {
    expect(under("Until when")).toContain(supportedUntil);
    const telling = under("Telling us of a weakness");
    expect(telling).toContain(securityContact.replace("mailto:", ""));
    const { acknowledgedWithinDays, statusEveryDays, fixedWithinDays } = disclosurePolicy;
    const days = [...telling.matchAll(/(\d+) days/g)].map(([, count]) => Number(count));
    expect(days).toEqual([acknowledgedWithinDays, statusEveryDays, fixedWithinDays]);
  });
});

describe("what it tells people to type", () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await Terminal.open();
  });
  afterAll(() => terminal.close());

  test(`does what it says: each command that checks a hub runs ${proves("IR8425:Documentation", "IR8425:Education")}`, async () => {
    const typed = [...under("Checking it").matchAll(/^lampkeeper (.+)$/gm)].map(([, words = ""]) => words);
    expect(typed.length).toBeGreaterThan(7);
    for (const words of typed) {
      const { code, stdout } = await terminal.type(words.split(" "));
      expect([words, code]).toEqual([words, 0]);
      expect(stdout.length, words).toBeGreaterThan(0);
    }
  });
});
