import { createHash } from "node:crypto";
import type { Shape } from "../../hub/api/contract.ts";
import { eventJson } from "../../hub/api/event-json.ts";
import type { DomainEvent } from "../../hub/domain/event.ts";
import type { Clock } from "../../hub/ports/clock.ts";

/** One thing that happened; `t`: milliseconds of hub time since the hub was ready. */
export type TracedEvent = { readonly t: number } & Shape<"Event">;

/** Everything that happened since the hub was ready, as strangers see it: ids and light, never names. */
export class Trace {
  readonly events: TracedEvent[] = [];
  readonly #clock: Clock;
  readonly #start: number;
  readonly #readers = new Set<() => void>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#start = clock.monotonic();
  }

  add(event: DomainEvent): void {
    this.events.push({ t: Math.round(this.#clock.monotonic() - this.#start), ...eventJson(event) });
    for (const wake of this.#readers) wake();
  }

  close(): void {
    this.#isClosed = true;
    for (const wake of this.#readers) wake();
  }

  /** Calls at every event. @returns stop */
  watch(call: () => void): () => void {
    this.#readers.add(call);
    return () => this.#readers.delete(call);
  }

  /** What happens from now on, until the hub closes or the reader leaves. */
  async *follow(): AsyncGenerator<TracedEvent, void> {
    for (let next = this.events.length; ; ) {
      while (next < this.events.length) yield this.events[next++] as TracedEvent;
      if (this.#isClosed) return;
      await new Promise<void>((wake) => {
        const stop = this.watch(() => {
          stop();
          wake();
        });
      });
    }
  }

  /** One JSON object per line. */
  text(): string {
    return this.events.map((event) => `${JSON.stringify(event)}\n`).join("");
  }

  /** SHA-256 of the text, hex. */
  hash(): string {
    return createHash("sha256").update(this.text()).digest("hex");
  }
}
