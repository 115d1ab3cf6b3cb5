import { booksPanel } from "./books.tsx";
import { connectionsPanel } from "./connections.tsx";
import { messagesPanel } from "./messages.tsx";
import type { Panel } from "./panel.ts";

/** In the order of the screen. */
export const panels: readonly Panel[] = [messagesPanel, connectionsPanel, booksPanel];
