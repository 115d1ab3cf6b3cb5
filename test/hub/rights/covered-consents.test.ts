import { expect, test } from "vitest";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { CoveredConsents } from "../../../hub/rights/covered-consents.ts";
import { PlainConsents } from "../../support/plain-consents.ts";
import { proves } from "../../support/proves.ts";

const ana = "p-aaaaaaaaaaaa" as PersonId;

test(`a use that the notice now says more of rests until that is accepted ${proves("U43", "Z30", "D21")}`, () => {
  const consents = new PlainConsents();
  const covered = new Set<string>(["insights", "assistant"]);
  const under = new CoveredConsents(consents, { covers: (_, purpose) => covered.has(purpose) });
  consents.give("insights", ana);
  consents.give("owner-broker");
  expect([under.allows("insights", ana), under.allows("owner-broker")]).toEqual([true, true]);
  covered.delete("insights");
  expect([under.allows("insights", ana), consents.allows("insights", ana)]).toEqual([false, true]);
  covered.add("insights");
  expect([under.allows("insights", ana), under.allows("assistant", ana)]).toEqual([true, false]);
});

test("withdrawals are heard through it", () => {
  const consents = new PlainConsents();
  const heard: boolean[] = [];
  const stop = new CoveredConsents(consents, { covers: () => true }).onChange(({ allowed }) =>
    heard.push(allowed),
  );
  consents.give("insights", ana);
  consents.withdraw("insights", ana);
  stop();
  consents.give("insights", ana);
  expect(heard).toEqual([true, false]);
});
