import { useSignal } from "@preact/signals";
import {
  type Brings,
  bringsOf,
  curvePath,
  depthOf,
  heightAt,
  type Lane,
  lanesOf,
  type Mark,
  type Span,
  shareOf,
  skyColor,
  spanOf,
} from "../model/day-picture.ts";
import type { Run, SunDay } from "../model/shapes.ts";
import { notRunWords, timeOfDay } from "../model/words.ts";
import { isClockTrusted, rules, sun, todaysRuns } from "../store/day.ts";
import { home } from "../store/home.ts";
import { linkTo } from "../store/route.ts";
import { homeZone, now } from "../store/time.ts";

const width = 1_000;
const height = 100;

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
const clock = (at: string | number): string => timeOfDay(at, homeZone.value);

/** Local midnight, where no place says when a day begins. */
const midnight = (): number => {
  const [hours = 0, minutes = 0] = clock(now.value).split(":").map(Number);
  const minute = 60_000;
  return Math.floor(now.value / minute) * minute - (hours * 60 + minutes) * minute;
};

/** Marks that people know, and that do not crowd a narrow screen. */
const shownEvents = { sunrise: "Sunrise", sunset: "Sunset" } as const;

const eventWords = (event: string): string =>
  (event.charAt(0).toUpperCase() + event.slice(1)).replaceAll("_", " ");

const Sky = ({ day, span }: { day: SunDay; span: Span }) => {
  const here = shareOf(span, now.value);
  return (
    <div class="sky" data-trusted={isClockTrusted.value} role="img" aria-label={skySummary(day)}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id="sky">
            {day.curve.map(({ at, elevation }) => (
              <stop key={at} offset={percent(shareOf(span, at))} stop-color={skyColor(elevation)} />
            ))}
          </linearGradient>
          <linearGradient id="ground" x2="0" y2="1">
            <stop class="sky__near" offset="0" />
            <stop class="sky__deep" offset="1" />
          </linearGradient>
        </defs>
        <rect width={width} height={height} fill="url(#sky)" />
        <rect
          class="sky__ground"
          y={depthOf(day, 0) * height}
          width={width}
          height={height - depthOf(day, 0) * height}
        />
        <path class="sky__curve" d={curvePath(day, span, width, height)} />
      </svg>
      <i class="sky__now" style={{ left: percent(here) }} />
      <i
        class="sky__sun"
        data-up={heightAt(day, now.value) > 0}
        style={{ left: percent(here), top: percent(depthOf(day, heightAt(day, now.value))) }}
      />
    </div>
  );
};

const skySummary = ({ events }: SunDay): string => {
  const times = events.flatMap(({ event, time }) =>
    event in shownEvents ? [`${shownEvents[event as keyof typeof shownEvents]} at ${clock(time)}`] : [],
  );
  return times.length === 0
    ? "The sun neither rises nor sets on this day."
    : `The sun over this day. ${times.join(", ")}.`;
};

const SunMarks = ({ day, span }: { day: SunDay; span: Span }) => (
  <ul class="sun-marks">
    {day.events.flatMap(({ event, time }) =>
      event in shownEvents ? (
        <li key={time} style={{ left: percent(shareOf(span, time)) }}>
          <span>{shownEvents[event as keyof typeof shownEvents]}</span>{" "}
          <time dateTime={time}>{clock(time)}</time>
        </li>
      ) : (
        []
      ),
    )}
  </ul>
);

const quarters = [0, 0.25, 0.5, 0.75, 1] as const;

const Hours = ({ span }: { span: Span }) => (
  <ul class="hours" aria-hidden="true">
    {quarters.map((share) => (
      <li key={share} style={{ left: percent(share) }}>
        {share === 1 ? "24" : clock(span.start + share * (span.end - span.start)).slice(0, 2)}
      </li>
    ))}
  </ul>
);

const stateWords = ({ run, isHollow }: Pick<Mark, "run" | "isHollow">): string => {
  if (run.held !== undefined && run.result === undefined) return `on hold: ${notRunWords(run.held)}`;
  if (run.result === "fired") return "done";
  if (run.result !== undefined) return `left out: ${notRunWords(run.result)}`;
  return isHollow ? "not noted" : "to come";
};

const runWords = (run: Run): string =>
  `${clock(run.at)} ${run.name}: ${[run.who, run.does].filter(Boolean).join(" ")}`;

const paint = (brings: Brings): Record<string, string> =>
  typeof brings === "object" ? { "--lamp": brings.color, "--level": String(brings.level) } : {};

/** Arrow keys go from mark to mark, as on a line of beads. */
const walk = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const marks = [...document.querySelectorAll<HTMLElement>(".mark")];
  marks[marks.indexOf(event.currentTarget) + step]?.focus();
};

const LaneMarks = ({ marks }: Pick<Lane, "marks">) => (
  <>
    {marks.map(({ run, at, until, brings }) =>
      until === undefined ? null : (
        <i
          key={`${run.id}bar`}
          class="lane__bar"
          style={{ left: percent(at), width: percent(until - at), ...paint(brings) }}
        />
      ),
    )}
    {marks.map((mark) => (
      <a
        key={mark.run.id}
        href={linkTo("day", mark.run.rule)}
        class={`mark mark--${mark.isHollow ? "hollow" : mark.brings === "dark" ? "dark" : "light"}`}
        style={{ left: percent(mark.at), ...paint(mark.brings) }}
        title={`${runWords(mark.run)} (${stateWords(mark)})`}
        onKeyDown={walk}
      >
        <span class="unseen">{`${runWords(mark.run)}, because of ${mark.run.because}, ${stateWords(mark)}`}</span>
      </a>
    ))}
  </>
);

const Table = ({ day, marks }: { day: SunDay | null; marks: readonly Mark[] }) => {
  const rows = [
    ...(day?.events ?? []).map(({ event, time }) => ({ at: time, cells: [eventWords(event), "", ""] })),
    ...marks.map((mark) => ({
      at: mark.run.at,
      cells: [
        `${mark.run.name}: ${[mark.run.who, mark.run.does].filter(Boolean).join(" ")}`,
        mark.run.because,
        stateWords(mark),
      ],
    })),
  ].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <div class="day-table">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col">Because of</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, cells }) => (
            <tr key={`${at}${cells[0]}`}>
              <td>{clock(at)}</td>
              {cells.map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** The civil day of the home: its sun, now, and on one lane for each place what is planned and what was done. */
export const DayPicture = () => {
  const isTable = useSignal(false);
  const day = sun.value;
  const span = spanOf(day, midnight());
  const scenes = home.scenes.value;
  const ruleOf = (run: Run) => rules.value?.find(({ id }) => id === run.rule);
  const lanes = lanesOf(todaysRuns.value, span, now.value, (run) => bringsOf(run, ruleOf(run), scenes));
  return (
    <section class="card day" aria-labelledby="day-title">
      <header class="day__head">
        <h2 id="day-title">Today</h2>
        <button
          type="button"
          class="chip"
          aria-pressed={isTable.value}
          onClick={() => {
            isTable.value = !isTable.value;
          }}
        >
          Show as table
        </button>
      </header>
      {isTable.value ? (
        <Table day={day} marks={lanes.flatMap(({ marks }) => marks)} />
      ) : (
        <div class="day__picture">
          {day ? (
            <>
              <SunMarks day={day} span={span} />
              <Sky day={day} span={span} />
            </>
          ) : (
            <p class="quiet">
              No place is set, so there is no sun here yet. Set one with{" "}
              <code>lampkeeper place set Berlin</code>.
            </p>
          )}
          <Hours span={span} />
          {lanes.length === 0 ? (
            <p class="quiet">Nothing is planned for this day.</p>
          ) : (
            <ul class="lanes" aria-label="Planned for this day">
              {lanes.map(({ name, marks }) => (
                <li key={name} class="lane">
                  <span class="lane__name">{name}</span>
                  <div class="lane__track">
                    <i class="lane__now" style={{ left: percent(shareOf(span, now.value)) }} />
                    <LaneMarks marks={marks} />
                  </div>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </section>
  );
};
