import type { ConnectorKind } from "../domain/connector.ts";
import { addMonths } from "../domain/months.ts";
import { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { DisclosureLedger } from "./disclosure-ledger.ts";

const monthsBack = 12;

/**
 * Who was told something in the last twelve months (Cal. Civ. Code 1798.130(a)(5)), as the table of recipients names them.
 * @param kindOf of a service of others, which stands in the book by its own name; undefined: nobody knows it any more
 */
export const toldLately = (
  clock: Clock,
  ledger: Pick<DisclosureLedger, "report">,
  kindOf: (service: string) => ConnectorKind | undefined,
): readonly string[] => {
  const now = clock.now();
  // The end of a report is exclusive, and what leaves now has left.
  const { recipients } = ledger.report(addMonths(now, -monthsBack), Instant(now + 1));
  const told = recipients.map(({ recipient, fields }) => kindOf(recipient) ?? kindIn(fields) ?? recipient);
  return [...new Set(told)];
};

const kinds: Readonly<Record<string, ConnectorKind>> = {
  lamp: "assistant",
  "sign-in": "identity-provider",
  mail: "mail",
  view: "relay",
};

/** What went tells what sort of service it went to, also when that has taken its declaration back. */
const kindIn = (fields: readonly string[]): ConnectorKind | undefined =>
  fields.flatMap((field) => kinds[field.split(".")[0] ?? ""] ?? [])[0];
