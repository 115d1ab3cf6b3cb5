import { booksPanel } from "./books.tsx";
import { noticePanel } from "./notice.tsx";
import type { Panel } from "./panel.ts";
import { reviewPanel } from "./review.tsx";

/** In the order of the screen. */
export const panels: readonly Panel[] = [noticePanel, booksPanel, reviewPanel];
