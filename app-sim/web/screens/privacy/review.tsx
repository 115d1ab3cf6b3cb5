import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { actThen } from "../../store/act-then.ts";
import { loadMapReview, mapReview, signMapReview } from "../../store/map-review.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

const act = actThen(loadMapReview);

const when = ({ due, overdue }: Shape<"MapReview">): string =>
  `${overdue ? "Overdue since" : "Due on"} ${due.slice(0, 10)}`;

const Review = () => {
  useEffect(() => void loadMapReview().catch(() => undefined), []);
  return (
    <section class="card" aria-label="Yearly look">
      <h2>Once a year</h2>
      <p>Look through what this home keeps, and whether you still want that.</p>
      <p
        role={mapReview.value?.overdue ? "alert" : undefined}
        class={mapReview.value?.overdue ? undefined : "quiet"}
      >
        {mapReview.value === undefined ? "" : when(mapReview.value)}
      </p>
      <button type="button" class="button" onClick={() => void act(signMapReview)}>
        I have looked
      </button>
    </section>
  );
};

export const reviewPanel: Panel = {
  key: "review",
  weight: 3,
  isFor: () => mayKeepPrivacy.value,
  Content: Review,
};
