/** What of process, disk and system is looked at before a hub holds anything. */
export type CheckName =
  | "inspector"
  | "core-dump"
  | "report"
  | "heap-snapshot"
  | "file-modes"
  | "folder-modes"
  | "swap"
  | "io-uring"
  | "bluetooth";

/** One of them. `warn`: the hub runs, and says so. `refused`: what it holds would leak, so it does not start. */
export interface StartCheck {
  readonly check: CheckName;
  readonly state: "ok" | "warn" | "refused";
  /** Without a word about anybody. */
  readonly found: string;
  /** The one command, or the one thing to do, that puts it right. */
  readonly repair?: string;
}
