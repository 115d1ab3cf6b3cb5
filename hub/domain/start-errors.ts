import { WorldError } from "./errors.ts";

/** What the hub holds would leak from a process like this one. `context.what` says which. Nothing was opened. */
export class StartRefused extends WorldError {
  override readonly code = "start_refused";
}
