import { useEffect } from "preact/hooks";
import type { Shape } from "../../../hub/api/contract.ts";
import { actThen } from "../store/act-then.ts";
import { chooseUpdates, isAsked, isTold, loadUpdates, mayUpdate, updateNotices } from "../store/updates.ts";

type Notice = Shape<"UpdateNotices">["data"][number];

const noticeWords = ({ kind, version, at }: Notice): string =>
  kind === "restart" && at !== undefined
    ? `The hub restarts for version ${version} at ${new Date(at).toLocaleString()}. Lamps stay as they are; for a minute nobody can switch them from here.`
    : `There is version ${version} of the hub.`;

const act = actThen(loadUpdates);
const answer = (automatic: boolean): void => void act(() => chooseUpdates({ automatic }));

const Question = () => (
  <section class="card banner" aria-label="Updates">
    <h2>Shall updates come by themselves?</h2>
    <p>
      They end weaknesses without anybody thinking of it, at night, and go back by themselves when they are no
      good. Until you answer, none comes by itself.
    </p>
    <button type="button" class="button" onClick={() => answer(true)}>
      Yes, by themselves
    </button>
    <button type="button" class="button" onClick={() => answer(false)}>
      No, I install them
    </button>
  </section>
);

/** The question at the set-up, and whatever is to be told of updates. */
export const UpdateBanner = () => {
  const may = mayUpdate.value;
  useEffect(() => void loadUpdates().catch(() => undefined), [may, isTold.value]);
  return (
    <>
      {may && isAsked.value && <Question />}
      {updateNotices.value.map((notice) => (
        <p key={notice.kind} class="card banner" role="status">
          {noticeWords(notice)}
          {notice.risk !== undefined && <strong> It ends a risk: {notice.risk}</strong>}
        </p>
      ))}
    </>
  );
};
