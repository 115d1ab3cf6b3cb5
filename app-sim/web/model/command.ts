import type { LightCommand, LightState } from "./shapes.ts";

/** What a lamp will show once it has done `command`: the same rule as the hub's, without its clamping. */
export const afterCommand = (state: LightState, command: LightCommand): LightState => {
  const { on, brightness, colorTemperature, color, effect } = command;
  const tint = color ? { color } : colorTemperature === undefined ? tintOf(state) : { colorTemperature };
  return {
    on: on ?? state.on,
    brightness: brightness ?? state.brightness,
    ...tint,
    ...(effect === undefined ? effectOf(state, command) : effect === "none" ? {} : { effect }),
  };
};

const tintOf = ({ color, colorTemperature }: LightState): Partial<LightState> =>
  color ? { color } : colorTemperature === undefined ? {} : { colorTemperature };

/** Asking for a colour ends an effect. */
const effectOf = (state: LightState, command: LightCommand): Partial<LightState> =>
  state.effect === undefined || command.color || command.colorTemperature !== undefined
    ? {}
    : { effect: state.effect };
