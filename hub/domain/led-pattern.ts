/** What the one light on the case says. */
export const panelSignals = [
  "ready",
  "set-up",
  "connecting",
  "no-clock",
  "button-held",
  "level-network",
  "level-factory",
  "done",
  "error",
  "off",
] as const;
export type PanelSignal = (typeof panelSignals)[number];

/** How long the light is on, and then off, in milliseconds. */
export type Flash = readonly [onMs: number, offMs: number];

export interface LedPattern {
  readonly meaning: string;
  /** One after the other, and then again; none: steady. */
  readonly flashes: readonly Flash[];
  /** Of a steady light. */
  readonly isLit: boolean;
  /** It is played once, and then whatever was shown before. */
  readonly isOnce?: true;
}

/** No pattern flashes more often in any second [WCAG 2.2, 2.3.1]. */
export const mostFlashesPerSecond = 3;

const short: Flash = [200, 200];
const times = (count: number, [onMs, offMs]: Flash, pauseMs: number): readonly Flash[] =>
  Array.from({ length: count }, (_, at) => [onMs, at === count - 1 ? pauseMs : offMs]);
const flashing = (meaning: string, flashes: readonly Flash[]): LedPattern => ({
  meaning,
  flashes,
  isLit: false,
});

/** The light of the case, by what it says; a real one and a simulated one are driven by this same table. */
export const ledPatterns: Readonly<Record<PanelSignal, LedPattern>> = {
  ready: { meaning: "ready", flashes: [], isLit: true },
  "set-up": flashing("waits to be set up", [[1_000, 1_000]]),
  connecting: flashing("connects to the Wi-Fi", times(2, short, 1_500)),
  "no-clock": flashing("no clock to trust: schedules wait", times(3, short, 1_500)),
  "button-held": flashing("the button is held, nothing happens on release", [[600, 600]]),
  "level-network": flashing("on release the Wi-Fi is forgotten", [[300, 300]]),
  "level-factory": flashing("on release everything is erased", [[180, 180]]),
  done: { meaning: "done", flashes: times(3, [800, 400], 5_000), isLit: false, isOnce: true },
  error: flashing("something is wrong, see the log", times(5, short, 2_000)),
  off: { meaning: "off", flashes: [], isLit: false },
};
