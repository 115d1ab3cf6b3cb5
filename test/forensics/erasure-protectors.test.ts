import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NodeSmallFiles } from "../../hub/platform/node/small-files.ts";
import { SystemEntropy } from "../../hub/platform/node/system-entropy.ts";
import { Tpm } from "../../hub/platform/node/tpm.ts";
import { openPassphrase } from "../../hub/vault/passphrase.ts";
import { TpmProtector } from "../../hub/vault/tpm-protector.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { Swtpm } from "../support/swtpm.ts";
import { attack } from "./support/attack.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type Erasure, exposed, type HomeLoot, liveErasure, lootOf, smallOf } from "./support/home-loot.ts";

/** The attack on an erased person where a secret or a chip holds the keys: the attacker has that too, and it still works. */

beforeAll(() => void requireProgram("strace"), 300_000);

const everybody = ({ erased, others }: Erasure): readonly string[] => [erased, ...others];

describe("under a passphrase that the attacker knows", () => {
  const root = fastFolder();
  let home: Erasure;
  let loot: HomeLoot;

  beforeAll(async () => {
    const passphrase = Buffer.from("correct horse battery staple");
    const file = join(root, "passphrase");
    writeFileSync(file, passphrase);
    const files = new NodeSmallFiles(join(root, "nowhere"));
    home = await liveErasure(root, "none", {
      protection: { protector: "passphrase", "passphrase-file": file },
      open: (protector) => openPassphrase(new SystemEntropy(), files, protector, passphrase),
    });
    loot = lootOf(home, root);
  }, 300_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("what is left opens nothing of the erased person's, and everything of the others'", () => {
    const opened = attack({ ...loot, haystacks: [...smallOf(loot.left), ...loot.live] });
    expect(exposed(opened, everybody(home))).toEqual(home.others);
  });

  test("without the passphrase nothing ever written opens anything", () => {
    const files = smallOf(loot.left);
    expect(attack({ ...loot, haystacks: files })).toEqual([]);
  });

  test("old files give the erased person's key to it, so the hub says clear", () => {
    expect(exposed(attack({ ...loot, haystacks: loot.everKept }), [home.erased])).toEqual([home.erased]);
    expect(home.sanitization).toBe("clear");
  });
});

describe("under a TPM that the attacker holds", () => {
  const root = fastFolder();
  let chip: Swtpm;
  let home: Erasure;
  let loot: HomeLoot;

  beforeAll(async () => {
    chip = await Swtpm.start();
    const files = new NodeSmallFiles(join(root, "nowhere"));
    home = await liveErasure(root, "none", {
      protection: { protector: "tpm" },
      environment: chip.environment,
      open: (file) => new TpmProtector(new SystemEntropy(), files, new Tpm(chip.environment), file),
    });
    loot = lootOf(home, root);
  }, 300_000);
  afterAll(async () => {
    await chip[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  test(`with every byte ever written and the chip 0 of the erased person's open, and all of the others' ${proves("M9", "GDPR:17", "ISVS:2.4.1")}`, () => {
    const opened = attack({ ...loot, haystacks: [...loot.everKept, ...smallOf(loot.left), ...loot.live] });
    expect(exposed(opened, everybody(home))).toEqual(home.others);
    expect(home.sanitization).toBe("purge");
  });

  test("the chip refuses the key of the epoch that is gone", () => {
    expect(loot.refusals).toContain("tpm_changed");
  });

  test("without the chip nothing ever written opens anything", () => {
    const written = loot.everKept.filter((bytes) => !loot.live.some((key) => key.equals(bytes)));
    expect(attack({ ...loot, haystacks: [...written, ...smallOf(loot.left)] })).toEqual([]);
  });
});
