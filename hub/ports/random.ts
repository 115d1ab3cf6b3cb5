/** Chance that need not be secret: jitter, palettes, simulated people. Seeded in simulation. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** Integer 0..below-1. @param below 1..2^32 */
  below(below: number): number;
  /** An independent stream; the same label of the same parent gives the same stream, whatever was drawn before. */
  fork(label: string): Random;
}
