import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Recipient = Shape<"Recipient">;
type Report = Shape<"DisclosureReport">;

const recipients = signal<readonly Recipient[] | undefined>(undefined);
const report = signal<Report | undefined>(undefined);

const load = async (): Promise<void> => {
  const [listed, reported] = await Promise.all([hub.call("listRecipients"), hub.call("reportDisclosures")]);
  recipients.value = listed.data;
  report.value = reported;
};

const safeguards: Readonly<Record<Recipient["safeguard"], string>> = {
  "owner-keeps-it": "a machine of yours, nobody else gets it",
  "same-law": "the same law as here",
  adequacy: "a country with equal protection",
  "standard-clauses": "a contract with standard clauses",
  consent: "your consent alone",
};

const placeOf = ({ country, safeguard }: Recipient): string =>
  `${country === "home" ? "Where you run it" : `In ${country}`}: ${safeguards[safeguard]}`;

const stateOf = ({ on, atStart }: Recipient): string => {
  if (!on) return "Off";
  return atStart ? "On, because the hub was started with it" : "On";
};

const sumText = (id: string): string => {
  const sum = report.value?.recipients.find(({ recipient }) => recipient === id);
  return sum === undefined
    ? "Has got nothing in the last year"
    : `Has got ${sum.messages} messages in the last year`;
};

const Row = ({ recipient }: { recipient: Recipient }) => (
  <li class="row">
    <span class="row__name">
      <strong>{recipient.is}</strong>
      <span class="quiet">{stateOf(recipient)}</span>
      <span class="quiet">{placeOf(recipient)}</span>
      <span class="quiet">{sumText(recipient.id)}</span>
    </span>
  </li>
);

const abroad = (all: readonly Recipient[]): string => {
  const names = all.filter(({ on, country }) => on && country !== "home").map(({ is }) => is);
  return names.length === 0
    ? "Nothing goes to another country."
    : `Goes to another country: ${names.join(", ")}.`;
};

const Disclosures = () => {
  useEffect(() => void load(), []);
  const all = recipients.value;
  return (
    <section class="card" aria-label="Who gets what">
      <h2>Who gets what</h2>
      {all !== undefined && (
        <>
          <p>
            {all.some(({ on }) => on)
              ? "Only what is on below leaves this home."
              : "Nothing leaves this home."}
          </p>
          <p class="quiet">{abroad(all)}</p>
          <ul class="rows">
            {all.map((recipient) => (
              <Row key={recipient.id} recipient={recipient} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

export const disclosuresPanel: Panel = {
  key: "disclosures",
  weight: 4,
  isFor: () => mayKeepPrivacy.value,
  Content: Disclosures,
};
