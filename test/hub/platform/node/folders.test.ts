import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

test.each(["D", "a/b/c", "./x"])("the folder %s is made where the process stands", (folder) => {
  const root = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const source = pathToFileURL("hub/platform/node/folders.ts");
  const script = `import { makeFolder } from "${source}"; makeFolder("${folder}");`;
  try {
    const args = ["--experimental-strip-types", "--input-type=module", "-e", script];
    execFileSync(process.execPath, args, { cwd: root, timeout: 10_000 });
    expect(existsSync(join(root, folder))).toBe(true);
  } finally {
    rmSync(root, { recursive: true });
  }
});
