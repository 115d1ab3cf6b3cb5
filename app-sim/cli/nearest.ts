/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
export const distance = (from: string, to: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next[j] = Math.min(
        at(row, j) + 1,
        at(next, j - 1) + 1,
        replaced,
        isSwap ? at(before, j - 2) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return at(row, to.length);
};

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;

/** What somebody may have meant: near enough, the nearest first, at most three. */
export const nearest = (word: string, known: readonly string[]): string[] =>
  known
    .map((each) => ({ each, steps: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, steps }) => steps <= Math.max(1, Math.floor(Math.max(word.length, each.length) * 0.4)))
    .sort((a, b) => a.steps - b.steps)
    .slice(0, 3)
    .map(({ each }) => each);
