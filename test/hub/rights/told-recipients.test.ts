import { expect, test } from "vitest";
import type { ConnectorKind } from "../../../hub/domain/connector.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Days } from "../../../hub/domain/units.ts";
import { ccpaTable } from "../../../hub/privacy/documents/ccpa.ts";
import { toldLately } from "../../../hub/rights/told-recipients.ts";
import { wayOut } from "../../support/made-recipients.ts";
import { thisMap } from "../../support/privacy-map.ts";
import { proves } from "../../support/proves.ts";

const anna = "p-aaaaaaaaaaaa" as PersonId;
const letter = {
  recipient: "mail-by-example",
  purpose: "newsletter",
  fields: ["message.kind", "mail.recipient", "mail.text"],
  people: [anna],
  bytes: 200,
} as const;
const kinds: Readonly<Record<string, ConnectorKind>> = { "mail-by-example": "mail" };

test(`who was told something in the last twelve months is in the table, under the name that the notice has for them ${proves("Z27", "A44")}`, async () => {
  const { ledger, clock } = await wayOut({});
  const told = () => toldLately(clock, ledger, (service) => kinds[service]);
  const thirdParties = () => ccpaTable(thisMap, told()).rightToKnow.thirdParties.map(({ name }) => name);
  expect([told(), thirdParties()]).toEqual([[], []]);
  ledger.ofConnections.record(letter);
  ledger.ofConnections.record(letter);
  expect([told(), thirdParties()]).toEqual([["mail"], ["Your mail server"]]);
  // Whoever asks about the last twelve months is not told of the thirteenth.
  await clock.advance(Days(360));
  expect(told()).toEqual(["mail"]);
  await clock.advance(Days(10));
  expect([told(), thirdParties()]).toEqual([[], []]);
});

test("a service that has taken its declaration back is known by what it was told", async () => {
  const { ledger, clock } = await wayOut({});
  const sorts = { "lamp.state": "assistant", "sign-in.request": "identity-provider", "view.sealed": "relay" };
  for (const field of Object.keys(sorts))
    ledger.ofConnections.record({
      ...letter,
      recipient: `gone-${field.length}`,
      purpose: "rights",
      fields: ["message.kind", field],
    });
  expect(toldLately(clock, ledger, () => undefined)).toEqual(Object.values(sorts));
});

test("a connection that is open has told something, and a request of an authority is none", async () => {
  const { ledger, clock } = await wayOut({});
  ledger.legalRequest({ reference: "district court, 3 C 17", gave: ["rooms"], people: [] });
  expect(toldLately(clock, ledger, () => undefined)).toEqual([]);
});
