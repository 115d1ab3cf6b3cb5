import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ImageName } from "./domain/firmware.ts";
import { Millis } from "./domain/units.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import { SystemClock } from "./platform/node/system-clock.ts";
import type { Sign } from "./ports/firmware.ts";

/*
 * An image in a process of its own: folder, name, patience in milliseconds for a trial and for silence, then the hub's
 * command line. Comes with the package, so that signs of life mean the same whatever the image is.
 */
const [folder = "", image, trialMs, silenceMs, ...argv] = process.argv.slice(2);

const say = (sign: Sign): void => {
  if (process.connected) process.send?.(sign);
};

const supervision: Supervision = {
  image: image as ImageName,
  patience: { trial: Millis(Number(trialMs)), silence: Millis(Number(silenceMs)) },
  ready: () => say("ready"),
  restart: () => say("restart"),
};

// Nobody would start it anew any more, and the next supervisor could not: two hubs do not share a folder.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
say("alive");
new SystemClock().every(Millis(supervision.patience.silence / 6), () => say("alive"));

const { main } = await import(pathToFileURL(join(folder, "hub.js")).href);
await main(argv, supervision);
