import { expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { commonPasswords } from "../../../hub/domain/common-passwords.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { SessionService } from "../../../hub/people/session-service.ts";
import { SystemEntropy } from "../../../hub/platform/node/system-entropy.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse } from "./account-house.ts";

const names = ["admin", "owner", "root", "lampkeeper", "user", "guest"];

test(`of two hundred homes before their first account none lets anybody in by a password, and no two codes are the same ${proves("EN303645:5.1-1", "EN303645:5.1-2", "ISVS:2.1.10")}`, async () => {
  const codes = new Set<string>();
  let entered = 0;
  for (let image = 0; image < 200; image++) {
    const house = new AccountHouse();
    // That there is no password in it at all is why the second provision does not apply.
    expect([...house.store.collection("accounts").entries()]).toEqual([]);
    expect(house.people.list()).toEqual([]);
    const guesses = [
      names[image % names.length] ?? "",
      commonPasswords[image % commonPasswords.length] ?? "",
    ];
    for (const word of [...guesses, "admin", ""]) {
      const answer = await house.entering(guesses[0] ?? "", word);
      if (answer.status === 201) entered++;
      expect([401, 429]).toContain(answer.status);
      await house.clock.advance(Minutes(1));
    }
    const sessions = new SessionService(
      new VirtualClock(house.clock.now()),
      new SeededEntropy(new SeededRandom(10_000 + image)),
      new SyncEventBus(),
    );
    codes.add(sessions.issueCode({ role: "owner", scopes: new Set(["admin"]) }).code);
    house.close();
  }
  expect([entered, codes.size]).toEqual([0, 200]);
});

test(`codes of a first start have 128 bits of the system's own chance, evenly spread ${proves("EN303645:5.1-2")}`, () => {
  const house = new AccountHouse();
  const sessions = new SessionService(house.clock, new SystemEntropy(), new SyncEventBus());
  const bits = new Array<number>(128).fill(0);
  const drawn = 4_000;
  for (let at = 0; at < drawn; at++) {
    const bytes = Buffer.from(sessions.issueCode({ role: "owner", scopes: new Set() }).code, "base64url");
    expect(bytes).toHaveLength(16);
    for (let bit = 0; bit < 128; bit++)
      bits[bit] = (bits[bit] ?? 0) + (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1);
  }
  // Six standard deviations: one run in four million fails by chance.
  const most = 6 * Math.sqrt(drawn / 4);
  expect(bits.filter((ones) => Math.abs(ones - drawn / 2) > most)).toEqual([]);
  house.close();
});
