import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  type Doing,
  doings,
  type Ending,
  formOfRule,
  onlyIf,
  type RuleForm,
  ruleOfForm,
  templates,
} from "../model/rule-form.ts";
import type { Rule } from "../model/shapes.ts";
import { notRunWords, timeOfDay } from "../model/words.ts";
import { Icon } from "../parts/icon.tsx";
import {
  type Change,
  Choice,
  DayChoice,
  Input,
  Light,
  Minutes,
  MomentFields,
  Targets,
} from "../parts/rule-fields.tsx";
import { Sheet } from "../parts/sheet.tsx";
import {
  pauseRule,
  removeRule,
  resumeRule,
  rules,
  runRule,
  saveRule,
  todaysRuns,
  watchDay,
} from "../store/day.ts";
import { isStale } from "../store/live.ts";
import { homeZone, now } from "../store/time.ts";

const endings: Readonly<Record<Ending, string>> = {
  none: "Nothing: it happens once",
  until: "It lasts until",
  random: "At some time until",
};
const minutesLabel: Readonly<Record<Doing, string>> = {
  light: "Fade, minutes",
  off: "Fade, minutes",
  scene: "Fade, minutes",
  "wake-up": "Minutes from dark to bright",
};

const Editor = ({ id, start }: { id: string | undefined; start: RuleForm }) => {
  const form = useSignal(start);
  const { value } = form;
  const change: Change = (more) => {
    form.value = { ...form.value, ...more };
  };
  const doing = (next: Doing): void => {
    const isOther = (next === "scene") !== (value.doing === "scene");
    change({ doing: next, ...(isOther ? { target: "" } : {}) });
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void saveRule(id, ruleOfForm(form.peek()));
      }}
    >
      <Input
        label="Name"
        type="text"
        required
        maxLength={64}
        value={value.name}
        onInput={(event) => change({ name: event.currentTarget.value })}
      />
      <fieldset class="form__group">
        <legend>What happens</legend>
        <Choice label="Do" value={value.doing} choices={doings} onChoose={doing} />
        <Targets form={value} onChange={change} />
        {(value.doing === "light" || value.doing === "wake-up") && <Light form={value} onChange={change} />}
        <Minutes
          label={minutesLabel[value.doing]}
          value={value.minutes}
          onChange={(minutes) => change({ minutes })}
        />
      </fieldset>
      <MomentFields label="Begins" moment={value.begin} onChange={(begin) => change({ begin })} />
      <Choice
        label="And then"
        value={value.ending}
        choices={endings}
        onChoose={(ending) => change({ ending })}
      />
      {value.ending !== "none" && (
        <MomentFields label="Ends" moment={value.end} onChange={(end) => change({ end })} />
      )}
      <DayChoice days={value.days} onChange={change} />
      <Choice
        label="Only if"
        value={value.onlyIf}
        choices={onlyIf}
        onChoose={(condition) => change({ onlyIf: condition })}
      />
      <button type="submit" class="button button--primary" disabled={value.days.length === 0}>
        {id === undefined ? "Add" : "Save"}
      </button>
    </form>
  );
};

const oneHour = 3_600;

/** What cannot be undone is asked for twice. */
const Remove = ({ rule }: { rule: Rule }) => {
  const isAsked = useSignal(false);
  const press = (): void => {
    if (isAsked.value) void removeRule(rule);
    isAsked.value = true;
  };
  return (
    <button
      type="button"
      class={isAsked.value ? "chip chip--danger" : "chip"}
      onClick={press}
      onBlur={() => {
        isAsked.value = false;
      }}
    >
      <Icon name="bin" />
      {isAsked.value ? "Remove for good?" : "Remove"}
    </button>
  );
};

const Acts = ({ rule }: { rule: Rule }) => (
  <div class="chips">
    <button type="button" class="chip" onClick={() => void runRule(rule)}>
      <Icon name="play" />
      Run now
    </button>
    {rule.pausedUntil === undefined ? (
      <>
        <button type="button" class="chip" onClick={() => void pauseRule(rule, oneHour)}>
          <Icon name="pause" />
          Pause 1 hour
        </button>
        <button type="button" class="chip" onClick={() => void pauseRule(rule)}>
          <Icon name="pause" />
          Pause
        </button>
      </>
    ) : (
      <button type="button" class="chip" onClick={() => void resumeRule(rule)}>
        <Icon name="play" />
        Resume
      </button>
    )}
    <Remove rule={rule} />
  </div>
);

/** How it went today, and why it did not where it did not. */
const Today = ({ rule }: { rule: Rule }) => {
  const mine = todaysRuns.value.filter(({ rule: of }) => of === rule.id);
  if (mine.length === 0) return null;
  return (
    <section class="sheet__part" aria-label="Today">
      <h3>Today</h3>
      <ol class="chain">
        {mine.map((run) => {
          const reason =
            run.result === undefined ? run.held : run.result === "fired" ? undefined : run.result;
          const isPast = Date.parse(run.at) <= now.value;
          const state = run.result === "fired" ? "Done" : isPast ? "Not done" : "To come";
          return (
            <li key={run.id} class={reason ? "chain__step chain__step--missed" : "chain__step"}>
              <p>{`${timeOfDay(run.at, homeZone.value)}: ${run.because}`}</p>
              <p class="chain__when">
                {reason ? `${isPast ? "Left out" : "On hold"}: ${notRunWords(reason)}` : state}
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
};

const KnownRule = ({ rule }: { rule: Rule }) => {
  const form = formOfRule(rule);
  return (
    <>
      <p class="sheet__why">{rule.text.sentence}</p>
      <Acts rule={rule} />
      <Today rule={rule} />
      {form ? (
        <Editor key={rule.id} id={rule.id} start={form} />
      ) : (
        <p class="quiet">
          This schedule says more than this form has places for. Change it with{" "}
          <code>lampkeeper schedule change</code>.
        </p>
      )}
    </>
  );
};

const isTemplate = (id: string): id is keyof typeof templates => id in templates;

/** A schedule in full, or a new one from a template. */
export const RuleSheet = ({ id }: { id: string }) => {
  useEffect(watchDay, []);
  const rule = rules.value?.find((each) => each.id === id);
  const title = isTemplate(id) ? templates[id].title : (rule?.name ?? "No such schedule");
  return (
    <Sheet id={id}>
      <article class="sheet__body" data-sheet={id} inert={isStale.value}>
        <header class="sheet__head">
          <h2 id="sheet-title" tabIndex={-1} autofocus>
            {rules.value === undefined && !isTemplate(id) ? "Schedule" : title}
          </h2>
        </header>
        {isTemplate(id) ? (
          <Editor key={id} id={undefined} start={templates[id].form} />
        ) : rule ? (
          <KnownRule rule={rule} />
        ) : (
          <p class="quiet">It may have been removed.</p>
        )}
      </article>
    </Sheet>
  );
};
