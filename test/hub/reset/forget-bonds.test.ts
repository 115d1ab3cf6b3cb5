import { expect, test } from "vitest";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Instant, Minutes } from "../../../hub/domain/units.ts";
import { NoRadio } from "../../../hub/platform/no-radio.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { BlePeer } from "../../../hub/ports/ble.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { forgetBonds } from "../../../hub/reset/forget-bonds.ts";
import { bleTestProfiles } from "../../support/ble-test-lamp.ts";

test("of every device that was paired with the radio forgets its keys; one that never answers holds up nothing", async () => {
  const forgotten: string[] = [];
  class Radio extends NoRadio {
    override forget({ address }: BlePeer = { address: "", addressType: "public" }) {
      if (address === "a4:c1:38:00:00:00") return new Promise<void>(() => {});
      forgotten.push(address);
      return Promise.resolve();
    }
  }
  const clock = new VirtualClock(Instant(0));
  const log = new MemoryLog();
  const devices = (["bonded", "open", "bonded"] as const).map((kind, at) => ({
    id: `l-${at}` as LampId,
    kind: "lamp" as const,
    profile: bleTestProfiles[kind].id,
    address: `a4c13800000${at}`,
    via: "ble" as const,
  }));
  const second = { profile: bleTestProfiles.bonded.id, address: "a4c138000009" };
  const dual = {
    id: "l-9" as LampId,
    kind: "lamp" as const,
    profile: "test/mqtt",
    address: "hall",
    bluetooth: second,
  };
  const profiles = new Map(Object.values(bleTestProfiles).map((profile) => [profile.id, profile]));
  const world = { ble: new Radio(), network: new SimNetwork(clock, new SeededRandom(1)) };
  const done = forgetBonds(world, new AuditedLog(log), [...devices, dual], profiles);
  await clock.advance(Minutes(1));
  await done;
  expect(forgotten).toEqual(["a4:c1:38:00:00:02", "a4:c1:38:00:00:09"]);
  expect(log.lines.map(({ event }) => event)).toEqual(["reset.bond-kept"]);
});
