import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pages } from "./support/pages.ts";

/** Writes every page that is made from the code. */
for (const [file, text] of Object.entries(pages())) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(file);
}
