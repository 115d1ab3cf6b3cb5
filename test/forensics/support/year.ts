/**
 * A quarter of a year in a home, as a process of its own that can be watched and killed.
 * Arguments: data folder, number of the quarter (0..3), seed of the canaries, plant, days between two events. Reports on
 * descriptor 4.
 */
import { writeSync } from "node:fs";
import { Days, type Instant } from "../../../hub/domain/units.ts";
import { DrivenHub } from "./driven-hub.ts";
import { type PlantName, plants } from "./plants.ts";
import { Quarter, type QuarterReport } from "./quarter.ts";

const [folder = "", quarter = "0", seed = "1", plant = "none", days = "30"] = process.argv.slice(2);
const number = Number(quarter);
const begin = Date.UTC(2026, 0, 1) + number * Days(91);

const report = (what: QuarterReport): void => {
  writeSync(4, `${JSON.stringify(what)}\n`);
};

const driven = await DrivenHub.open(folder, begin as Instant, plants[plant as PlantName]);
await new Quarter(driven, number, Number(seed), report).live(Number(days));
// Every other quarter ends with the plug: what was to be written within seconds never is.
if (number % 2 === 0) process.kill(process.pid, "SIGKILL");
await driven.close();
