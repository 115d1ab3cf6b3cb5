import { booksPanel } from "./books.tsx";
import { membersPanel } from "./members.tsx";
import type { Panel } from "./panel.ts";
import { programsPanel } from "./programs.tsx";

/** In the order of the screen. */
export const panels: readonly Panel[] = [membersPanel, programsPanel, booksPanel];
