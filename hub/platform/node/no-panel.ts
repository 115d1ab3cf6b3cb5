import type { Panel } from "../../ports/panel.ts";

/** A case without button and light: a laptop, or a board whose pins are not set up. */
export class NoPanel implements Panel {
  light(_isLit: boolean): void {}

  onButton(): () => void {
    return () => {};
  }
}
