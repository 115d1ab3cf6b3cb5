import { describe, expect, test } from "vitest";
import type { AskedReset, ResetId } from "../../../hub/domain/reset.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Instant, Minutes } from "../../../hub/domain/units.ts";
import { offerLives, type ResetExecution, ResetService } from "../../../hub/lifecycle/reset-service.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const stage = (
  options: { readonly needsButton?: boolean; readonly begin?: ResetExecution["begin"] | null } = {},
) => {
  const clock = new VirtualClock(Instant(0));
  const panel = new SimPanel();
  const begun: AskedReset[] = [];
  const forgotten: string[] = [];
  const begin = options.begin === undefined ? (asked: AskedReset) => void begun.push(asked) : options.begin;
  const service = new ResetService(
    clock,
    new SeededEntropy(new SeededRandom(1)),
    panel,
    {
      ...(begin === null ? {} : { begin }),
      forgetNetwork: () => forgotten.push("network"),
      device: () => ({ publicKey: Buffer.alloc(32, 7), counter: () => 4 }),
    },
    { needsButton: options.needsButton ?? false },
  );
  service.start();
  return { clock, panel, begun, forgotten, service };
};

describe("a reset", () => {
  test("is asked for, then confirmed, and says beforehand what will be certified", () => {
    const { service, begun } = stage();
    const offer = service.request("factory", "owner", { challenge: "00ff".repeat(8) });
    expect(offer).toMatchObject({
      device: { publicKey: "07".repeat(32), counter: 5 },
      challenge: "00ff".repeat(8),
    });
    expect(begun).toEqual([]);
    expect(service.confirm(offer.id)).toBe("factory");
    expect(begun).toMatchObject([
      { level: "factory", by: "owner", challenge: "00ff".repeat(8), keepsNames: false },
    ]);
  });

  test("draws a challenge where nobody brings one, another each time", () => {
    const [one, two] = [stage(), stage()].map(({ service }) => service.request("factory", "owner").challenge);
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(two).toBe(one);
    const { service, clock } = stage();
    const first = service.request("factory", "owner").challenge;
    clock.advanceSync(offerLives);
    expect(service.request("factory", "owner").challenge).not.toBe(first);
  });

  test("that was seconded by a code waits for no button; one that was not does", () => {
    const { service, begun } = stage({ needsButton: true });
    const plain = service.request("factory", "owner", { isSeconded: false });
    expect(plain.needsButton).toBe(true);
    expect(() => service.confirm(plain.id)).toThrow(expect.objectContaining({ code: "second_step_needed" }));
    const { service: other, begun: also } = stage({ needsButton: true });
    const offer = other.request("factory", "owner", { isSeconded: true });
    expect(offer.needsButton).toBe(false);
    other.confirm(offer.id);
    expect([begun.length, also.length]).toEqual([0, 1]);
  });

  test("of the network ends the Wi-Fi and nothing else, as often as wanted", () => {
    const { service, begun, forgotten } = stage();
    for (const _ of [1, 2]) service.confirm(service.request("network", "owner").id);
    expect([begun, forgotten]).toEqual([[], ["network", "network"]]);
  });

  test.each(["", "00", "0g".repeat(8), "AA".repeat(8), "00".repeat(65)])(
    "with the challenge %j is refused",
    (challenge) => {
      const { service } = stage();
      expect(() => service.request("factory", "owner", { challenge })).toThrow(
        expect.objectContaining({ code: "invalid_input" }),
      );
      expect(service.request("factory", "owner").level).toBe("factory");
    },
  );

  test("that nobody would start the hub after is refused", () => {
    const { service } = stage({ begin: null });
    const refusal = expect.objectContaining({ code: "not_capable" });
    expect(() => service.request("factory", "owner")).toThrow(refusal);
    expect(() => service.reset("factory", "button")).toThrow(refusal);
    expect(service.request("network", "owner").level).toBe("network");
  });
});

describe("two at once", () => {
  const refusal = expect.objectContaining({ code: "reset_under_way" });

  test("the second is refused until the first lapses", () => {
    const { service, clock, begun } = stage();
    const { id } = service.request("factory", "owner");
    expect(() => service.request("hand-over", "owner")).toThrow(refusal);
    clock.advanceSync(Minutes(2));
    expect(() => service.confirm(id)).toThrow(expect.objectContaining({ code: "not_found" }));
    service.confirm(service.request("hand-over", "owner").id);
    expect(begun.map(({ level }) => level)).toEqual(["hand-over"]);
  });

  test("nothing follows one that has begun, not even the button", () => {
    const { service, begun } = stage();
    const { id } = service.request("factory", "owner");
    service.confirm(id);
    expect(() => service.confirm(id)).toThrow(refusal);
    expect(() => service.request("network", "owner")).toThrow(refusal);
    expect(() => service.reset("factory", "button")).toThrow(refusal);
    expect(begun).toHaveLength(1);
  });

  test("only the one that was offered can be confirmed", () => {
    const { service, begun } = stage();
    service.request("factory", "owner");
    expect(() => service.confirm("rs-aaaaaaaaaaaa" as ResetId)).toThrow(
      expect.objectContaining({ code: "not_found" }),
    );
    expect(begun).toEqual([]);
  });
});

describe("the button", () => {
  test("seconds what was asked for from afar, and only after that", () => {
    const { service, panel, begun } = stage({ needsButton: true });
    panel.work("pressed");
    panel.work("released");
    const { id, needsButton } = service.request("factory", "owner");
    expect(needsButton).toBe(true);
    expect(() => service.confirm(id)).toThrow(expect.objectContaining({ code: "second_step_needed" }));
    panel.work("pressed");
    expect(() => service.confirm(id)).toThrow(expect.objectContaining({ code: "second_step_needed" }));
    panel.work("released");
    service.confirm(id);
    expect(begun).toHaveLength(1);
  });

  test("of somebody at the hub needs no second step, also while another reset waits", () => {
    const { service, begun } = stage({ needsButton: true });
    service.request("hand-over", "owner");
    service.reset("factory", "button");
    expect(begun).toMatchObject([{ level: "factory", by: "button" }]);
  });
});

test("a disk that refuses: nothing has begun, and it can be confirmed again", () => {
  let isFull = true;
  const begun: string[] = [];
  const { service } = stage({
    begin: ({ level }) => {
      if (isFull) throw new StoreFailed("full", { reason: "full" });
      begun.push(level);
    },
  });
  const { id } = service.request("factory", "owner");
  expect(() => service.confirm(id)).toThrow(expect.objectContaining({ code: "store_failed" }));
  isFull = false;
  service.confirm(id);
  expect(begun).toEqual(["factory"]);
});
