/**
 * A family's hub is reset; where the data folder is empty they move in first. Arguments: data folder, options that say
 * how keys are kept, as JSON; how far the reset goes, usually to the factory; what the time is. Tells on descriptor 4 what the database is opened with and what a
 * verifier is to expect, and marks `begin` of the reset, `closed` when the hub has ended, and `end`.
 */
import { writeSync } from "node:fs";
import type { ResetLevel } from "../../../hub/domain/reset.ts";
import type { Instant } from "../../../hub/domain/units.ts";
import { resetChallenge } from "./after-reset.ts";
import { endReset } from "./driven-hub.ts";
import { familyHome, familyMovedIn } from "./family.ts";

const [folder = "", given = "{}", level = "factory", now = `${familyMovedIn}`] = process.argv.slice(2);
const protection = JSON.parse(given);

const say = (word: string): void => {
  writeSync(4, `${word}\n`);
};

const driven = await familyHome(folder, Number(now) as Instant, protection);
const { owner, hub, clock } = driven;
const databaseKey = hub.vault.databaseKey().toString("hex");
const wish = { level: level as ResetLevel, challenge: resetChallenge };
const { id, device } = await owner.call("requestReset", { body: wish });
say(JSON.stringify({ databaseKey, device }));
say("begin");
await owner.call("confirmReset", { id });
await driven.close();
say("closed");
await endReset(folder, clock.now(), protection);
say("end");
