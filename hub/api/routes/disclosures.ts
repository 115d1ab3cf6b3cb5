import { InvalidInput } from "../../domain/errors.ts";
import { isId, type PersonId } from "../../domain/ids.ts";
import { isoText, parseInstant } from "../../domain/instant-text.ts";
import { Days, Instant } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DisclosureReport, LedgerLine } from "../../rights/disclosure-ledger.ts";
import type { RecipientView } from "../../rights/sharing.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import type { Services } from "../traits.ts";

type DisclosureRoutes =
  | "listRecipients"
  | "previewRecipient"
  | "shareWith"
  | "stopSharing"
  | "listDisclosures"
  | "reportDisclosures"
  | "addLegalRequest";

export const disclosureHandlers = (
  clock: Clock,
  { privacy: { sharing, disclosures }, people }: Services,
): Handlers<DisclosureRoutes> => ({
  listRecipients: () => ({ data: sharing.list().map(recipientJson) }),
  previewRecipient: ({ body: { recipient, hosts } }) => sharing.previewOf(recipient, hosts),
  shareWith: ({ body: { recipient, preview, hosts } }) =>
    recipientJson(sharing.switchOn(recipient, preview, hosts)),
  stopSharing: ({ body: { recipient } }) => recipientJson(sharing.switchOff(recipient)),
  listDisclosures: ({ query }) => {
    const { from, to } = spanOf(query.year, clock.now());
    return {
      data: disclosures
        .lines(from)
        .filter(({ at }) => at < to)
        .map(lineJson),
    };
  },
  reportDisclosures: ({ query }) => {
    const { from, to } = spanOf(query.year, clock.now());
    return reportJson(disclosures.report(from, to), disclosures.besideKernel());
  },
  addLegalRequest: ({ body: { reference, gave, people: ids = [] } }) => {
    const known = ids.filter((id): id is PersonId => isId("person", id) && people.get(id) !== undefined);
    if (known.length < ids.length) throw new InvalidInput("nobody here has that id", { path: "people" });
    return lineJson(disclosures.legalRequest({ reference, gave, people: known }));
  },
});

/** A calendar year, or the twelve months up to now. */
const spanOf = (year: number | undefined, now: Instant): { readonly from: Instant; readonly to: Instant } =>
  year === undefined
    ? { from: Instant(now - Days(365)), to: Instant(now + 1) }
    : { from: startOf(year), to: startOf(year + 1) };

const startOf = (year: number): Instant => parseInstant(`${year}-01-01T00:00:00Z`);

const recipientJson = ({ since, ...view }: RecipientView): Shape<"Recipient"> => ({
  ...view,
  ...(since === undefined ? {} : { since: isoText(since) }),
});

const lineJson = ({ at, ...line }: LedgerLine): Shape<"Disclosure"> => ({ ...line, at: isoText(at) });

const reportJson = (
  { from, to, recipients, legalRequests, answeredRequests, erased }: DisclosureReport,
  kernel: Shape<"DisclosureReport">["kernel"],
): Shape<"DisclosureReport"> => ({
  from: isoText(from),
  to: isoText(to),
  recipients: recipients.map(({ first, last, ...sum }) => ({
    ...sum,
    first: isoText(first),
    last: isoText(last),
  })),
  legalRequests,
  answeredRequests,
  erased,
  kernel,
});
