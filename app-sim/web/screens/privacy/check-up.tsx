import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { mapReview } from "../../store/map-review.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type WeakPoint = Shape<"WeakPoint">;
type Notice = Shape<"Message">;

const points = signal<readonly WeakPoint[] | undefined>(undefined);
const told = signal<readonly Notice[]>([]);

const load = async (): Promise<void> => {
  points.value = (await hub.call("checkUpSecurity")).data;
  told.value = (await hub.call("listMessages")).data;
};

const severities: Readonly<Record<WeakPoint["severity"], string>> = {
  high: "Do this soon",
  medium: "Better done",
  low: "When you have time",
};

const Point = ({ point: { severity, found, repair } }: { point: WeakPoint }) => (
  <li class="row">
    <span class="row__name">
      <strong>{found}</strong>
      <span class="quiet">
        {severities[severity]}: {repair}
      </span>
    </span>
  </li>
);

const Told = ({ notice: { title, steps, more } }: { notice: Notice }) => (
  <li class="row">
    <span class="row__name">
      <strong>
        {title}
        {more > 0 && ` (and ${more} more that day)`}
      </strong>
      {steps.map((step) => (
        <span key={step} class="quiet">
          {step}
        </span>
      ))}
    </span>
  </li>
);

const CheckUp = () => {
  // Who has just looked through what is kept, on the card of that, has one weak point less.
  const reviewed = mapReview.value?.reviewed;
  useEffect(() => void load().catch(() => undefined), [reviewed]);
  return (
    <section class="card" aria-label="Security check-up">
      <h2>Security check-up</h2>
      {points.value?.length === 0 && <p class="quiet">No weak point that is known here.</p>}
      <ul class="rows">
        {points.value?.map((point) => (
          <Point key={point.point} point={point} />
        ))}
      </ul>
      {told.value.length > 0 && (
        <>
          <h3>What happened</h3>
          <ul class="rows">
            {told.value.map((notice) => (
              <Told key={notice.id} notice={notice} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

export const checkUpPanel: Panel = {
  key: "check-up",
  weight: 4,
  isFor: () => mayKeepPrivacy.value,
  Content: CheckUp,
};
