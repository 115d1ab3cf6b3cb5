import type { DomainEvent, DomainEventKind, EventBus, EventOf } from "../domain/event.ts";

const none: readonly never[] = [];

/** Delivers events at once, in order of subscription, to whoever listens. */
export class SyncEventBus implements EventBus {
  readonly #byKind = new Map<DomainEventKind, Set<(event: never) => void>>();
  readonly #all = new Set<(event: DomainEvent) => void>();
  readonly #queue: DomainEvent[] = [];
  #delivering = false;

  /** An event published by a listener waits its turn, so every listener sees the same order. */
  publish(event: DomainEvent): void {
    if (this.#delivering) {
      this.#queue.push(event);
      return;
    }
    this.#delivering = true;
    try {
      this.#deliver(event);
      for (let at = 0; at < this.#queue.length; at++) this.#deliver(this.#queue[at] as DomainEvent);
    } finally {
      if (this.#queue.length > 0) this.#queue.length = 0;
      this.#delivering = false;
    }
  }

  subscribe<Kind extends DomainEventKind>(kind: Kind, listener: (event: EventOf<Kind>) => void): () => void {
    const listeners = this.#byKind.get(kind) ?? new Set();
    this.#byKind.set(kind, listeners);
    listeners.add(listener as (event: never) => void);
    return () => listeners.delete(listener as (event: never) => void);
  }

  subscribeAll(listener: (event: DomainEvent) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  #deliver(event: DomainEvent): void {
    for (const listener of this.#byKind.get(event.kind) ?? none) listener(event as never);
    for (const listener of this.#all) listener(event);
  }
}
