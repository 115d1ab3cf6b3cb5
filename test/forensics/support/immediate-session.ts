/**
 * A hub that is asked for many things that have to be on the disk when it answers, and says after each answer what it
 * now knows. Arguments: data folder, number of steps. Marks on descriptor 4; ends as with a pulled plug.
 */
import { writeSync } from "node:fs";
import { Hours, type Instant } from "../../../hub/domain/units.ts";
import { DrivenHub } from "./driven-hub.ts";
import { homeOf } from "./known-home.ts";

const [folder = "", steps = "1"] = process.argv.slice(2);
const begin = Date.UTC(2026, 0, 1);

const driven = await DrivenHub.open(folder, begin as Instant);
const { owner, hub } = driven;
const mark = (): void => {
  writeSync(4, `${JSON.stringify(homeOf(hub))}\n`);
};

const asked: readonly ((step: number) => Promise<unknown>)[] = [
  (step) => owner.call("addRoom", { body: { name: `Room ${step}` } }),
  (step) => owner.call("addPerson", { body: { name: `Person ${step}` } }),
  async (step) => {
    const { data } = await owner.call("listRooms");
    await owner.call("changeRoom", {
      id: data[0]?.id ?? "",
      body: { name: `Renamed ${step}`.padEnd(step % 64, ".") },
    });
  },
  (step) => owner.call("addDevice", { body: { name: `Lamp ${step}`, profile: "lampkeeper/dimmable-bulb" } }),
  async () => {
    const { data } = await owner.call("listPeople");
    if (data.length > 3) await owner.call("removePerson", { id: data[0]?.id ?? "" });
  },
  async () => {
    const { data } = await owner.call("listRooms");
    if (data.length > 6) await owner.call("removeRoom", { id: data[0]?.id ?? "" });
  },
  async (step) => {
    const { data } = await owner.call("listDevices");
    await owner.call("setLight", { id: data[0]?.id ?? "", body: { on: step % 2 === 0 } });
    if (data.length > 4) await owner.call("removeDevice", { id: data[0]?.id ?? "" });
  },
];

mark();
for (let step = 0; step < Number(steps); step++) {
  await asked[step % asked.length]?.(step);
  mark();
  if (step % 10 === 9) await driven.live(Hours(1));
}
process.kill(process.pid, "SIGKILL");
