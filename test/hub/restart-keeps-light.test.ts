import { expect, test } from "vitest";
import { Minutes } from "../../hub/domain/units.ts";
import { bleHome } from "../support/ble-home.ts";
import { proves } from "../support/proves.ts";

test(`the hub restarts, as for an update, and each lamp keeps its light: none is told anything else ${proves("EN303645:5.3-12")}`, async () => {
  const home = await bleHome(["open", "mute", "open"]);
  const shown = [true, true, false];
  for (const [at, { id }] of home.lamps.entries()) await home.ask(id, shown[at] ?? false);
  const devices = home.lamps.map(({ device }) => device);
  const light = () => devices.map(({ on, level }) => ({ on, level }));
  const before = light();
  expect(before.map(({ on }) => on)).toEqual(shown);
  const told = devices.map((device) => device.told.length);
  await home.hub.close();
  expect(light()).toEqual(before);
  const again = await bleHome([], { disk: home.disk });
  for (const device of devices) again.ether.place(device);
  await again.clock.advance(Minutes(5));
  expect(light()).toEqual(before);
  // Whatever a lamp was told since says what it showed already.
  for (const [at, device] of devices.entries())
    for (const words of device.told.slice(told[at]))
      expect(words).toMatch(shown[at] === true ? /^on/ : /^off/);
  expect(home.lamps.map(({ id }) => again.hub.lights.get(id)?.desired.on)).toEqual(shown);
  await again.hub.close();
});
