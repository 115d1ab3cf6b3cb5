import { effect, signal } from "@preact/signals";

const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "lampkeeper.theme";
const kept = localStorage.getItem(key);

/** `auto` follows the system. */
export const theme = signal<Theme>(themes.find((known) => known === kept) ?? "auto");

export const nextTheme = (): void => {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "auto";
  localStorage.setItem(key, theme.value);
};

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
