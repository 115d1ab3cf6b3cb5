import { booksPanel } from "./books.tsx";
import { connectionsPanel } from "./connections.tsx";
import type { Panel } from "./panel.ts";

/** In the order of the screen. */
export const panels: readonly Panel[] = [connectionsPanel, booksPanel];
