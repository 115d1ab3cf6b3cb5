import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { planted, plantOfRun } from "./planted-source.ts";

/** As the plugin does for a run of tests, for a program that one of them starts (`node --import`). */
const plant = plantOfRun();
const place = plant && pathToFileURL(plant.file).href;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    return plant === undefined || url !== place
      ? loaded
      : { ...loaded, source: planted(Buffer.from(loaded.source as Uint8Array).toString(), plant) };
  },
});
