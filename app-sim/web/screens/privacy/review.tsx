import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

const review = signal<Shape<"MapReview"> | undefined>(undefined);

const load = async (): Promise<void> => {
  review.value = await hub.call("readMapReview");
};

const sign = async (): Promise<void> => {
  review.value = await hub.call("signMapReview");
};

const when = ({ due, overdue }: Shape<"MapReview">): string =>
  `${overdue ? "Overdue since" : "Due on"} ${due.slice(0, 10)}`;

const Review = () => {
  useEffect(() => void load(), []);
  return (
    <section class="card" aria-label="Yearly look">
      <h2>Once a year</h2>
      <p>Look through what this home keeps, and whether you still want that.</p>
      <p
        role={review.value?.overdue ? "alert" : undefined}
        class={review.value?.overdue ? undefined : "quiet"}
      >
        {review.value === undefined ? "" : when(review.value)}
      </p>
      <button type="button" class="button" onClick={() => void sign()}>
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
