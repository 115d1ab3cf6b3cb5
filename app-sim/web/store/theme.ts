import { effect, signal } from "@preact/signals";
import { type Theme, themes } from "../../../hub/domain/browser-signal.ts";
import { hub } from "./hub.ts";

/** `auto` follows the system. The hub keeps it, with the account or the session: this browser keeps nothing. */
export const theme = signal<Theme>("auto");

export const learnTheme = async (): Promise<void> => {
  theme.value = (await hub.call("readBrowser")).theme;
};

export const nextTheme = (): void => {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "auto";
  // Where the hub does not answer it holds as long as the page.
  void hub.call("setTheme", { body: { theme: theme.value } }).catch(() => undefined);
};

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
