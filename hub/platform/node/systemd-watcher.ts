import { spawn } from "node:child_process";
import type { Watcher } from "../../ports/firmware.ts";

/**
 * Tells systemd how the service is. Node has no datagram sockets of the Unix kind, so systemd's own program speaks; the
 * unit needs `NotifyAccess=all`. Without systemd nothing is told.
 *
 * Source: sd_notify(3), sd_watchdog_enabled(3).
 */
export class SystemdWatcher implements Watcher {
  readonly #isWatched: boolean;
  readonly #everyMs: number;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param environment NOTIFY_SOCKET and WATCHDOG_USEC as systemd sets them */
  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#isWatched = (environment["NOTIFY_SOCKET"] ?? "") !== "";
    // Half of what systemd waits, as sd_watchdog_enabled(3) recommends.
    this.#everyMs = Number(environment["WATCHDOG_USEC"]) / 2_000;
  }

  ready(): void {
    if (this.#isWatched) notify("--ready");
  }

  alive(): void {
    const now = performance.now();
    if (!this.#isWatched || !(now - this.#toldAt >= this.#everyMs)) return;
    this.#toldAt = now;
    notify("WATCHDOG=1");
  }
}

const notify = (word: string): void => {
  // Whether it works shows in systemd: a service that is never ready or silent is restarted.
  spawn("systemd-notify", [word], { stdio: "ignore" }).on("error", () => {});
};
