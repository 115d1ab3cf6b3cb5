import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Case, contest, measured } from "../../../scripts/bench/case.ts";
import {
  idOf,
  PacketCutter,
  packetIdOffset,
  payloadOf,
  publishPacket,
  topicOf,
} from "../../../scripts/bench/mqtt-wire.ts";
import { exitCodeOf, judge, missed, type Promised } from "../../../scripts/bench/row.ts";
import { runBenchmarks } from "../../../scripts/bench/run.ts";
import { quantile, ratiosOf, rotated, spreadOf } from "../../../scripts/bench/statistics.ts";

const faster: Promised = {
  id: "P0",
  case: "planted",
  what: "messages",
  unit: "messages/s",
  peer: "peer",
  better: "more",
  judged: "ratio",
  gate: 1,
  goal: 2,
};
const smaller: Promised = {
  ...faster,
  id: "M0",
  unit: "kB",
  better: "less",
  judged: "figure",
  gate: 10,
  goal: 5,
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const caseOf = (run: Case["run"]): Case => ({ name: "planted", promises: [faster], run });

const benchmark = async (cases: readonly Case[], ...args: string[]) => {
  const said: string[] = [];
  const json = join(folder, "results.json");
  const code = await runBenchmarks(cases, ["--json", json, ...args], {
    out: (text) => said.push(text),
    progress: () => undefined,
  });
  return { code, said: said.join("\n"), json };
};

describe("statistics", () => {
  test("the median is the middle, or the mean of the middle two", () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
    expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
    expect(spreadOf([]).median).toBeNaN();
  });

  test("no single disturbed round of five decides the median", () => {
    const rounds = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(rounds, fc.double({ min: 0, max: 1e6, noNaN: true }), (calm, disturbed) => {
        const { median } = spreadOf([...calm, disturbed]);
        expect(median).toBeGreaterThanOrEqual(0.9);
        expect(median).toBeLessThanOrEqual(1.1);
      }),
    );
  });

  test("quantiles are values that were measured", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1, 0].map((share) => quantile(values, share))).toEqual([50, 99, 100, 1]);
  });

  test("a ratio is of one round: a slow machine slows both", () => {
    expect(ratiosOf([10, 5, 20], [5, 2.5, 10])).toEqual([2, 2, 2]);
  });

  test("every target stands in every place equally often", () => {
    const orders = [0, 1, 2].map((round) => rotated(["a", "b", "c"], round).join(""));
    expect(orders).toEqual(["abc", "bca", "cab"]);
  });
});

describe("a row", () => {
  test.each([
    [2.5, "goal"],
    [2, "goal"],
    [1.5, "gate"],
    [1, "gate"],
    [0.99, "missed"],
    [Number.NaN, "missed"],
  ])("more is better: x%d is %s", (ratio, verdict) => {
    expect(judge(faster, { ours: [ratio], peers: [1] }).verdict).toBe(verdict);
  });

  test.each([
    [4, "goal"],
    [7, "gate"],
    [11, "missed"],
  ])("less is better, and judged alone: %d kB is %s", (ours, verdict) => {
    expect(judge(smaller, { ours: [ours], peers: [] })).toMatchObject({
      verdict,
      ratio: null,
      peerFigure: null,
    });
  });

  test("one row below its gate, one that did not run, or none at all makes exit code 1", () => {
    const good = judge(faster, { ours: [3], peers: [1] });
    expect(exitCodeOf([good])).toBe(0);
    expect(exitCodeOf([good, judge(faster, { ours: [0.5], peers: [1] })])).toBe(1);
    expect(exitCodeOf([good, missed(faster, "the peer is not installed")])).toBe(1);
    expect(exitCodeOf([])).toBe(1);
  });
});

describe("the benchmark", () => {
  test("a planted row below its gate makes exit code 1 and is in report and file", async () => {
    const planted = caseOf(async () => [judge(faster, { ours: [1, 1, 1], peers: [2, 2, 4] })]);
    const { code, said, json } = await benchmark([planted]);
    expect(code).toBe(1);
    expect(said).toMatch(/P0 .*x0\.5 \(0\.25-0\.5\).*MISSED/);
    const document = JSON.parse(readFileSync(json, "utf8"));
    expect(document).toMatchObject({ schema: "lampkeeper.bench/1", rounds: 5 });
    expect(document.rows).toMatchObject([{ id: "P0", verdict: "missed", ours: 1, ratio: { median: 0.5 } }]);
  });

  test("a row at its gate makes exit code 0", async () => {
    expect((await benchmark([caseOf(async () => [judge(faster, { ours: [1], peers: [1] })])])).code).toBe(0);
  });

  test("a case that breaks misses all its rows, and says why", async () => {
    const broken = caseOf(() => Promise.reject(new Error("mosquitto is not installed")));
    const { code, said } = await benchmark([broken]);
    expect(code).toBe(1);
    expect(said).toContain("MISSED: mosquitto is not installed");
  });

  test("one case can be run alone; an unknown one, or no rounds, is wrong usage", async () => {
    const good = caseOf(async () => [judge(faster, { ours: [1], peers: [1] })]);
    const broken = { ...caseOf(() => Promise.reject(new Error("not asked for"))), name: "other" };
    expect((await benchmark([good, broken], "planted")).code).toBe(0);
    expect((await benchmark([good], "nothing")).code).toBe(2);
    expect((await benchmark([good], "--rounds", "0")).code).toBe(2);
    expect((await benchmark([good], "--help")).said).toContain("planted");
  });
});

describe("a contest", () => {
  const conditions = { rounds: 3, quick: false, say: () => undefined };
  const contestant = (name: string, figures: () => Record<string, number>, order: string[] = []) => ({
    name,
    measure: async () => {
      order.push(name);
      return { figures: figures(), generatorShare: 0.7 };
    },
  });

  test("takes turns, and notes a generator that was busy itself", async () => {
    const order: string[] = [];
    const series = await contest(
      [contestant("ours", () => ({ rate: 4 }), order), contestant("peer", () => ({ rate: 2 }), order)],
      conditions,
    );
    expect(order.join(" ")).toBe("ours peer peer ours ours peer");
    const { ours, peers, notes } = measured(series, "rate", "ours", "peer");
    expect([ours, peers]).toEqual([
      [4, 4, 4],
      [2, 2, 2],
    ]);
    expect(notes?.join()).toContain("more than 60 %");
  });

  test("a message lost, or a contestant that failed, is no figure", async () => {
    const series = await contest(
      [
        contestant("ours", () => ({ rate: 4, lost: 1 })),
        contestant("peer", () => {
          throw new Error("did not answer");
        }),
      ],
      conditions,
    );
    expect(() => measured(series, "rate", "ours", undefined)).toThrow("ours lost 3 messages");
    expect(() => measured(series, "rate", "peer", undefined)).toThrow("peer: did not answer");
    expect(() => measured(series, "rate", "nobody", undefined)).toThrow("nobody did not take part");
  });
});

describe("the generator's MQTT", () => {
  test("cuts a stream into the packets it was made of, however it is chopped", () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 50 }), fc.constantFrom(0, 1), (bodies, size, qos) => {
        const stream = Buffer.concat(
          bodies.map((body) => publishPacket("a/b", Buffer.from(body), qos as 0 | 1)),
        );
        const seen: string[] = [];
        const cutter = new PacketCutter((firstByte, bytes, start, end) => {
          expect(topicOf(bytes, start)).toBe("a/b");
          if (qos === 1) expect(idOf(bytes, start)).toBe(1);
          seen.push(payloadOf(firstByte, bytes, start, end).toString("hex"));
        });
        for (let at = 0; at < stream.length; at += size) cutter.push(stream.subarray(at, at + size));
        expect(seen).toEqual(bodies.map((body) => Buffer.from(body).toString("hex")));
      }),
    );
  });

  test("knows where the packet id stands, also behind a long length", () => {
    for (const length of [0, 100, 200, 20_000]) {
      const packet = publishPacket("topic", Buffer.alloc(length), 1);
      expect(packet.readUInt16BE(packetIdOffset(packet))).toBe(1);
    }
  });
});
