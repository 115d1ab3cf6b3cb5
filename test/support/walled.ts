import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, watch } from "node:fs";
import type { WalledHome } from "../../app-sim/cli/proof/walled-home.ts";
import type { Ready } from "./hub-process.ts";

/** Why no network of its own can be made here; undefined when it can. */
export const networkObstacle = (): string | undefined => {
  const { status, stderr } = spawnSync("unshare", ["--net", "--mount", "true"], { encoding: "utf8" });
  return status === 0 ? undefined : `no network of its own can be made here: ${stderr}`;
};

/** Everything a program says until it ends. */
export const said = async (part: ReturnType<WalledHome["inHome"]>): Promise<string> => {
  let text = "";
  for await (const bytes of part.stdout) text += bytes;
  return text;
};

/** The ready file of a hub that was started in a walled home. */
export const appears = async (
  folder: string,
  file: string,
  hub: ReturnType<WalledHome["inHome"]>,
  ended: Promise<unknown>,
): Promise<Ready> => {
  let complaint = "";
  hub.stderr.on("data", (bytes) => {
    complaint += bytes;
  });
  const watcher = watch(folder);
  const arrived = new Promise<void>((done) => {
    watcher.on("change", () => existsSync(file) && done());
    if (existsSync(file)) done();
  });
  try {
    await Promise.race([
      arrived,
      ended.then(() => {
        throw new Error(`the hub ended before it was ready: ${complaint}`);
      }),
    ]);
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    watcher.close();
  }
};

/**
 * One request, from the home's side of the cable.
 * @param authority file with the certificate to believe: then it comes from the other side
 */
export const asked = async <Answer>(
  walled: WalledHome,
  { api }: Pick<Ready, "api">,
  method: string,
  path: string,
  body?: object,
  authority?: string,
) => {
  const script = `
    const [url, method, body] = process.argv.slice(1);
    let token = ""; for await (const bytes of process.stdin) token += bytes;
    const answer = await fetch(url, { method, headers: { authorization: "Bearer " + token, "content-type": "application/json",
      connection: "close" }, ...(body ? { body } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(answer.status + " " + text);
    process.stdout.write(text);`;
  const words = [
    "--input-type=module",
    "-e",
    script,
    `${api.url}${path}`,
    method,
    body ? JSON.stringify(body) : "",
  ];
  const part =
    authority === undefined
      ? walled.inHome(process.execPath, words)
      : walled.inWorld(process.execPath, words, { ...process.env, NODE_EXTRA_CA_CERTS: authority });
  part.stdin.end(api.token);
  let complaint = "";
  part.stderr.on("data", (bytes) => {
    complaint += bytes;
  });
  const text = await said(part);
  if (text === "") throw new Error(`${method} ${path}: ${complaint}`);
  return JSON.parse(text) as Answer;
};
