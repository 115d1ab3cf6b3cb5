import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../crypto/digest.ts";

/**
 * SHA-256 of the file a module came from, hex. Files of the bundle are named by the hashes of what is in them and name
 * each other, so one of them stands for everything below it.
 */
export const runningHash = (url: string): string => sha256(readFileSync(fileURLToPath(url))).toString("hex");
