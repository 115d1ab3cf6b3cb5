import { colorName, colorWords, lampColor, xyOfHex } from "../model/lamp-color.ts";
import type { LightCommand } from "../model/shapes.ts";
import { ago, causeWords, roundKelvin, stateWords } from "../model/words.ts";
import { ColorField } from "../parts/color-field.tsx";
import { Icon } from "../parts/icon.tsx";
import { lightPaint } from "../parts/lamp-tile.tsx";
import { Sheet } from "../parts/sheet.tsx";
import { Slider } from "../parts/slider.tsx";
import { SunLed } from "../parts/sun-led.tsx";
import { ValueEntry } from "../parts/value-entry.tsx";
import { WhyList } from "../parts/why-list.tsx";
import { commandLamp } from "../store/commander.ts";
import { home, type LampModel } from "../store/home.ts";
import { isStale } from "../store/live.ts";
import { now } from "../store/time.ts";

interface PartProps {
  readonly lamp: LampModel;
  readonly send: (command: LightCommand) => void;
}

const Dim = ({ lamp, send }: PartProps) => {
  const { name, capabilities } = lamp.light.value;
  if (!capabilities.brightness) return null;
  const { on, brightness } = lamp.shown.value;
  const level = on ? Math.round(brightness) : 0;
  const color = lampColor(lamp.shown.value);
  return (
    <section class="sheet__part" aria-label="Brightness">
      <div class="sheet__label">
        <h3>Brightness</h3>
        <output>{on ? `${level} %` : "off"}</output>
      </div>
      <Slider
        tone="dim"
        label={`${name} brightness`}
        words={on ? `${level} percent` : "off"}
        value={level}
        min={0}
        max={100}
        step={1}
        paint={{ "--stops": `color-mix(in oklab, ${color} 35%, var(--raised)), ${color}` }}
        onChange={(value) => send(value === 0 ? { on: false } : { on: true, brightness: value })}
      />
    </section>
  );
};

const whiteStops = 6;

const White = ({ lamp, send }: PartProps) => {
  const { name, capabilities } = lamp.light.value;
  const range = capabilities.colorTemperature;
  if (!range) return null;
  const { colorTemperature } = lamp.shown.value;
  const kelvin = roundKelvin(colorTemperature ?? 2_700);
  const min = Math.ceil(range.min / 10) * 10;
  const max = Math.floor(range.max / 10) * 10;
  const stops = Array.from({ length: whiteStops }, (_, at) =>
    lampColor({ colorTemperature: min + ((max - min) * at) / (whiteStops - 1) }),
  );
  const enter = (text: string): boolean => {
    const typed = Number.parseInt(text, 10);
    if (!(typed >= 1_000 && typed <= 20_000)) return false;
    send({ on: true, colorTemperature: typed });
    return true;
  };
  return (
    <section class="sheet__part" aria-label="White">
      <div class="sheet__label">
        <h3>White</h3>
        <output>{colorTemperature === undefined ? "not in use" : colorName({ colorTemperature })}</output>
        <ValueEntry
          label="Kelvin"
          inputMode="numeric"
          value={colorTemperature === undefined ? "" : String(kelvin)}
          hint={`A number, for this lamp from ${min} to ${max}.`}
          onEnter={enter}
        />
      </div>
      <Slider
        tone={colorTemperature === undefined ? "white slider--idle" : "white"}
        label={`${name} white`}
        words={colorWords({ colorTemperature: kelvin })}
        value={Math.min(max, Math.max(min, kelvin))}
        min={min}
        max={max}
        step={10}
        paint={{ "--stops": stops.join(", ") }}
        onChange={(value) => send({ on: true, colorTemperature: value })}
      />
    </section>
  );
};

const Color = ({ lamp, send }: PartProps) => {
  const { name, capabilities } = lamp.light.value;
  if (!capabilities.color) return null;
  const shown = lamp.shown.value;
  const enter = (text: string): boolean => {
    const hex = /^#?([0-9a-f]{6})$/i.exec(text)?.[1];
    if (hex === undefined || Number.parseInt(hex, 16) === 0) return false;
    send({ on: true, color: xyOfHex(`#${hex}`) });
    return true;
  };
  return (
    <section class="sheet__part" aria-label="Colour">
      <div class="sheet__label">
        <h3>Colour</h3>
        <output>{shown.color ? colorName(shown) : "not in use"}</output>
        <ValueEntry
          label="Hex"
          inputMode="text"
          value={lampColor(shown)}
          hint="Six digits, such as #ffa040. Not black: for that there is off."
          onEnter={enter}
        />
      </div>
      <ColorField lampName={name} shown={shown} onChange={(color) => send({ on: true, color })} />
    </section>
  );
};

const Effects = ({ lamp, send }: PartProps) => {
  const { effects = [] } = lamp.light.value.capabilities;
  if (effects.length === 0) return null;
  const { effect = "none" } = lamp.shown.value;
  const all = ["none", ...effects.filter((name) => name !== "none")];
  return (
    <fieldset class="sheet__part effects">
      <legend>Effect</legend>
      <div class="chips">
        {all.map((name) => (
          <label key={name} class="chip">
            <input
              type="radio"
              name={`effect-${lamp.id}`}
              checked={name === effect}
              onChange={() => send({ effect: name, ...(name === "none" ? {} : { on: true }) })}
            />
            {name.replaceAll("_", " ")}
          </label>
        ))}
      </div>
    </fieldset>
  );
};

const Meter = ({ lamp }: { lamp: LampModel }) => {
  const { power, energy } = lamp.light.value;
  if (power === undefined && energy === undefined) return null;
  return (
    <dl class="facts">
      {power !== undefined && (
        <div>
          <dt>Power now</dt>
          <dd>{power.toFixed(1)} W</dd>
        </div>
      )}
      {energy !== undefined && (
        <div>
          <dt>Energy so far</dt>
          <dd>{energy.toFixed(2)} kWh</dd>
        </div>
      )}
    </dl>
  );
};

const LampControls = ({ lamp }: { lamp: LampModel }) => {
  const { name, room, reachable, readsBack, cause, capabilities } = lamp.light.value;
  const shown = lamp.shown.value;
  const send = (command: LightCommand): void => commandLamp(lamp, command);
  return (
    <article
      class="sheet__body"
      data-lamp={lamp.id}
      data-lit={lamp.isLit}
      inert={isStale.value}
      style={lightPaint(lamp)}
    >
      <header class="sheet__head">
        <div class="orb" aria-hidden="true">
          <Icon name={capabilities.brightness ? "bulb" : "plug"} />
        </div>
        <p class="sheet__room">{home.roomName(room) ?? "No room"}</p>
        <h2 id="sheet-title" tabIndex={-1} autofocus>
          {name}
        </h2>
        <p class="sheet__state">
          {reachable ? stateWords(shown, capabilities.brightness !== undefined) : "Does not answer"}
          {reachable && !lamp.settled.value && <span class="sheet__moving"> (on its way)</span>}
          {reachable && !readsBack && (
            <span class="sheet__moving"> (asked for: this lamp does not say what it shows)</span>
          )}
        </p>
        <p class="sheet__why">{`Since ${ago(cause.at, now.value)}: ${causeWords(cause)}`}</p>
        <button
          type="button"
          role="switch"
          class="switch switch--big"
          aria-checked={shown.on}
          aria-label={`${name} light`}
          onClick={() => send({ on: !lamp.shown.peek().on })}
        />
        {lamp.settled.value ? null : <div class="fade-bar" aria-hidden="true" />}
      </header>
      <SunLed lamp={lamp} />
      <Dim lamp={lamp} send={send} />
      <White lamp={lamp} send={send} />
      <Color lamp={lamp} send={send} />
      <Effects lamp={lamp} send={send} />
      <Meter lamp={lamp} />
      <section class="sheet__part" aria-labelledby="why-title">
        <h3 id="why-title">Why it is like this</h3>
        <WhyList lamp={lamp} />
      </section>
    </article>
  );
};

export const LampSheet = ({ id }: { id: string }) => {
  const lamp = home.lamps.value.get(id);
  return (
    <Sheet id={id}>
      {lamp ? (
        <LampControls lamp={lamp} />
      ) : (
        <article class="sheet__body">
          <h2 id="sheet-title">No such lamp</h2>
          <p class="quiet">It may have been removed from the home.</p>
        </article>
      )}
    </Sheet>
  );
};
