import { useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentProps } from "preact";
import { type Weekday, weekdays } from "../../../hub/domain/civil.ts";
import { dayNames } from "../../../hub/domain/rule-text.ts";
import { lampColor } from "../model/lamp-color.ts";
import { type MomentForm, type PlannedSun, plannedSun, type RuleForm } from "../model/rule-form.ts";
import { home } from "../store/home.ts";
import { Slider } from "./slider.tsx";

/** Changes some places of the form. */
export type Change = (change: Partial<RuleForm>) => void;

let fields = 0;

/** A labelled control. */
const Field = ({ label, control }: { label: string; control: (id: string) => ComponentChildren }) => {
  const id = useSignal(`field-${++fields}`).value;
  return (
    <div class="form__field">
      <label for={id}>{label}</label>
      {control(id)}
    </div>
  );
};

export const Choice = <Value extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string;
  value: Value;
  choices: Readonly<Record<Value, string>>;
  onChoose: (value: Value) => void;
}) => (
  <Field
    label={label}
    control={(id) => (
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value as Value)}>
        {(Object.keys(choices) as Value[]).map((name) => (
          <option key={name} value={name}>
            {choices[name]}
          </option>
        ))}
      </select>
    )}
  />
);

/** A labelled field to write in. */
export const Input = ({ label, ...input }: { label: string } & ComponentProps<"input">) => (
  <Field label={label} control={(id) => <input {...input} id={id} />} />
);

const Time = ({
  label,
  value,
  isOptional,
  onChange,
}: {
  label: string;
  value: string;
  isOptional?: true;
  onChange: (value: string) => void;
}) => (
  <Input
    label={label}
    type="time"
    value={value}
    required={!isOptional}
    onInput={(event) => onChange(event.currentTarget.value)}
  />
);

export const Minutes = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (value: number) => void;
}) => (
  <Input
    label={label}
    type="number"
    inputMode="numeric"
    min={0}
    max={720}
    step={1}
    value={value}
    onInput={(event) => onChange(Math.max(0, event.currentTarget.valueAsNumber || 0))}
  />
);

const kinds: Readonly<Record<"clock" | PlannedSun, string>> = { clock: "At a time", ...plannedSun };
const sides = { before: "before", after: "after" } as const;

/** One moment of the day: a time, or some minutes before or after what the sun does. */
export const MomentFields = ({
  label,
  moment,
  onChange,
}: {
  label: string;
  moment: MomentForm;
  onChange: (moment: MomentForm) => void;
}) => {
  const { by, time, offset, notBefore, notAfter } = moment;
  const side = offset > 0 ? "after" : "before";
  const shift = (minutes: number, to: keyof typeof sides): void =>
    onChange({ ...moment, offset: to === "before" ? -minutes : minutes });
  return (
    <fieldset class="form__group">
      <legend>{label}</legend>
      <Choice
        label="When"
        value={by}
        choices={kinds}
        onChoose={(next) => onChange({ ...moment, by: next })}
      />
      {by === "clock" ? (
        <Time label="Time" value={time} onChange={(next) => onChange({ ...moment, time: next })} />
      ) : (
        <>
          <Minutes label="Minutes" value={Math.abs(offset)} onChange={(minutes) => shift(minutes, side)} />
          <Choice
            label="Before or after"
            value={side}
            choices={sides}
            onChoose={(next) => shift(Math.abs(offset), next)}
          />
          <Time
            label="Not before"
            isOptional
            value={notBefore}
            onChange={(next) => onChange({ ...moment, notBefore: next })}
          />
          <Time
            label="Not after"
            isOptional
            value={notAfter}
            onChange={(next) => onChange({ ...moment, notAfter: next })}
          />
        </>
      )}
    </fieldset>
  );
};

export const DayChoice = ({ days, onChange }: { days: readonly Weekday[]; onChange: Change }) => (
  <fieldset class="form__group">
    <legend>Days</legend>
    <div class="weekdays">
      {weekdays.map((day) => (
        <label key={day} class="weekday">
          <input
            type="checkbox"
            aria-label={dayNames[day]}
            checked={days.includes(day)}
            onChange={() =>
              onChange({ days: weekdays.filter((each) => (each === day) !== days.includes(each)) })
            }
          />
          <span aria-hidden="true">{dayNames[day].slice(0, 2)}</span>
        </label>
      ))}
    </div>
  </fieldset>
);

export const Targets = ({ form, onChange }: { form: RuleForm; onChange: Change }) => {
  const lamps = [...home.lamps.value.values()].map(({ light }) => light.value);
  const things: Readonly<Record<string, readonly { readonly id: string; readonly name: string }[]>> =
    form.doing === "scene" ? { Scenes: home.scenes.value } : { Rooms: home.rooms.value, Lamps: lamps };
  return (
    <Field
      label={form.doing === "scene" ? "Scene" : "Where"}
      control={(id) => (
        <select
          id={id}
          value={form.target}
          required
          onChange={(event) => onChange({ target: event.currentTarget.value })}
        >
          <option value="">Choose</option>
          {Object.entries(things).map(([kind, all]) => (
            <optgroup key={kind} label={kind}>
              {all.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
    />
  );
};

const whites = [2_000, 2_700, 4_000, 6_500];

/** Level and white of the light that a rule brings. */
export const Light = ({ form, onChange }: { form: RuleForm; onChange: Change }) => {
  const { brightness, kelvin, doing } = form;
  const color = lampColor({ colorTemperature: kelvin });
  return (
    <>
      <div class="form__slider">
        <span aria-hidden="true">{`Brightness ${brightness} %`}</span>
        <Slider
          tone="dim"
          label="Brightness"
          words={`${brightness} percent`}
          value={brightness}
          min={1}
          max={100}
          step={1}
          paint={{ "--stops": `color-mix(in oklab, ${color} 35%, var(--raised)), ${color}` }}
          onChange={(value) => onChange({ brightness: value })}
        />
      </div>
      {doing === "light" && (
        <div class="form__slider">
          <span aria-hidden="true">{`White ${kelvin} K`}</span>
          <Slider
            tone="white"
            label="White"
            words={`${kelvin} kelvin`}
            value={kelvin}
            min={2_000}
            max={6_500}
            step={100}
            paint={{ "--stops": whites.map((white) => lampColor({ colorTemperature: white })).join(", ") }}
            onChange={(value) => onChange({ kelvin: value })}
          />
        </div>
      )}
    </>
  );
};
