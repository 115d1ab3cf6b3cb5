import { timeOfDay } from "../model/words.ts";
import { giveBackToTheSun } from "../store/commander.ts";
import type { LampModel } from "../store/home.ts";

/** "Brightness is yours until 21:40, the colour follows the sun." */
const sentence = (brightness: string | null, color: string | null): string => {
  if (brightness === null && color === null) return "Follows the sun.";
  if (brightness !== null && color !== null) {
    const [dim, tint] = [timeOfDay(brightness), timeOfDay(color)];
    return dim === tint
      ? `Brightness and colour are yours until ${dim}.`
      : `Brightness is yours until ${dim}, the colour until ${tint}.`;
  }
  return brightness === null
    ? `The colour is yours until ${timeOfDay(color ?? "")}, brightness follows the sun.`
    : `Brightness is yours until ${timeOfDay(brightness)}, the colour follows the sun.`;
};

/** What the sun leads of a lamp, until when somebody has the rest, and the way back before that. */
export const SunLed = ({ lamp }: { lamp: LampModel }) => {
  const led = lamp.light.value.circadian;
  if (!led) return null;
  const isTaken = led.brightness !== null || led.color !== null;
  return (
    <section class="sheet__part sun-led" aria-label="Light that follows the sun">
      <p>{sentence(led.brightness, led.color)}</p>
      {isTaken && (
        <button type="button" class="button" onClick={() => void giveBackToTheSun(lamp)}>
          Give back to the sun
        </button>
      )}
    </section>
  );
};
