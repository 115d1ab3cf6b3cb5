import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Change = Shape<"Change">;
type Item = Shape<"RetentionItem">;
type Clock = Shape<"RetentionClock">;

const shownAtMost = 12;

const changes = signal<readonly Change[] | undefined>(undefined);
const items = signal<readonly Item[] | undefined>(undefined);
const clock = signal<Clock | undefined>(undefined);

const loadChanges = async (): Promise<void> => {
  changes.value = (await hub.call("listChanges")).data;
};

const loadKept = async (): Promise<void> => {
  const [kept, time] = await Promise.all([hub.call("listRetention"), hub.call("readRetentionClock")]);
  items.value = kept.data;
  clock.value = time;
};

const whenText = (at: string): string => new Date(at).toLocaleString();

const kinds = { name: "A name", setting: "A setting", permission: "A permission" } as const;

const changeText = ({ before, after }: Change): string => {
  if (after === null) return "taken away";
  return before === null ? `now ${after}` : `${before} became ${after}`;
};

const ChangeRow = ({ change }: { change: Change }) => (
  <li class="row">
    <span class="row__name">
      <strong>
        {kinds[change.what]}: {changeText(change)}
      </strong>
      <span class="quiet">
        {whenText(change.at)}, {change.by === undefined ? "by the hub itself" : `by ${change.by}`}
      </span>
    </span>
  </li>
);

const Changes = () => {
  useEffect(() => void loadChanges(), []);
  return (
    <section class="card" aria-label="What was changed">
      <h2>What was changed</h2>
      {changes.value?.length === 0 && <p class="quiet">Nothing in the last twelve months.</p>}
      <ul class="rows">
        {changes.value
          ?.toReversed()
          .slice(0, shownAtMost)
          .map((change) => (
            <ChangeRow key={change.order} change={change} />
          ))}
      </ul>
    </section>
  );
};

const ruleText = ({ kind, days }: Item): string => {
  if (kind === "days") return `for ${days} days`;
  return kind === "newest" ? "only the newest" : "until you remove it";
};

const heldText = ({ held, lapsing }: Item): string =>
  held + lapsing === 0 ? "" : `; ${held + lapsing} locked away for a claim`;

const KeptRow = ({ item }: { item: Item }) => (
  <li class="row">
    <span class="row__name">
      <strong>{item.item}</strong>
      <span class="quiet">
        {item.records} kept {ruleText(item)}
        {heldText(item)}
      </span>
    </span>
  </li>
);

const confirmDate = async (date: string): Promise<void> => {
  clock.value = await hub.call("confirmDate", { body: { date } });
};

/** A wrong clock would forget too early; so it is asked. */
const Doubt = ({ time }: { time: Clock }) => (
  <div role="alert">
    <p>
      The clock of the hub has jumped. It says {whenText(time.clock)}. Until you say that this is right,
      nothing is forgotten by it.
    </p>
    <button type="button" class="button" onClick={() => void confirmDate(time.clock.slice(0, 10))}>
      This date is right
    </button>
  </div>
);

const Kept = () => {
  useEffect(() => void loadKept(), []);
  const time = clock.value;
  return (
    <section class="card" aria-label="How long things are kept">
      <h2>How long things are kept</h2>
      {time?.state === "doubted" && <Doubt time={time} />}
      <ul class="rows">
        {items.value
          ?.filter(({ records, held, lapsing }) => records + held + lapsing > 0)
          .map((item) => (
            <KeptRow key={item.item} item={item} />
          ))}
      </ul>
    </section>
  );
};

const isFor = (): boolean => mayKeepPrivacy.value;

export const changesPanel: Panel = { key: "changes", weight: 6, isFor, Content: Changes };
export const keptPanel: Panel = { key: "kept", weight: 8, isFor, Content: Kept };
