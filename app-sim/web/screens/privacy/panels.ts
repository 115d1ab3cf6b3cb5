import { booksPanel } from "./books.tsx";
import { browserPanel } from "./browser.tsx";
import { homeConsentsPanel, ownConsentsPanel } from "./consents.tsx";
import { deviceScopesPanel } from "./devices.tsx";
import type { Panel } from "./panel.ts";

/** In the order of the screen. */
export const panels: readonly Panel[] = [
  ownConsentsPanel,
  homeConsentsPanel,
  deviceScopesPanel,
  browserPanel,
  booksPanel,
];
