import { expect, test } from "vitest";
import type { PersonId } from "../../hub/domain/ids.ts";
import { StoreFailed } from "../../hub/domain/store-errors.ts";
import { AccountHub } from "../support/account-hub.ts";
import { proves } from "../support/proves.ts";

const purpose = "presence";
const said = { way: "account" } as const;

/** Gives and takes back in turn; what was acknowledged last, and what was under way when the power went. */
const decideUntilCut = (
  hub: AccountHub["hub"],
  ana: PersonId,
): { given: boolean; under: boolean; cut: boolean } => {
  const { consents } = hub.privacy;
  let given = false;
  for (let turn = 0; turn < 12; turn++) {
    const under: boolean = !given;
    try {
      if (under) consents.give(purpose, ana, consents.informs(purpose), said);
      else consents.withdraw(purpose, ana, said);
    } catch {
      return { given, under, cut: true };
    }
    given = under;
  }
  return { given, under: given, cut: false };
};

test(`what was acknowledged is there after a power cut at any write, in a book that verifies ${proves("EN303645:6-3B", "H41")}`, async () => {
  let cuts = 0;
  for (let at = 1; at <= 48; at++) {
    const before = await AccountHub.open();
    const ana = before.hub.people.add({ name: "Ana" }).id;
    before.disk.setFaults({ unsynced: "garbled", powerCutAt: at });
    const { given, under, cut } = decideUntilCut(before.hub, ana);
    await before.close().catch(() => undefined);
    before.disk.powerCut();
    before.disk.setFaults({});
    const after = await AccountHub.open(before);
    const { consents, books } = after.hub.privacy;
    const allowed = consents.allows(purpose, ana);
    expect({ at, allowed: allowed === given || (cut && allowed === under) }).toEqual({ at, allowed: true });
    const verdict = books.verify().find(({ book }) => book === "consents")?.verdict;
    expect({ at, sound: verdict?.sound }).toEqual({ at, sound: true });
    await after.close();
    cuts += Number(cut);
  }
  expect(cuts).toBeGreaterThan(5);
});

test("a disk that refuses keeps nobody from taking it back: it counts at once, and the caller hears that it is not written", async () => {
  const home = await AccountHub.open();
  const ana = home.hub.people.add({ name: "Ana" }).id;
  const { consents } = home.hub.privacy;
  consents.give(purpose, ana, consents.informs(purpose), said);
  home.disk.setFaults({ readOnly: true });
  expect(() => consents.withdraw(purpose, ana, said)).toThrow(StoreFailed);
  expect(consents.allows(purpose, ana)).toBe(false);
  expect(() => consents.give(purpose, ana, consents.informs(purpose), said)).toThrow(StoreFailed);
  expect(() => consents.limit(true, ana, said)).toThrow(StoreFailed);
  expect([consents.allows(purpose, ana), consents.isLimited(ana)]).toEqual([false, true]);
  expect(consents.entries(ana)).toHaveLength(1);
  home.disk.setFaults({});
  consents.withdraw(purpose, ana, said);
  consents.limit(true, ana, said);
  await home.close();
  const after = await AccountHub.open(home);
  const kept = after.hub.privacy.consents;
  expect([kept.stateOf(purpose, ana), kept.isLimited(ana)]).toEqual(["withdrawn", true]);
  await after.close();
});
