import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodingsOf } from "../../../app-sim/verify/canary-encodings.ts";
import { CanarySearch } from "../../../app-sim/verify/canary-search.ts";

const canary = 'Käthe "O\'Hara"/7f';

/** As other programs would write it, each made without our own encoder. */
const written: Readonly<Record<string, (text: string) => Buffer>> = {
  plain: (text) => Buffer.from(text),
  "in a JSON document": (text) => Buffer.from(JSON.stringify({ name: text })),
  hex: (text) => Buffer.from(Buffer.from(`xy${text}z`).toString("hex")),
  "hex in capitals": (text) => Buffer.from(Buffer.from(text).toString("hex").toUpperCase()),
  UTF16LE: (text) => Buffer.from(`ab${text}`, "utf16le"),
  UTF16BE: (text) => Buffer.from(`ab${text}`, "utf16le").swap16(),
  "a URL": (text) => Buffer.from(new URL(`http://h/?name=${encodeURIComponent(text)}`).href),
  "a form": (text) => Buffer.from(new URLSearchParams({ name: text }).toString()),
  "base64, 0 before": (text) => Buffer.from(Buffer.from(`${text}!`).toString("base64")),
  "base64, 1 before": (text) => Buffer.from(Buffer.from(`x${text}!!`).toString("base64")),
  "base64, 2 before": (text) => Buffer.from(Buffer.from(`xy${text}`).toString("base64")),
  base64url: (text) => Buffer.from(Buffer.from(`x${text}?`).toString("base64url")),
  "JSON by escapes": (text) =>
    Buffer.from(
      text
        .split("")
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        .join(""),
    ),
};

describe("a canary is found", () => {
  test.each(Object.entries(written))("as %s", (_, write) => {
    const bytes = Buffer.concat([randomBytes(1_000), write(canary), randomBytes(1_000)]);
    expect(new CanarySearch([canary]).in(bytes).map(({ canary: found }) => found)).toContain(0);
  });

  test("on every seam between two pieces", () => {
    const bytes = Buffer.concat([Buffer.alloc(40), Buffer.from(canary), Buffer.alloc(40)]);
    const search = new CanarySearch([canary]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const pieces = [bytes.subarray(0, cut), Buffer.alloc(0), bytes.subarray(cut)];
      expect([...search.inPieces(pieces)]).toEqual([{ canary: 0, encoding: "plain", at: 40 }]);
    }
  });

  test("each of five hundred, by its number", () => {
    const canaries = Array.from({ length: 500 }, (_, at) => `canary-${at}-${(at * 7919).toString(36)}`);
    const search = new CanarySearch(canaries);
    const bytes = Buffer.from(canaries.join("\0"));
    expect(new Set(search.in(bytes).map((hit) => hit.canary)).size).toBe(500);
    expect(search.in(randomBytes(1 << 20))).toEqual([]);
  });
});

test("what is not there is not found", () => {
  const search = new CanarySearch([canary]);
  expect(search.in(Buffer.from("Käthe O'Hara/7f"))).toEqual([]);
  expect(search.in(randomBytes(1 << 16))).toEqual([]);
});

test("a canary that would be found by chance is refused", () => {
  expect(() => new CanarySearch(["short"])).toThrow(RangeError);
});

test("no form is so short that chance would make it", () => {
  for (const { bytes } of encodingsOf("sixsix")) expect(bytes.length).toBeGreaterThanOrEqual(6);
});
