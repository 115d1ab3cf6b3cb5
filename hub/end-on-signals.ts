/**
 * Ends the home, then the process with 0. A start that is broken off has promised nothing yet. Signals that come again
 * change nothing: a terminal's Ctrl+C reaches this process and its parent, who passes it on.
 *
 * @returns to be told how to end, as soon as there is something to end
 */
export const endOnSignals = (): ((close: () => Promise<void>) => void) => {
  let close: () => Promise<void> = async () => {};
  let isEnding = false;
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    process.exit(await ended(close));
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, end);
  return (given) => {
    close = given;
  };
};

/** The exit code. */
const ended = async (close: () => Promise<void>): Promise<number> => {
  try {
    await close();
    return 0;
  } catch (error) {
    process.stderr.write(`lampkeeper: ${error}\n`);
    return 1;
  }
};
