/**
 * Starts a hub and erases a person. Arguments: data folder, id of the person. Marks `begin` and `end` on descriptor 4;
 * ends as with a pulled plug.
 */
import { writeSync } from "node:fs";
import type { Instant } from "../../../hub/domain/units.ts";
import { DrivenHub } from "./driven-hub.ts";
import { familyMovedIn } from "./family.ts";

const [folder = "", person = ""] = process.argv.slice(2);

const driven = await DrivenHub.open(folder, familyMovedIn as Instant);
writeSync(4, "begin\n");
await driven.owner.call("removePerson", { id: person });
writeSync(4, "end\n");
process.kill(process.pid, "SIGKILL");
