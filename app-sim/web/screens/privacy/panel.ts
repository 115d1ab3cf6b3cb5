import type { FunctionComponent } from "preact";

/** One card of the privacy screen. */
export interface Panel {
  readonly key: string;
  /** How high it is beside the others, in rows. */
  readonly weight: number;
  /** Whether whoever is signed in has any use for it. */
  readonly isFor: () => boolean;
  readonly Content: FunctionComponent;
}
