import type { Panel } from "../../ports/panel.ts";

/** A button and a light that a test or a simulated hand works. */
export class SimPanel implements Panel {
  isLit = false;
  isPressed = false;
  readonly #listeners = new Set<(change: "pressed" | "released") => void>();

  light(isLit: boolean): void {
    this.isLit = isLit;
  }

  onButton(listener: (change: "pressed" | "released") => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  work(change: "pressed" | "released"): void {
    this.isPressed = change === "pressed";
    for (const listener of this.#listeners) listener(change);
  }
}
