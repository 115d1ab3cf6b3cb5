import type { LightState, PowerOnBehaviour } from "./light.ts";

/**
 * What a lamp shows when its mains comes back (Zigbee StartUpOnOff, Matter 1.5.6.5: off, on, toggle, previous).
 * Level and colour are kept by the lamp's own flash; an effect is not.
 */
export const stateAfterPower = (behaviour: PowerOnBehaviour, before: LightState): LightState => {
  const { effect: _ended, ...kept } = before;
  switch (behaviour) {
    case "on":
      return { ...kept, on: true };
    case "off":
      return { ...kept, on: false };
    case "toggle":
      return { ...kept, on: !before.on };
    case "previous":
      return kept;
  }
};
