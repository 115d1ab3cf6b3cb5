import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkCertificate } from "../../app-sim/verify/certificate-check.ts";
import { checkWipe } from "../../app-sim/verify/wipe-check.ts";
import type { ResetLevel } from "../../hub/domain/reset.ts";
import { NodeSmallFiles } from "../../hub/platform/node/small-files.ts";
import { SystemEntropy } from "../../hub/platform/node/system-entropy.ts";
import { Tpm } from "../../hub/platform/node/tpm.ts";
import { openPassphrase } from "../../hub/vault/passphrase.ts";
import { TpmProtector } from "../../hub/vault/tpm-protector.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { Swtpm } from "../support/swtpm.ts";
import { resetChallenge, resetProgram } from "./support/after-reset.ts";
import { attack, type Opened } from "./support/attack.ts";
import { noSuchIndex, placesEverIn, saidOf } from "./support/chip-places.ts";
import { familyWords } from "./support/family.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type HomeLoot, type KeyHold, lootOf, type WatchedHome, watched } from "./support/home-loot.ts";

/**
 * A family's hub after a factory reset or a hand over, attacked by somebody who has every byte that was ever written, what is left, and
 * the key that opened the database: what lies in it is sealed once more, and that has to hold alone.
 */

beforeAll(() => void requireProgram("strace"), 300_000);

interface Told {
  readonly databaseKey: string;
  readonly device: { readonly publicKey: string; readonly counter: number };
}

class ResetHub {
  readonly root = fastFolder();
  home!: WatchedHome & Told;
  loot!: HomeLoot;

  async live(hold?: KeyHold, level: ResetLevel = "factory"): Promise<void> {
    this.home = await watched<Told>(resetProgram, this.root, [level], hold);
    this.loot = lootOf(this.home, this.root, Buffer.from(this.home.databaseKey, "hex"));
  }

  get certificate(): string {
    return readFileSync(join(this.home.folder, "reset-certificate"), "utf8");
  }

  attackedWith(haystacks: readonly Buffer[]): readonly Opened[] {
    return attack({ ...this.loot, haystacks });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What there is to be had, each once: a value that was written again is no other record. The version is for everybody. */
const placesOf = (records: HomeLoot["records"]): readonly string[] => [
  ...new Set(
    records.flatMap(({ collection, key }) => (collection === "schema" ? [] : [`${collection}/${key}`])),
  ),
];

/** As many as a furnished home has at least. */
const fewestPlaces = 16;

const expectCertified = ({ home, certificate }: ResetHub, description: "Clear" | "Purge"): void => {
  const { device } = home;
  const deviceKey = Buffer.from(device.publicKey, "hex");
  const expected = { deviceKey, counter: device.counter, challenge: resetChallenge };
  expect(checkCertificate(certificate, expected)).toMatchObject({
    isGood: true,
    certificate: { sanitization: { description }, verification: { result: "passed", left: 0 } },
  });
};

const expectNoWord = ({ home }: ResetHub): void => {
  expect(checkWipe([home.folder], familyWords).leftovers).toEqual([]);
};

describe("keys in files", { timeout: 120_000 }, () => {
  const hub = new ResetHub();
  beforeAll(() => hub.live(), 300_000);
  afterAll(() => hub.dispose());

  test("0 are recovered with what is left", () => {
    expect(hub.attackedWith(hub.loot.left)).toEqual([]);
    expectNoWord(hub);
  });

  test("control: with every byte ever written everything is recovered, so the certificate says clear", () => {
    const opened = hub.attackedWith(hub.loot.everKept);
    expect(placesOf(opened)).toEqual(placesOf(hub.loot.records));
    expectCertified(hub, "Clear");
  });
});

describe("keys under a passphrase", { timeout: 120_000 }, () => {
  const hub = new ResetHub();
  const passphrase = Buffer.from("correct horse battery staple");

  beforeAll(async () => {
    const file = join(hub.root, "passphrase");
    writeFileSync(file, passphrase);
    const files = new NodeSmallFiles(join(hub.root, "nowhere"));
    await hub.live({
      protection: { protector: "passphrase", "passphrase-file": file },
      open: (protector) => openPassphrase(new SystemEntropy(), files, protector, passphrase),
    });
  }, 300_000);
  afterAll(() => hub.dispose());

  test("0 are recovered with what is left, nor with every byte ever written by who has not the passphrase", () => {
    const { left, everWritten } = hub.loot;
    expect(hub.attackedWith([...everWritten, ...left])).toEqual([]);
    expectNoWord(hub);
  });

  test("who has both passphrase and old bytes recovers it, so the certificate says clear", () => {
    expect(placesOf(hub.attackedWith(hub.loot.given))).toEqual(placesOf(hub.loot.records));
    expectCertified(hub, "Clear");
  });
});

const heldIn = (chip: Swtpm, { root }: ResetHub): KeyHold => {
  const files = new NodeSmallFiles(join(root, "nowhere"));
  return {
    protection: { protector: "tpm" },
    environment: chip.environment,
    open: (file) => new TpmProtector(new SystemEntropy(), files, new Tpm(chip.environment), file),
  };
};

describe("keys in a TPM", { timeout: 120_000 }, () => {
  const hub = new ResetHub();
  let chip: Swtpm;

  beforeAll(async () => {
    chip = await Swtpm.start();
    await hub.live(heldIn(chip, hub));
  }, 300_000);
  afterAll(async () => {
    await chip[Symbol.asyncDispose]();
    hub.dispose();
  });

  test(`0 are recovered with every byte ever written, what is left, and the chip ${proves("M2", "H47", "ISVS:2.4.1")}`, () => {
    const { everKept, left } = hub.loot;
    expect(hub.attackedWith([...everKept, ...left])).toEqual([]);
    expect(placesOf(hub.loot.records).length).toBeGreaterThanOrEqual(fewestPlaces);
    expectNoWord(hub);
    expectCertified(hub, "Purge");
  });

  test("the chip says of every place it was ever told to keep a key at that there is none", () => {
    const places = placesEverIn(hub.loot.everWritten);
    expect(places.size).toBeGreaterThanOrEqual(2);
    for (const place of places) expect(saidOf(chip, place)).toMatch(noSuchIndex);
    expect(new Set(hub.loot.refusals)).toEqual(new Set(["tpm_changed"]));
  });

  test("what counts its resets is all that the chip keeps, and answers", () => {
    const tpm = new Tpm(chip.environment);
    const [counter = 0, ...others] = tpm.places();
    expect(others).toEqual([]);
    expect(tpm.counter(counter)).toBeGreaterThan(0);
  });
});

describe("handed over, keys in files", { timeout: 120_000 }, () => {
  const hub = new ResetHub();
  beforeAll(() => hub.live(undefined, "hand-over"), 300_000);
  afterAll(() => hub.dispose());

  test("0 are recovered with what is left, the new keys among it", () => {
    expect(hub.attackedWith(hub.loot.left)).toEqual([]);
    expectNoWord(hub);
  });

  test("control: with every byte ever written everything is recovered, so the certificate says clear", () => {
    expect(placesOf(hub.attackedWith(hub.loot.everKept))).toEqual(placesOf(hub.loot.records));
    expectCertified(hub, "Clear");
  });
});

describe("handed over, keys in a TPM", { timeout: 120_000 }, () => {
  const hub = new ResetHub();
  let chip: Swtpm;

  beforeAll(async () => {
    chip = await Swtpm.start();
    await hub.live(heldIn(chip, hub), "hand-over");
  }, 300_000);
  afterAll(async () => {
    await chip[Symbol.asyncDispose]();
    hub.dispose();
  });

  test("0 are recovered with every byte ever written, what is left, and the chip with the new keys", () => {
    const { everKept, left, live } = hub.loot;
    expect(live).toHaveLength(2);
    expect(hub.attackedWith([...everKept, ...left])).toEqual([]);
    expect(placesOf(hub.loot.records).length).toBeGreaterThanOrEqual(fewestPlaces);
    expectCertified(hub, "Purge");
  });
});
