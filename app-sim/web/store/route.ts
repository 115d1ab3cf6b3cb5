import { computed, signal } from "@preact/signals";

const screens = ["home", "day", "devices", "why", "privacy"] as const;
export type Screen = (typeof screens)[number];

export interface Route {
  readonly screen: Screen;
  /** Of what the sheet shows: a lamp, on the screen "day" a rule or the template of one, on the screen "devices" also `newLamp`. */
  readonly sheet?: string;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

/** `#/devices/l-…`: a screen, and beside it the thing whose sheet is open. */
export const route = computed<Route>(() => {
  const [, screen, sheet] = hash.value.replace(/^#/, "").split("/");
  const known = screens.find((name) => name === screen) ?? "home";
  return sheet ? { screen: known, sheet } : { screen: known };
});

/** The sheet on which a lamp is added. */
export const newLamp = "new";

export const linkTo = (screen: Screen, sheet?: string): string => `#/${screen}${sheet ? `/${sheet}` : ""}`;

/** Leaves the sheet, staying on its screen. */
export const closeSheet = (): void => {
  location.hash = linkTo(route.peek().screen);
};
