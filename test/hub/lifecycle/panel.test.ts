import { expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { LedPlayer } from "../../../hub/lifecycle/led-player.ts";
import { ResetButton } from "../../../hub/lifecycle/reset-button.ts";
import { StatusLight } from "../../../hub/lifecycle/status-light.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";

class Case {
  readonly clock = new VirtualClock(Instant(0));
  readonly panel = new SimPanel();
  readonly led = new LedPlayer(this.clock, this.panel);
  readonly resets: string[] = [];
  readonly button = new ResetButton(this.clock, new AuditedLog(new MemoryLog()), this.panel, this.led, {
    reset: (level, by) => this.resets.push(`${level} by ${by}`),
  });

  constructor() {
    this.button.start();
    this.led.show("ready");
  }

  /** What an eye sees, looking every 50 ms: # lit, . dark. */
  async watch(ms: number): Promise<string> {
    let seen = "";
    for (let passed = 0; passed < ms; passed += 50) {
      seen += this.panel.isLit ? "#" : ".";
      await this.clock.advance(Millis(50));
    }
    return seen;
  }

  async hold(seconds: number): Promise<void> {
    this.panel.work("pressed");
    await this.clock.advance(Seconds(seconds));
    this.panel.work("released");
  }
}

test.each([
  ["ready", 400, "########"],
  ["off", 400, "........"],
  ["set-up", 4_000, `${"#".repeat(20)}${".".repeat(20)}`.repeat(2)],
  ["connecting", 2_500, `####....####${".".repeat(30)}####....`],
  ["no-clock", 2_700, `####....####....####${".".repeat(30)}####`],
] as const)("%s looks as the table says", async (signal, ms, seen) => {
  const { led, ...box } = new Case();
  led.show(signal);
  expect(await Case.prototype.watch.call({ led, ...box } as Case, ms)).toBe(seen);
});

test("done is played once, is dark for five seconds, and then the light says again how the hub is", async () => {
  const box = new Case();
  box.led.show("done");
  box.led.show("no-clock");
  const three = `${"#".repeat(16)}${".".repeat(8)}`.repeat(3).slice(0, -8);
  expect(await box.watch(3_200)).toBe(three);
  expect(await box.watch(5_000)).toBe(".".repeat(100));
  expect(box.led.signal).toBe("no-clock");
});

test("a signal that is said again goes on as it was", async () => {
  const box = new Case();
  box.led.show("set-up");
  await box.watch(500);
  box.led.show("set-up");
  expect(await box.watch(1_000)).toBe(`${"#".repeat(10)}${".".repeat(10)}`);
});

test("a light that is closed stays dark", async () => {
  const box = new Case();
  box.led.show("set-up");
  box.led.close();
  expect(await box.watch(3_000)).toBe(".".repeat(60));
});

test.each([
  [0.2, []],
  [2.9, []],
  [3, ["network by button"]],
  [9.9, ["network by button"]],
  [10, ["factory by button"]],
  [19.9, ["factory by button"]],
  [20, []],
  [45, []],
])("held for %f s and let go: %j", async (seconds, resets) => {
  const box = new Case();
  await box.hold(seconds);
  expect(box.resets).toEqual(resets);
  expect(box.led.signal).toBe("ready");
});

test("nothing happens before the button is let go, and the light says what would", async () => {
  const box = new Case();
  box.panel.work("pressed");
  const said: string[] = [box.led.signal];
  for (const seconds of [2.9, 0.2, 6.8, 0.2, 9.8, 0.2]) {
    await box.clock.advance(Seconds(seconds));
    said.push(box.led.signal);
  }
  expect(said).toEqual([
    "button-held",
    "button-held",
    "level-network",
    "level-network",
    "level-factory",
    "level-factory",
    "off",
  ]);
  expect(box.resets).toEqual([]);
});

test("a stray release or a second press changes nothing", async () => {
  const box = new Case();
  box.panel.work("released");
  box.panel.work("pressed");
  await box.clock.advance(Seconds(2));
  box.panel.work("pressed");
  await box.clock.advance(Seconds(2));
  box.panel.work("released");
  box.panel.work("released");
  expect(box.resets).toEqual(["network by button"]);
  await box.hold(1);
  expect(box.resets).toHaveLength(1);
});

test("a button that is closed is deaf", async () => {
  const box = new Case();
  box.panel.work("pressed");
  box.button.close();
  await box.clock.advance(Seconds(5));
  box.panel.work("released");
  expect(box.resets).toEqual([]);
});

test("the light follows the trust in the clock", () => {
  const box = new Case();
  const bus = new SyncEventBus();
  const light = new StatusLight(bus, box.led);
  light.ready("unknown");
  expect(box.led.signal).toBe("no-clock");
  bus.publish({ kind: "clock.changed", trust: "trusted", step: 0, at: Instant(0) });
  expect(box.led.signal).toBe("ready");
  light.close();
  expect(box.panel.isLit).toBe(false);
});
