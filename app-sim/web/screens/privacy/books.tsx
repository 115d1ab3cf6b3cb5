import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Verdict = Shape<"BookVerdict">;

const names: Readonly<Record<string, string>> = {
  changes: "Changes of settings, names and permissions",
  ledger: "What has left this home",
  consents: "Who agreed to what",
  requests: "Requests of people, step by step",
  incidents: "What went wrong, and what was done",
  disposals: "What has come to its end",
};

const verdicts = signal<readonly Verdict[] | undefined>(undefined);

const load = async (): Promise<void> => {
  verdicts.value = (await hub.call("verifyBooks")).data;
};

const found = ({ sound, entries = 0, broken, reason }: Verdict): string =>
  sound ? `${entries === 1 ? "1 entry" : `${entries} entries`}, as written` : `Entry ${broken} is ${reason}`;

const Book = ({ verdict }: { verdict: Verdict }) => (
  <li class="row">
    <span class="row__name">
      <strong>{names[verdict.book] ?? verdict.book}</strong>
      <span class="quiet">{found(verdict)}</span>
    </span>
  </li>
);

const Books = () => {
  useEffect(() => void load(), []);
  return (
    <section class="card" aria-label="Books">
      <h2>Books that can only be added to</h2>
      <ul class="rows">
        {verdicts.value?.map((verdict) => (
          <Book key={verdict.book} verdict={verdict} />
        ))}
      </ul>
    </section>
  );
};

export const booksPanel: Panel = {
  key: "books",
  weight: 3,
  isFor: () => mayKeepPrivacy.value,
  Content: Books,
};
