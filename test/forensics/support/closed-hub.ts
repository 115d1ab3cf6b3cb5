/**
 * A family's hub that ends while its process goes on, and waits at each step to be told to go on. Argument: data folder,
 * empty. Says on standard output where it is.
 */
import { once } from "node:events";
import type { Instant } from "../../../hub/domain/units.ts";
import { collectEverything } from "../../../hub/platform/node/spare-memory.ts";
import { familyHome, familyMovedIn } from "./family.ts";

const [folder = ""] = process.argv.slice(2);

const step = async (said: string): Promise<void> => {
  process.stdout.write(`${said}\n`);
  await once(process.stdin, "data");
};

const driven = await familyHome(folder, familyMovedIn as Instant);
await step("open");
await driven.close();
collectEverything();
await step("closed");
process.exit(0);
