import type { LinkLayer } from "./link-layer.ts";
import { status } from "./status.ts";

/** What a controller does about one command of its host. */
export interface Command {
  /** Parameters may be longer, for later versions of the command, and never shorter. */
  readonly leastBytes: number;
  run(layer: LinkLayer, parameters: Buffer): CommandAnswer;
}

/** `complete`: done, with its return parameters behind the status. `status`: taken on, or refused; what comes of it is an event. */
export interface CommandAnswer {
  readonly kind: "complete" | "status";
  readonly status: number;
  readonly result?: Buffer;
  /** What happens once the host has been answered. */
  readonly afterwards?: () => void;
}

export type Commands = Readonly<Record<number, Command>>;

export const done: CommandAnswer = { kind: "complete", status: status.success };

export const completed = (result: Buffer): CommandAnswer => ({ ...done, result });

export const refused = (code: number): CommandAnswer => ({ kind: "complete", status: code });

export const begun = (afterwards: () => void): CommandAnswer => ({
  kind: "status",
  status: status.success,
  afterwards,
});

export const notBegun = (code: number): CommandAnswer => ({ kind: "status", status: code });

/** A command that changes the layer, and has nothing to return. */
export const setting = (
  leastBytes: number,
  set: (layer: LinkLayer, parameters: Buffer) => void,
): Command => ({
  leastBytes,
  run: (layer, parameters) => {
    set(layer, parameters);
    return done;
  },
});

export const constant = (result: Buffer): Command => ({ leastBytes: 0, run: () => completed(result) });
