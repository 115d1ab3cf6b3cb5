import { describe, expect, test } from "vitest";
import { Hours, Millis, Minutes, Seconds } from "../../hub/domain/units.ts";
import type { Clock } from "../../hub/ports/clock.ts";

export interface ClockRig {
  readonly clock: Clock;
  /** Lets so much time pass. */
  advance(ms: number): Promise<void>;
}

/** What every clock keeps. @param make a fresh clock, and the hand that moves its time */
export const clockContract = (name: string, make: () => ClockRig): void => {
  describe(`clock: ${name}`, () => {
    test("a call fires once, when due and not before", async () => {
      const { clock, advance } = make();
      let calls = 0;
      clock.after(Seconds(2), () => calls++);
      await advance(1_999);
      expect(calls).toBe(0);
      await advance(1);
      expect(calls).toBe(1);
      await advance(10_000);
      expect(calls).toBe(1);
    });

    test("calls fire in order of time, then of arming", async () => {
      const { clock, advance } = make();
      const order: string[] = [];
      clock.after(Seconds(2), () => order.push("late"));
      clock.after(Seconds(1), () => order.push("first"));
      clock.after(Seconds(1), () => order.push("second"));
      await advance(3_000);
      expect(order).toEqual(["first", "second", "late"]);
    });

    test("a cancelled call never fires, and cancelling twice is fine", async () => {
      const { clock, advance } = make();
      let calls = 0;
      const timer = clock.after(Seconds(1), () => calls++);
      timer.cancel();
      timer.cancel();
      await advance(5_000);
      expect(calls).toBe(0);
    });

    test("a repeated call fires every period until cancelled, even from inside", async () => {
      const { clock, advance } = make();
      let calls = 0;
      const timer = clock.every(Seconds(10), () => {
        calls++;
        if (calls === 3) timer.cancel();
      });
      await advance(9_999);
      expect(calls).toBe(0);
      await advance(60_000);
      expect(calls).toBe(3);
    });

    test("a delay beyond 24.8 days is kept, not fired at once", async () => {
      const { clock, advance } = make();
      let calls = 0;
      clock.after(Hours(24 * 40), () => calls++);
      await advance(Hours(24 * 39));
      expect(calls).toBe(0);
      await advance(Hours(24));
      expect(calls).toBe(1);
    });

    test("sleep ends when due, and with the signal's reason when aborted", async () => {
      const { clock, advance } = make();
      const stop = new AbortController();
      const ended: unknown[] = [];
      void clock.sleep(Minutes(1)).then(() => ended.push("woke"));
      void clock.sleep(Minutes(1), stop.signal).catch((reason) => ended.push(reason));
      stop.abort("stopped");
      await advance(1);
      expect(ended).toEqual(["stopped"]);
      await advance(60_000);
      expect(ended).toEqual(["stopped", "woke"]);
      await expect(clock.sleep(Seconds(1), AbortSignal.abort("too late"))).rejects.toBe("too late");
    });

    test("both clocks move with time", async () => {
      const { clock, advance } = make();
      const before = { now: clock.now(), monotonic: clock.monotonic() };
      await advance(1_500);
      expect(clock.now() - before.now).toBeCloseTo(1_500, 0);
      expect(clock.monotonic() - before.monotonic).toBeCloseTo(1_500, 0);
    });

    test("a call with no delay fires in a later turn, never inside `after`", async () => {
      const { clock, advance } = make();
      const order: string[] = [];
      clock.after(Millis(0), () => order.push("call"));
      order.push("armed");
      await advance(1);
      expect(order).toEqual(["armed", "call"]);
    });
  });
};
