import { expect, test } from "vitest";
import { Seconds } from "../../../../hub/domain/units.ts";
import { NoRadio } from "../../../../hub/platform/no-radio.ts";
import { LateCentral } from "../../../../hub/platform/node/late-central.ts";
import type { BleCentral } from "../../../../hub/ports/ble.ts";
import { bleRig } from "../../../support/ble-rig.ts";
import { BleTestLamp } from "../../../support/ble-test-lamp.ts";

const chosenLater = () => {
  let choose: (central: BleCentral) => void = () => {};
  let times = 0;
  const central = new LateCentral(() => {
    times++;
    return new Promise((resolve) => {
      choose = resolve;
    });
  });
  return { central, choose: (one: BleCentral) => choose(one), times: () => times };
};

test("what was wished before there was a radio is done by the one that is chosen, once", async () => {
  const { clock, ether, raw } = bleRig();
  const lamp = new BleTestLamp("a4:c1:38:00:00:01", "open");
  const stranger = new BleTestLamp("a4:c1:38:00:00:02", "open");
  ether.place(lamp);
  ether.place(stranger);
  const { central, choose, times } = chosenLater();
  const heard: string[] = [];
  const states: string[] = [];
  central.onState((state) => states.push(state));
  const scan = central.scan(({ address }) => heard.push(address), { active: false });
  const given = central.scan(() => heard.push("given up"), { active: false });
  given.cancel();
  const connecting = central.connect(lamp, { bond: "never" });
  expect(central.state()).toBe("off");

  choose(raw);
  await clock.advance(Seconds(2));
  expect(states).toEqual(["on"]);
  expect(new Set(heard)).toEqual(new Set([stranger.address]));
  expect(central.capabilities).toEqual(raw.capabilities);
  const link = await connecting;
  expect(link.peer).toEqual({ address: lamp.address, addressType: "public" });
  scan.cancel();
  heard.length = 0;
  await clock.advance(Seconds(2));
  expect(heard).toEqual([]);
  expect(times()).toBe(1);
});

test("one that is closed before it was chosen asks nothing of it", async () => {
  const { central, choose } = chosenLater();
  central.scan(() => {}, { active: false });
  const connecting = central.connect(new BleTestLamp("a4:c1:38:00:00:01", "open"), { bond: "never" });
  await central.close();
  choose(new NoRadio());
  await expect(connecting).rejects.toMatchObject({ context: { reason: "no-radio" } });
});
