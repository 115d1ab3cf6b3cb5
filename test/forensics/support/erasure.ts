/**
 * Three people live in a home for a while; one is erased; the others live on. Arguments: data folder, options that say
 * how keys are kept, as JSON; plant. Tells on descriptor 4 who they are, and what the hub promises.
 */
import { writeSync } from "node:fs";
import { Days } from "../../../hub/domain/units.ts";
import { moveIn } from "./family.ts";
import { type PlantName, plants } from "./plants.ts";

const [folder = "", protection = "{}", plant = "none"] = process.argv.slice(2);

const { driven, family } = await moveIn(folder, plants[plant as PlantName], JSON.parse(protection));
const [others, erased] = [family.filter((_, at) => at !== 1), family[1]];
const { sanitization } = driven.hub.vault.status();
writeSync(4, `${JSON.stringify({ erased: erased?.id, others: others.map(({ id }) => id), sanitization })}\n`);
await driven.live(Days(1));
await driven.owner.call("removePerson", { id: erased?.id ?? "" });
await driven.live(Days(1));
for (const { id } of others) await driven.owner.call("setPresence", { id, body: { home: false } });
await driven.close();
