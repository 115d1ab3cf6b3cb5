import { booksPanel } from "./books.tsx";
import type { Panel } from "./panel.ts";
import { yourDataPanel } from "./your-data.tsx";

/** In the order of the screen. */
export const panels: readonly Panel[] = [yourDataPanel, booksPanel];
