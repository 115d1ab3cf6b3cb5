/** How the app's colours are chosen; `auto` follows the system. */
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** A browser asks that nothing is shared and nobody followed: Global Privacy Control, or the older Do Not Track. */
export type BrowserSignal = "gpc" | "dnt";

/**
 * What the headers of a request ask for. Both: the stronger counts.
 *
 * Source: Global Privacy Control, 2.1 (`Sec-GPC: 1`); Tracking Preference Expression (DNT), 5.2 (`DNT: 1`).
 */
export const signalIn = (header: (name: string) => string | undefined): BrowserSignal | undefined => {
  if (header("sec-gpc")?.trim() === "1") return "gpc";
  // What comes behind the first character are extensions [DNT 5.2].
  return header("dnt")?.trim().startsWith("1") ? "dnt" : undefined;
};
