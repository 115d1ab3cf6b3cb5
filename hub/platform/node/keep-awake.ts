/** A timer of the clock keeps no process alive; one that only waits for such a timer would end. @returns to let it end */
export const keepAwake = (): (() => void) => {
  const timer = setInterval(() => {}, 2 ** 31 - 1);
  return () => clearInterval(timer);
};
