/** The value of record n, of changing length, so that records move between pages. */
export const numberedValue = (n: number): Buffer => Buffer.from(`${n}:`.repeat(1 + ((n * 7) % 150)));
