import { PortBusy } from "./domain/errors.ts";

export interface PortChoice {
  /** 0 = any free. */
  readonly port: number;
  readonly mayMove: boolean;
}

/** Opens at the port that was chosen, or at any free one where nobody insists. @throws PortBusy and what `open` throws */
export const onChosenPort = async <Opened>(
  { port, mayMove }: PortChoice,
  open: (port: number) => Promise<Opened>,
): Promise<Opened> => {
  try {
    return await open(port);
  } catch (error) {
    if (mayMove && error instanceof PortBusy) return open(0);
    throw error;
  }
};
