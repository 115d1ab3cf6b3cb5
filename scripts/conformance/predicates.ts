import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Predicate } from "./verdict.ts";

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const anySourceSays = (pattern: RegExp): boolean =>
  filesIn("hub")
    .filter((file) => file.endsWith(".ts"))
    .some((file) => pattern.test(readFileSync(file, "utf8")));

/** What is not there cannot be required of it; each is looked at again in every run. */
export const predicates: Readonly<Record<string, Predicate>> = {
  "EN303645:5.6-3": {
    looks: "the ports of the hub: none is a connector of a case",
    isNotApplicable: () => !filesIn(join("hub", "ports")).some((file) => /uart|serial|usb|jtag/.test(file)),
  },
  "EN303645:5.6-4B": {
    looks: "the sources of the hub: none opens a debug interface of a case",
    isNotApplicable: () => !anySourceSays(/\/dev\/tty|SerialPort|jtag/i),
  },
  "EN303645:5.6-8": {
    looks: "the package: it brings no kernel, no boot loader and no native code of its own",
    isNotApplicable: () =>
      !existsSync("binding.gyp") && !filesIn("hub").some((file) => /\.(c|cc|cpp|s|rs)$/.test(file)),
  },
};
