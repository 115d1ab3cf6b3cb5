/** Lamps that can be reached by one message; filled by the roof. */
export interface LampGrouping {
  /** What leaves for lamps while `act` runs may leave as one. */
  together(act: () => void): void;
  /** The groups a lamp says it listens to. */
  heard(address: string, groups: readonly string[]): void;
}

/** Each lamp by a message of its own. */
export const apart: LampGrouping = { together: (act) => act(), heard: () => {} };
