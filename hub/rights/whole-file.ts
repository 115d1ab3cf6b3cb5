import { LimitExceeded } from "../domain/errors.ts";

/** More than a home of ten thousand lamps. */
export const mostHomeBytes = 64 * 1_024 * 1_024;

/** What comes piece by piece: so many bytes of its beginning, and then the rest. @throws LimitExceeded */
export const gathered = async (pieces: AsyncIterable<Uint8Array>, most = mostHomeBytes): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > most) throw new LimitExceeded("the file is longer than that of any home", { limit: most });
    all.push(piece);
  }
  const whole = Buffer.concat(all);
  // A passphrase may stand at its beginning: whoever has the whole wipes that, and nothing of it stays here.
  for (const piece of all) piece.fill(0);
  return whole;
};
