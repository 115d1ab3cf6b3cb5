import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import type { Glow } from "../glow.ts";

/** Whether a lamp lights up when its mains comes back. @param before whether it was on when the mains went */
export const litAfterPowerCut = (behaviour: PowerOnBehaviour, before: boolean): boolean => {
  switch (behaviour) {
    case "on":
      return true;
    case "off":
      return false;
    case "previous":
      return before;
    case "toggle":
      return !before;
  }
};

/** What a lamp shows when its mains comes back: what its flash kept, lit as its setting says. */
export const glowAfterPowerCut = (behaviour: PowerOnBehaviour, kept: Glow): Glow => ({
  ...kept,
  on: litAfterPowerCut(behaviour, kept.on),
});
