/** What the one light on the case says. */
export type PanelSignal =
  | "ready"
  | "set-up"
  | "connecting"
  | "no-clock"
  | "reset-level"
  | "done"
  | "error"
  | "off";

/** The button and the light on the case. */
export interface Panel {
  show(signal: PanelSignal): void;
  onButton(listener: (change: "pressed" | "released") => void): () => void;
}
