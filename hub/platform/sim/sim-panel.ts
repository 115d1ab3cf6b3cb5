import type { Panel, PanelSignal } from "../../ports/panel.ts";

/** A button and a light that a test or a simulated hand works. */
export class SimPanel implements Panel {
  signal: PanelSignal = "off";
  readonly #listeners = new Set<(change: "pressed" | "released") => void>();

  show(signal: PanelSignal): void {
    this.signal = signal;
  }

  onButton(listener: (change: "pressed" | "released") => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  work(change: "pressed" | "released"): void {
    for (const listener of this.#listeners) listener(change);
  }
}
