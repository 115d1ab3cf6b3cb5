import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Register } from "./advisories.ts";

export const registerFile = join("docs", "security", "advisories.json");

/** Weaknesses that are known of, as this house keeps them. */
export const registerOf = (file = registerFile): Register =>
  JSON.parse(readFileSync(file, "utf8")) as Register;
