/** Why a session ended without having asked for it. */
export type CloseReason = "taken-over" | "revoked" | "refused" | "closing" | "too-slow" | "oversized";

export interface OpenSession {
  /** Of two sessions of one client with the same name the older ends [MQTT-3.1.4-2]; empty: no name. */
  readonly clientId: string;
  end(reason: CloseReason): void;
}

export type PresenceListener = (id: string, isOnline: boolean) => void;

/** Which identities are connected, by whichever way. */
export class SessionRegistry {
  /** A lone session stands by itself: ten thousand lamps have one each. */
  readonly #sessions = new Map<string, OpenSession | Set<OpenSession>>();
  readonly #listeners = new Set<PresenceListener>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  countOf(id: string): number {
    const present = this.#sessions.get(id);
    return present instanceof Set ? present.size : present === undefined ? 0 : 1;
  }

  of(id: string): readonly OpenSession[] {
    const present = this.#sessions.get(id);
    if (present === undefined) return [];
    return present instanceof Set ? [...present] : [present];
  }

  isOnline(id: string): boolean {
    return this.#sessions.has(id);
  }

  onPresence(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  enter(id: string, session: OpenSession): void {
    const present = this.#sessions.get(id);
    this.#count++;
    if (present instanceof Set) present.add(session);
    else this.#sessions.set(id, present === undefined ? session : new Set([present, session]));
    if (present === undefined) for (const listener of this.#listeners) listener(id, true);
  }

  leave(id: string, session: OpenSession): void {
    const present = this.#sessions.get(id);
    const wasHere = present instanceof Set ? present.delete(session) : present === session;
    if (!wasHere) return;
    this.#count--;
    if (present instanceof Set && present.size > 0) return;
    this.#sessions.delete(id);
    for (const listener of this.#listeners) listener(id, false);
  }

  all(): OpenSession[] {
    return [...this.#sessions.values()].flatMap((each) => (each instanceof Set ? [...each] : [each]));
  }
}
