import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CanarySearch } from "../../../app-sim/verify/canary-search.ts";
import { drawCanaries } from "./canaries.ts";
import { fastFolder } from "./fast-folder.ts";
import { traced } from "./traced.ts";
import { WriteWatch } from "./write-watch.ts";

const program = fileURLToPath(new URL("sort.ts", import.meta.url));

/** What a sort that does not fit into memory leaves where it should not: files outside, and readable names. */
export const sortTraces = async (plant: "none" | "temp_store"): Promise<readonly string[]> => {
  const root = fastFolder();
  const folder = join(root, "data");
  mkdirSync(folder);
  const watch = new WriteWatch(folder);
  const { code, unread, log } = await traced(program, [folder, plant], (call) => watch.see(call));
  rmSync(root, { recursive: true });
  if (code !== 0 || unread > 0) throw new Error(`the sort ended with ${code}:\n${log.toString()}`);
  const search = new CanarySearch(drawCanaries(1).map(({ text }) => text));
  const [hit] = search.inPieces(watch.written.map(({ bytes }) => bytes));
  return [
    ...(watch.outside.size === 0 ? [] : ["a file outside the data folder"]),
    ...(hit === undefined ? [] : ["names that can be read"]),
  ];
};
