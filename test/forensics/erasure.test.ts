import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyBytes } from "../../hub/crypto/envelope.ts";
import { requireProgram } from "../support/programs.ts";
import { attack } from "./support/attack.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type Erasure, exposed, type HomeLoot, liveErasure, lootOf } from "./support/home-loot.ts";

/** One of three people is erased; everything ever written is attacked with every 32 bytes in a row of what is left. */

let root: string;
let home: Erasure;
let loot: HomeLoot;

beforeAll(async () => {
  requireProgram("strace");
  root = fastFolder();
  home = await liveErasure(root, "none");
  loot = lootOf(home, root);
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("what is left opens nothing of the erased person's, and everything of the others'", {
  timeout: 300_000,
}, () => {
  const opened = attack({ ...loot, haystacks: loot.left });
  expect(exposed(opened, [home.erased, ...home.others])).toEqual(home.others);
  const ofOthers = opened.filter(({ key }) => key.startsWith(home.others[0] ?? "-"));
  expect(new Set(ofOthers.map(({ collection }) => collection))).toEqual(
    new Set(["people", "phones", "presence", "rights"]),
  );
  expect(ofOthers.find(({ collection }) => collection === "people")?.plaintext.toString()).toContain(
    '"name":',
  );
});

test("of the erased person there was as much as of anybody", () => {
  const of = (person: string) => loot.records.filter(({ key }) => key.startsWith(person)).length;
  expect(of(home.erased)).toBeGreaterThanOrEqual(3);
});

test("a key file cannot promise more: who also saw the keys before the erasure has the person", () => {
  const opened = attack({ ...loot, haystacks: loot.everKept });
  expect(exposed(opened, [home.erased])).toEqual([home.erased]);
  expect(home.sanitization).toBe("clear");
});

test("a key that is left behind anywhere is found, wherever it begins", () => {
  const [, epochKey = Buffer.alloc(0)] = loot.everKept.filter(({ length }) => length === keyBytes);
  const stray = Buffer.concat([Buffer.from("left behind: "), epochKey, Buffer.from(".")]);
  expect(exposed(attack({ ...loot, haystacks: [stray] }), [home.erased])).toEqual([home.erased]);
});
