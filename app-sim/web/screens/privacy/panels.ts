import { booksPanel } from "./books.tsx";
import type { Panel } from "./panel.ts";
import { changesPanel, keptPanel } from "./retention.tsx";

/** In the order of the screen. */
export const panels: readonly Panel[] = [changesPanel, keptPanel, booksPanel];
