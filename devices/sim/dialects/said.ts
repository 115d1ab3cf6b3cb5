import type { Glow } from "../glow.ts";
import type { LampModel, SimLamp } from "../sim-lamp.ts";

interface Said {
  readonly goal: Glow;
  readonly lies: boolean;
  readonly powerOn: SimLamp["powerOn"];
  readonly text: string;
}

/**
 * A lamp's words about its goal, as JSON. Lamps of a product that shall show the same say the very same, so the newest is
 * written once for all of them; one that measures says what no other does.
 *
 * @param words made of the lamp's goal, model and power-on behaviour, and of whether it lies; of nothing else
 */
export const saidOfGoal = (words: (lamp: SimLamp) => object): ((lamp: SimLamp) => string) => {
  const newest = new Map<LampModel, Said>();
  return (lamp) => {
    const { model, goal, lies, powerOn } = lamp;
    if (model.load !== undefined) return JSON.stringify(words(lamp));
    const last = newest.get(model);
    if (last?.goal === goal && last.lies === lies && last.powerOn === powerOn) return last.text;
    const text = JSON.stringify(words(lamp));
    newest.set(model, { goal, lies, powerOn, text });
    return text;
  };
};
