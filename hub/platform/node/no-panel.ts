import type { Panel, PanelSignal } from "../../ports/panel.ts";

/** A case without button and light: a laptop, or a board whose pins are not set up. */
export class NoPanel implements Panel {
  show(_signal: PanelSignal): void {}

  onButton(): () => void {
    return () => {};
  }
}
