import { booksPanel } from "./books.tsx";
import { checkUpPanel } from "./check-up.tsx";
import type { Panel } from "./panel.ts";
import { requestsPanel } from "./requests.tsx";

/** In the order of the screen. */
export const panels: readonly Panel[] = [requestsPanel, checkUpPanel, booksPanel];
