import { computed, signal } from "@preact/signals";

export type Route =
  | { readonly screen: "home"; readonly lamp?: string }
  | { readonly screen: "devices"; readonly lamp?: string }
  | { readonly screen: "why"; readonly lamp?: string };

const screens = ["home", "devices", "why"] as const;
export type Screen = (typeof screens)[number];

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

/** `#/devices/l-…`: a screen, and beside it the lamp whose sheet is open. */
export const route = computed<Route>(() => {
  const [, screen, lamp] = hash.value.replace(/^#/, "").split("/");
  const known = screens.find((name) => name === screen) ?? "home";
  return lamp ? { screen: known, lamp } : { screen: known };
});

export const linkTo = (screen: Screen, lamp?: string): string => `#/${screen}${lamp ? `/${lamp}` : ""}`;

/** Leaves the lamp sheet, staying on its screen. */
export const closeLamp = (): void => {
  location.hash = linkTo(route.peek().screen);
};
