import { HubClient } from "../../client/hub-client.ts";

/** How the page waits before it looks for a lost hub again; `store/live.ts` hangs its countdown here. */
export const waiting: { pass: (ms: number, signal: AbortSignal) => Promise<void> } = {
  pass: () => Promise.resolve(),
};

/** The hub that served this page; the session's cookie says who is asking. */
export const hub = new HubClient({
  url: new URL("api/v1", document.baseURI).href,
  // Called as a free function: a browser's fetch refuses any other `this`.
  fetch: (request) => fetch(request),
  sleep: (ms, signal) => waiting.pass(ms, signal),
});
