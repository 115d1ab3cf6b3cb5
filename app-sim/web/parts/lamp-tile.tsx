import { lampColor } from "../model/lamp-color.ts";
import { stateWords } from "../model/words.ts";
import { commandLamp } from "../store/commander.ts";
import type { LampModel } from "../store/home.ts";
import { linkTo, route } from "../store/route.ts";
import { Icon } from "./icon.tsx";

/** Custom properties that let CSS draw a lamp's light: its colour, and how much of it. */
export const lightPaint = (lamp: LampModel): Record<string, string> => ({
  "--lamp": lampColor(lamp.shown.value),
  "--level": String(lamp.isLit ? 0.25 + (0.75 * lamp.shown.value.brightness) / 100 : 0),
});

/** One lamp on its room's card: press to switch, follow the arrow for everything else. */
export const LampTile = ({ lamp }: { lamp: LampModel }) => {
  const { name, reachable, capabilities } = lamp.light.value;
  const shown = lamp.shown.value;
  const words = reachable ? stateWords(shown, capabilities.brightness !== undefined) : "Does not answer";
  const state = reachable ? (shown.on ? "on" : "off") : "lost";
  return (
    <li
      class={`tile tile--${state}`}
      data-lamp={lamp.id}
      data-settled={lamp.settled.value}
      style={lightPaint(lamp)}
    >
      <button
        type="button"
        class="tile__switch"
        aria-pressed={shown.on}
        onClick={() => commandLamp(lamp, { on: !lamp.shown.peek().on })}
      >
        <span class="bulb">
          <Icon name={capabilities.brightness ? "bulb" : "plug"} />
        </span>
        <span class="tile__text">
          <span class="tile__name">{name}</span>
          <span class="tile__state">{words}</span>
        </span>
      </button>
      <a
        class="tile__more"
        href={linkTo(route.value.screen, lamp.id)}
        aria-label={`${name}: dim, colour and more`}
        aria-current={route.value.sheet === lamp.id ? "true" : undefined}
      >
        <Icon name="more" />
      </a>
    </li>
  );
};
