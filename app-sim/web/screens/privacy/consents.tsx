import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { ago } from "../../model/words.ts";
import { SwitchRow } from "../../parts/switch-row.tsx";
import { consents, decide, downloadReceipts, loadConsents, type Whose } from "../../store/consents.ts";
import { mayKeepPrivacy, me } from "../../store/me.ts";
import { now } from "../../store/time.ts";
import type { Panel } from "./panel.ts";

type Consent = Shape<"Consent">;

const stateOf = ({ state, allowed, decided }: Consent): string => {
  if (state === "outdated") return "It is for something else now: you are asked anew.";
  if (state === "unasked" || decided === undefined) return "Off.";
  const since = ago(decided.at, now.value);
  if (state === "withdrawn") return `Taken back ${since}.`;
  return allowed ? `Agreed ${since}.` : `Agreed ${since}, and limited at present.`;
};

const Purpose = ({ whose, consent }: { whose: Whose; consent: Consent }) => (
  <SwitchRow
    name={consent.title}
    words={consent.whatFor}
    isOn={consent.state === "given"}
    onSwitch={() => void decide(whose, consent)}
  >
    <span class="quiet">{stateOf(consent)}</span>
    <details>
      <summary class="quiet" aria-label={`Who gets it, until when: ${consent.title}`}>
        Who gets it, until when
      </summary>
      <dl class="facts">
        <div>
          <dt>Who gets it</dt>
          <dd>{consent.whoGetsIt}</dd>
        </div>
        <div>
          <dt>Until when</dt>
          <dd>{consent.until}</dd>
        </div>
        <div>
          <dt>Without it</dt>
          <dd>{consent.stops}</dd>
        </div>
      </dl>
    </details>
  </SwitchRow>
);

const Consents = ({ whose, title }: { whose: Whose; title: string }) => {
  useEffect(() => void loadConsents(whose), []);
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <ul class="rows">
        {consents[whose].value.map((consent) => (
          <Purpose key={consent.purpose} whose={whose} consent={consent} />
        ))}
      </ul>
      <button type="button" class="button" onClick={() => void downloadReceipts(whose)}>
        Save receipts
      </button>
    </section>
  );
};

export const ownConsentsPanel: Panel = {
  key: "own-consents",
  weight: 8,
  isFor: () => me.value?.caller.person !== undefined,
  Content: () => <Consents whose="own" title="What you agree to" />,
};

export const homeConsentsPanel: Panel = {
  key: "home-consents",
  weight: 5,
  isFor: () => mayKeepPrivacy.value,
  Content: () => <Consents whose="home" title="What the home agrees to" />,
};
