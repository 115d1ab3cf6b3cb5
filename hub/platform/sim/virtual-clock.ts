import type { ClockTrust } from "../../domain/clock-trust.ts";
import { InvariantBroken } from "../../domain/errors.ts";
import { type Duration, type Instant, Millis, type Monotonic } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { every, sleep } from "../clock-loops.ts";

interface Pending {
  readonly due: number;
  readonly order: number;
  /** Undefined: cancelled, or made. What it held on to is let go of then, not when it would have been due. */
  call: (() => void) | undefined;
}

const now = Millis(0);

/** Lets everything that is already runnable run: promise jobs, nextTicks and stream turns, but no time. */
export const settle = async (turns = 4): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((done) => setImmediate(done));
};

/**
 * Time that moves only when told to. Calls that fall due fire in order of time, then of arming; between two of them
 * everything runnable runs, so code that awaits sees the same order every time.
 */
export class VirtualClock implements Clock {
  #monotonic = 0;
  #offset: number;
  #trust: ClockTrust;
  #order = 0;
  /** A binary heap on (due, order). */
  readonly #heap: Pending[] = [];
  readonly #shifted = new Set<() => void>();

  constructor(start: Instant) {
    this.#offset = start;
    this.#trust = { level: "trusted", source: "simulator", since: start };
  }

  now(): Instant {
    return (this.#offset + this.#monotonic) as Instant;
  }

  monotonic(): Monotonic {
    return this.#monotonic as Monotonic;
  }

  trust(): ClockTrust {
    return this.#trust;
  }

  onShift(call: () => void): Timer {
    this.#shifted.add(call);
    return { cancel: () => this.#shifted.delete(call) };
  }

  setTrust(trust: ClockTrust): void {
    this.#trust = trust;
    this.#tellShift();
  }

  /** Civil time jumps by `ms`, forwards or backwards; timers do not notice. */
  step(ms: number): void {
    this.#offset += ms;
    this.#tellShift();
  }

  /** With the next call that is due, not before: whoever moved the clock is not called back from inside. */
  #tellShift(): void {
    for (const call of this.#shifted) this.after(now, () => this.#shifted.has(call) && call());
  }

  after(delay: Duration, call: () => void): Timer {
    const pending: Pending = { due: this.#monotonic + delay, order: this.#order++, call };
    this.#push(pending);
    return {
      cancel: () => {
        pending.call = undefined;
      },
    };
  }

  every(period: Duration, call: () => void): Timer {
    if (period <= 0) throw new InvariantBroken("a period must be longer than nothing", { period });
    return every(this, period, call);
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    return sleep(this, delay, signal);
  }

  /** When the next call is due; undefined when none is armed. */
  nextDue(): Monotonic | undefined {
    const heap = this.#heap;
    while (heap[0] !== undefined && heap[0].call === undefined) this.#pop();
    return heap[0]?.due as Monotonic | undefined;
  }

  /** Calls that are armed and not cancelled. */
  get armed(): number {
    return this.#heap.filter(({ call }) => call !== undefined).length;
  }

  /** Moves time on, firing what falls due on the way and letting its consequences run. */
  async advance(duration: Duration): Promise<void> {
    const end = this.#monotonic + duration;
    await settle();
    for (let due = this.nextDue(); due !== undefined && due <= end; due = this.nextDue()) {
      this.#monotonic = due;
      // Calls of one instant fire together: they could not know of each other's consequences anyway.
      while (this.nextDue() === due) this.#makeNext();
      await settle();
    }
    this.#monotonic = end;
  }

  /** As `advance`, but without yielding: for code that is synchronous throughout, a thousand times faster. */
  advanceSync(duration: Duration): void {
    const end = this.#monotonic + duration;
    for (let due = this.nextDue(); due !== undefined && due <= end; due = this.nextDue()) {
      this.#monotonic = due;
      this.#makeNext();
    }
    this.#monotonic = end;
  }

  #makeNext(): void {
    const pending = this.#pop();
    const call = pending?.call;
    if (pending !== undefined) pending.call = undefined;
    call?.();
  }

  #push(pending: Pending): void {
    const heap = this.#heap;
    let child = heap.push(pending) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) return;
      child = parent;
    }
  }

  #pop(): Pending | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const child = this.#isEarlier(right, left) ? right : left;
      if (!this.#swapIfEarlier(child, parent)) return first;
      parent = child;
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined) return false;
    if (right === undefined) return true;
    return left.due < right.due || (left.due === right.due && left.order < right.order);
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    if (!this.#isEarlier(child, parent)) return false;
    const moved = this.#heap[child];
    const other = this.#heap[parent];
    if (moved === undefined || other === undefined) return false;
    this.#heap[child] = other;
    this.#heap[parent] = moved;
    return true;
  }
}
