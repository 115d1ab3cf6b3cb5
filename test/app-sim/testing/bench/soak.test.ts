import { expect, test } from "vitest";
import { histogramOf, spreadOf } from "../../../../app-sim/testing/bench/samples.ts";
import { soaked } from "../../../../app-sim/testing/bench/soak.ts";
import { Seconds } from "../../../../hub/domain/units.ts";
import { benchLamp } from "../../../support/bench-lamp.ts";
import { passing } from "../../../support/passing.ts";

const peer = { address: "a4:c1:38:02:83:f4", addressType: "public" } as const;

test("failures are counted by their reason, and the lamp is tried on", async () => {
  const { clock, central, raw } = benchLamp("triones/triones");
  let calls = 0;
  raw.fault = ({ kind }) => (kind === "entries" && ++calls % 4 === 0 ? "hang" : undefined);
  const { signal } = new AbortController();
  const report = await passing(clock, soaked(central, clock, { peer, most: { count: 20 }, signal }));
  expect(report).toMatchObject({ connections: 20, failures: 5, reasons: { timeout: 5 }, interrupted: false });
  expect(report.usableMs).toMatchObject({ count: 15 });
  expect(report.usableMs).not.toHaveProperty("p99");
});

test("a lamp that goes away is a reason too", async () => {
  const { clock, central, ether } = benchLamp("triones/triones");
  clock.after(Seconds(20), () => ether.take(peer.address));
  const { signal } = new AbortController();
  const report = await passing(clock, soaked(central, clock, { peer, most: { ms: 120_000 }, signal }));
  expect(report.connections).toBeGreaterThan(report.failures);
  expect(Object.keys(report.reasons)).toEqual(["timeout"]);
});

test("whoever interrupts it is told what was found until then", async () => {
  const { clock, central } = benchLamp("triones/triones");
  const stop = new AbortController();
  const tried = (connections: number) => {
    if (connections === 3) stop.abort();
  };
  const most = { ms: 8 * 3_600_000 };
  const report = await passing(clock, soaked(central, clock, { peer, most, signal: stop.signal, tried }));
  expect(report).toMatchObject({ connections: 3, failures: 0, interrupted: true, usableMs: { count: 3 } });
});

test("percentiles are those of the nearest rank, and the 99th needs 100 samples", () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => count - at);
  expect(spreadOf(upTo(100))).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
  expect(spreadOf(upTo(99))).toEqual({ count: 99, p50: 50, p95: 95, max: 99 });
  expect(spreadOf([])).toBeUndefined();
  expect(histogramOf([0.5, 1, 3, 3, 9])).toEqual([
    { belowMs: 1, count: 1 },
    { belowMs: 2, count: 1 },
    { belowMs: 4, count: 2 },
    { belowMs: 16, count: 1 },
  ]);
  expect(histogramOf([8]).reduce((sum, { count }) => sum + count, 0)).toBe(1);
});
