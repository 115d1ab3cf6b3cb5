import { keepNewest } from "../../../hub/domain/few.ts";
import type { Glow } from "../glow.ts";
import type { LampModel, SimLamp } from "../sim-lamp.ts";

interface Said {
  readonly goal: Glow;
  readonly lies: boolean;
  readonly powerOn: SimLamp["powerOn"];
  readonly text: string;
}

/**
 * A lamp's words about its goal, as JSON. Lamps of a product that shall show the same say the very same, so the newest are
 * written once for all of them; one that measures says what no other does.
 *
 * @param words made of the lamp's goal, model and power-on behaviour, and of whether it lies; of nothing else
 */
export const saidOfGoal = (words: (lamp: SimLamp) => object): ((lamp: SimLamp) => string) => {
  const newest = new Map<LampModel, Said[]>();
  return (lamp) => {
    const { model, goal, lies, powerOn } = lamp;
    if (model.load !== undefined) return JSON.stringify(words(lamp));
    const known = newest.get(model) ?? [];
    for (const each of known)
      if (each.goal === goal && each.lies === lies && each.powerOn === powerOn) return each.text;
    const text = JSON.stringify(words(lamp));
    keepNewest(known, { goal, lies, powerOn, text });
    newest.set(model, known);
    return text;
  };
};
