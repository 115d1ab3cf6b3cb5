import type { Suspicion, Suspicions } from "../domain/incident.ts";

/** From wherever something looks wrong to whoever makes something of it. */
export class SuspicionLine implements Suspicions {
  readonly #listeners = new Set<(suspicion: Suspicion) => void>();

  note(suspicion: Suspicion): void {
    for (const listener of this.#listeners) listener(suspicion);
  }

  /** @returns to hear no more */
  listen(listener: (suspicion: Suspicion) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
