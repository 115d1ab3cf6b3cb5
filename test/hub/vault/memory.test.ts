import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { copiesInMemory } from "../../support/process-memory.ts";

const script = fileURLToPath(new URL("../../support/keys-in-memory.ts", import.meta.url));
/** Node before 22.18 strips types only when told to. */
const flags = process.features.typescript === false ? ["--experimental-strip-types"] : [];

test("a key that lives is in memory, and none of a destroyed one is", { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [...flags, script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const pid = child.pid ?? 0;
  const said = async (): Promise<string> => `${(await once(child.stdout, "data"))[0]}`.trim();
  const [, draw] = (await said()).split(" ");
  const key = createHash("sha256").update(`${draw}`).digest();
  expect(copiesInMemory(pid, key)).toBeGreaterThan(0);
  child.stdin.write("on\n");
  expect(await said()).toBe("destroyed");
  expect(copiesInMemory(pid, key)).toBe(0);
  child.stdin.write("on\n");
  expect((await once(child, "exit"))[0]).toBe(0);
});
