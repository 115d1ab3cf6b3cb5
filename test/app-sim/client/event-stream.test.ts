import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStreamParser } from "../../../app-sim/client/event-stream.ts";

const read = (text: string, cuts: readonly number[] = []) => {
  const parser = new EventStreamParser();
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort(
    (a, b) => a - b,
  );
  const messages = edges.flatMap((edge, index) =>
    parser.read(text.slice(edge, edges[index + 1] ?? text.length)),
  );
  return { messages, lastId: parser.lastId, retryMs: parser.retryMs };
};

test("fields, comments, lines of several kinds and data of several lines", () => {
  const text =
    ": hello\r\nretry: 250\nid: 1\n\nevent: x\ndata: a\rdata:b\ndata\n\nid: 2\ndata:  c\n\nid\ndata: d\n\ndata: cut";
  expect(read(text)).toEqual({
    messages: [
      { id: "1", data: undefined },
      { id: "1", data: "a\nb\n" },
      { id: "2", data: " c" },
      { id: "", data: "d" },
    ],
    lastId: "",
    retryMs: 250,
  });
});

test("it does not matter where the network cuts", () => {
  const piece = fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "data: ",
    "id: 7",
    "data:x",
    ": c",
    "retry: 5",
    "é",
    "a\0b",
    ":",
    " ",
  );
  const streams = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(streams, fc.array(fc.nat(200)), (text, cuts) => {
      expect(read(text, cuts)).toEqual(read(text));
    }),
    { numRuns: 1_000 },
  );
});
