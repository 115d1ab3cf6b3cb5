import { booksPanel } from "./books.tsx";
import { disclosuresPanel } from "./disclosures.tsx";
import type { Panel } from "./panel.ts";

/** In the order of the screen. */
export const panels: readonly Panel[] = [disclosuresPanel, booksPanel];
