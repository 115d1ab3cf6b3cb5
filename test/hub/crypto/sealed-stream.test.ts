import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openedChunks, sealedChunks } from "../../../hub/crypto/sealed-stream.ts";

const key = () => createSecretKey(Buffer.alloc(32, 7));
const head = Buffer.from("head");
/** Three chunks and a bit. */
const text = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
const chunks = (): readonly Buffer[] => [...sealedChunks(key(), head, text)];

describe("a long text in chunks", () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])("of %i bytes comes back", (length) => {
    const sealed = Buffer.concat([...sealedChunks(key(), head, text.subarray(0, length))]);
    expect(openedChunks(key(), head, sealed)?.equals(text.subarray(0, length))).toBe(true);
  });

  test("is nothing without its end, wherever it is cut off, also between two chunks", () => {
    const all = chunks();
    expect(all.length).toBe(4);
    for (let count = 0; count < all.length; count++)
      expect(openedChunks(key(), head, Buffer.concat(all.slice(0, count)))).toBeUndefined();
  });

  test("is nothing with chunks put elsewhere, left out, twice, or behind its end", () => {
    const [one, two, three, last] = chunks() as [Buffer, Buffer, Buffer, Buffer];
    for (const mixed of [
      [two, one, three, last],
      [one, three, last],
      [one, one, two, three, last],
      [one, two, three, last, last],
      [last],
    ])
      expect(openedChunks(key(), head, Buffer.concat(mixed))).toBeUndefined();
  });

  test("is nothing whose chunk says that it is the last, or that it is not", () => {
    for (const at of [0, 3]) {
      const all = chunks().map((chunk) => Buffer.from(chunk));
      const chunk = all[at] as Buffer;
      chunk[0] = (chunk[0] as number) ^ 0x80;
      expect(openedChunks(key(), head, Buffer.concat(all.slice(0, at + 1)))).toBeUndefined();
    }
  });

  test("is nothing under another head or key", () => {
    const sealed = Buffer.concat(chunks());
    expect(openedChunks(key(), Buffer.from("heaD"), sealed)).toBeUndefined();
    expect(openedChunks(createSecretKey(Buffer.alloc(32, 8)), head, sealed)).toBeUndefined();
  });
});
