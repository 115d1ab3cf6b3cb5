import type { BenchRadio } from "../../../hub/bench-radio.ts";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import type { BleLampProfile } from "./ble-lamp-profile.ts";
import {
  CaseBlocked,
  CaseFailed,
  type ConformanceCase,
  conformanceCases,
  type LampUnderTest,
} from "./conformance-cases.ts";
import { foundAt } from "./found-devices.ts";
import { LampSession, type Wire } from "./lamp-session.ts";

/** `blocked`: another case that failed says why it could not be judged. `not-applicable`: such a lamp has nothing of the kind. */
export type Verdict = "passed" | "failed" | "blocked" | "not-applicable";

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** What was measured, or why it failed. */
  readonly detail?: string;
  /** By the clock of the radio. */
  readonly durationMs: number;
  /** Every byte of it. */
  readonly wire: readonly Wire[];
}

export interface ConformanceReport {
  readonly schema: "lampkeeper.ble-conformance/1";
  readonly lamp: {
    /** Whether there was a lamp, or the simulation of one; `remote`: behind a socket, whichever. */
    readonly kind: BenchRadio["kind"];
    readonly radio: string;
    readonly address: string;
    readonly name?: string;
    readonly profile: string;
  };
  readonly ok: boolean;
  readonly cases: readonly CaseResult[];
}

type Outcome = Pick<CaseResult, "verdict" | "detail">;

const outcomeOf = (error: unknown): Outcome => {
  if (error instanceof CaseBlocked) return { verdict: "blocked", detail: error.message };
  if (error instanceof CaseFailed) return { verdict: "failed", detail: error.message };
  if (error instanceof BleError)
    return { verdict: "failed", detail: `${error.message} (${String(error.context["reason"])})` };
  throw error;
};

const judged = async (each: ConformanceCase, lamp: LampUnderTest): Promise<Outcome> => {
  try {
    // One that hung up in the case before gets its chance in this one.
    if (each.needs.includes("BLE-03") && !lamp.session.isOpen) await lamp.session.open();
    const detail = await each.check(lamp);
    return { verdict: "passed", ...(detail === undefined ? {} : { detail }) };
  } catch (error) {
    return outcomeOf(error);
  }
};

const resultOf = async (
  each: ConformanceCase,
  lamp: LampUnderTest,
  before: readonly CaseResult[],
): Promise<CaseResult> => {
  const { id, title } = each;
  const { session } = lamp;
  const missing = each.needs.find((need) =>
    before.some((done) => done.id === need && done.verdict !== "passed"),
  );
  if (!each.applies) return { id, title, verdict: "not-applicable", durationMs: 0, wire: [] };
  if (missing !== undefined)
    return { id, title, verdict: "blocked", detail: `by ${missing}`, durationMs: 0, wire: [] };
  const from = session.nowMs;
  const first = session.wire.length;
  const outcome = await judged(each, lamp);
  const durationMs = Math.round(session.nowMs - from);
  return { id, title, ...outcome, durationMs, wire: session.wire.slice(first) };
};

export interface ConformanceOptions {
  readonly address: string;
  readonly profile: BleLampProfile;
  readonly signal: AbortSignal;
  /** Told what a person has to do. */
  readonly say: (message: string) => void;
}

/** Tries a lamp against its profile: the same cases whether it is a lamp or the simulation of one. */
export const conformanceOf = async (
  { central, clock, kind, name: radio }: Pick<BenchRadio, "central" | "clock" | "kind" | "name">,
  { address, profile, signal, say }: ConformanceOptions,
): Promise<ConformanceReport> => {
  const found = await foundAt(central, clock, address, signal);
  const peer = { address, addressType: found?.addressType ?? ("public" as const) };
  const session = new LampSession({ clock, central, peer, signal, say }, profile);
  const cases: CaseResult[] = [];
  for (const each of conformanceCases(profile)) cases.push(await resultOf(each, { found, session }, cases));
  await session.close();
  const name = found?.decoded.name;
  return {
    schema: "lampkeeper.ble-conformance/1",
    lamp: { kind, radio, address, ...(name === undefined ? {} : { name }), profile: profile.id },
    ok: cases.every(({ verdict }) => verdict === "passed" || verdict === "not-applicable"),
    cases,
  };
};
