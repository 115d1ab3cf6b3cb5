import { lampColor } from "../model/lamp-color.ts";
import { causeWords, notRunWords, stateWords, timeOfDay } from "../model/words.ts";
import type { Happening } from "../store/happenings.ts";
import { happenings } from "../store/happenings.ts";
import { home } from "../store/home.ts";
import { linkTo } from "../store/route.ts";

/** Until something happens while the page is open: what brought each lamp to where it is. */
const standing = (): readonly Happening[] =>
  [...home.lamps.value.values()]
    .map((lamp) => ({ id: 0, lamp: lamp.id, cause: lamp.light.value.cause, state: lamp.light.value.desired }))
    .sort((a, b) => b.cause.at.localeCompare(a.cause.at));

const heardCommands = (): ReadonlySet<string> =>
  new Set(happenings.value.map(({ lamp, cause }) => `${lamp}${cause.command}`));

const Row = ({ happening }: { happening: Happening }) => {
  const lamp = home.lamps.value.get(happening.lamp);
  if (!lamp) return null;
  const { name, room, capabilities } = lamp.light.value;
  const { state, notRun, cause } = happening;
  const what = notRun
    ? `did not follow: ${notRunWords(notRun)}`
    : state && stateWords(state, capabilities.brightness !== undefined);
  return (
    <li class={notRun ? "event event--missed" : "event"}>
      <time class="event__time" dateTime={cause.at}>
        {timeOfDay(cause.at)}
      </time>
      <span
        class="swatch"
        aria-hidden="true"
        style={{ "--lamp": state?.on ? lampColor(state) : "transparent", "--level": state?.on ? "1" : "0" }}
      />
      <p class="event__text">
        <a href={linkTo("why", lamp.id)}>{name}</a> <span class="quiet">{home.roomName(room)}</span>
        <br />
        {what}, by {causeWords(cause)}
      </p>
    </li>
  );
};

export const WhyScreen = () => {
  const heard = heardCommands();
  const rows = [
    ...happenings.value,
    ...standing().filter(({ lamp, cause }) => !heard.has(`${lamp}${cause.command}`)),
  ];
  return (
    <>
      <header class="greeting">
        <div>
          <h1>Why</h1>
          <p class="greeting__more">Every change of a lamp has one cause. Newest first.</p>
        </div>
      </header>
      {rows.length === 0 ? (
        <p class="quiet">Nothing has happened yet.</p>
      ) : (
        <ol class="card events" aria-label="What happened">
          {rows.map((happening) => (
            <Row key={`${happening.id}${happening.lamp}`} happening={happening} />
          ))}
        </ol>
      )}
    </>
  );
};
