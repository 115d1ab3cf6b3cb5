import { booksPanel } from "./books.tsx";
import { browserPanel } from "./browser.tsx";
import { checkUpPanel } from "./check-up.tsx";
import { connectionsPanel } from "./connections.tsx";
import { homeConsentsPanel, ownConsentsPanel } from "./consents.tsx";
import { deviceScopesPanel } from "./devices.tsx";
import { disclosuresPanel } from "./disclosures.tsx";
import { membersPanel } from "./members.tsx";
import { messagesPanel } from "./messages.tsx";
import { noticePanel } from "./notice.tsx";
import type { Panel } from "./panel.ts";
import { programsPanel } from "./programs.tsx";
import { requestsPanel } from "./requests.tsx";
import { changesPanel, keptPanel } from "./retention.tsx";
import { reviewPanel } from "./review.tsx";
import { updatesPanel } from "./updates.tsx";
import { yourDataPanel } from "./your-data.tsx";

/** In the order of the screen. */
export const panels: readonly Panel[] = [
  messagesPanel,
  ownConsentsPanel,
  homeConsentsPanel,
  deviceScopesPanel,
  connectionsPanel,
  browserPanel,
  noticePanel,
  reviewPanel,
  membersPanel,
  programsPanel,
  requestsPanel,
  checkUpPanel,
  updatesPanel,
  disclosuresPanel,
  yourDataPanel,
  changesPanel,
  keptPanel,
  booksPanel,
];
