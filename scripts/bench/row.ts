import { ratiosOf, type Spread, spreadOf } from "./statistics.ts";

/** What a row promises: the case it belongs to, and where it fails (gate) and aims (goal). */
export interface Promised {
  /** Number of the goal in docs/BENCHMARKS.md, with a letter where one goal has several rows. */
  readonly id: string;
  readonly case: string;
  readonly what: string;
  readonly unit: string;
  readonly peer: string;
  /** Whether more is better. */
  readonly better: "more" | "less";
  /** What gate and goal are compared with: ours over the peer's, or our figure itself. */
  readonly judged: "ratio" | "figure";
  readonly gate: number;
  readonly goal: number;
}

/** What was measured: one figure per round, of ours and of the peer in the same round. */
export interface Measured {
  readonly ours: readonly number[];
  readonly peers: readonly number[];
  /** Beside the row: share of a core the generator used, losses, conditions. */
  readonly notes?: readonly string[];
}

export type Verdict = "goal" | "gate" | "missed";

export interface Row extends Promised {
  readonly ours: number | null;
  readonly peerFigure: number | null;
  readonly ratio: Spread | null;
  readonly rounds: number;
  readonly verdict: Verdict;
  /** Why it was missed without a figure. */
  readonly reason?: string;
  readonly notes: readonly string[];
}

const reaches = ({ better }: Promised, figure: number, bound: number): boolean =>
  better === "more" ? figure >= bound : figure <= bound;

const verdictOf = (promised: Promised, figure: number): Verdict => {
  if (!Number.isFinite(figure) || !reaches(promised, figure, promised.gate)) return "missed";
  return reaches(promised, figure, promised.goal) ? "goal" : "gate";
};

/** A row from its rounds: the verdict is on the median. */
export const judge = (promised: Promised, { ours, peers, notes = [] }: Measured): Row => {
  const figure = spreadOf(ours).median;
  const ratio = spreadOf(ratiosOf(ours, peers));
  const judged = promised.judged === "ratio" ? ratio.median : figure;
  return {
    ...promised,
    ours: figure,
    peerFigure: peers.length === 0 ? null : spreadOf(peers).median,
    ratio: peers.length === 0 ? null : ratio,
    rounds: ours.length,
    verdict: verdictOf(promised, judged),
    ...(Number.isFinite(judged) ? {} : { reason: "nothing was measured" }),
    notes,
  };
};

/** A row that did not run counts as missed, and says why. */
export const missed = (promised: Promised, reason: string): Row => ({
  ...promised,
  ours: null,
  peerFigure: null,
  ratio: null,
  rounds: 0,
  verdict: "missed",
  reason,
  notes: [],
});

/** 0 when every row stands at its gate or better, and there are rows. */
export const exitCodeOf = (rows: readonly Row[]): 0 | 1 =>
  rows.length > 0 && rows.every(({ verdict }) => verdict !== "missed") ? 0 : 1;
