/** The button and the light on the case. */
export interface Panel {
  light(isLit: boolean): void;
  /** @returns to hear no more */
  onButton(listener: (change: "pressed" | "released") => void): () => void;
}
