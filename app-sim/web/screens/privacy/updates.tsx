import { useEffect } from "preact/hooks";
import { SwitchRow } from "../../parts/switch-row.tsx";
import { actThen } from "../../store/act-then.ts";
import { chooseUpdates, loadUpdates, mayUpdate, updateChoices } from "../../store/updates.ts";
import type { Panel } from "./panel.ts";

const act = actThen(loadUpdates);

const foundWords = (): string => {
  const { offer, looked } = updateChoices.value ?? {};
  if (offer !== undefined) return `Version ${offer.version} is there.`;
  return looked === undefined ? "" : `Nothing newer on ${new Date(looked).toLocaleString()}.`;
};

const Updates = () => {
  useEffect(() => void loadUpdates().catch(() => undefined), []);
  const choices = updateChoices.value;
  if (choices === undefined) return null;
  const { supervised, source, automatic, notices, offer } = choices;
  return (
    <section class="card" aria-label="Updates">
      <h2>Updates</h2>
      {!supervised && (
        <p class="quiet">This hub is not supervised: its package is updated where it was installed.</p>
      )}
      {supervised && !source && (
        <p class="quiet">It was started without a place to look for them (--update-from).</p>
      )}
      {supervised && (
        <>
          <ul class="rows">
            <SwitchRow
              name="Updates by themselves"
              words={
                automatic === "unanswered"
                  ? "Off until you say otherwise"
                  : "At night, signed by whom this hub trusts"
              }
              isOn={automatic === "on"}
              onSwitch={() => void act(() => chooseUpdates({ automatic: automatic !== "on" }))}
            />
            <SwitchRow
              name="Tell of updates"
              words="That there is one, which risk it ends, and when the hub restarts"
              isOn={notices}
              onSwitch={() => void act(() => chooseUpdates({ notices: !notices }))}
            />
          </ul>
          <p class="quiet">{foundWords()}</p>
          {offer?.risk !== undefined && <p>It ends a risk: {offer.risk}</p>}
        </>
      )}
    </section>
  );
};

export const updatesPanel: Panel = {
  key: "updates",
  weight: 4,
  isFor: () => mayUpdate.value,
  Content: Updates,
};
