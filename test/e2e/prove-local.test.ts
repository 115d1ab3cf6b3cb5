import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch } from "../support/hub-process.ts";
import { notRun } from "../support/not-run.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { size } from "../support/size.ts";
import { networkObstacle } from "../support/walled.ts";

/**
 * `lampkeeper privacy prove-local` as its users type it, with a capture of the whole cable that another program reads.
 * `npm test` lives through a week, `npm run test:long` through a year.
 */

interface Proof {
  readonly days: number;
  readonly evenings: number;
  readonly packets: number;
  readonly lookUps: readonly string[];
  readonly ipv6: number;
  readonly ledgerLines: number;
  readonly silent: boolean;
}

const typed = (words: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["scripts/launch.mjs", "privacy", "prove-local", "--json", ...words],
    { encoding: "utf8", env: { ...process.env, ...environment }, timeout: 3_500_000 },
  );
  const document = JSON.parse(stdout === "" ? stderr : stdout) as {
    data?: Proof;
    error?: { code: string; message: string };
  };
  return { status, stderr, ...document };
};

/** Frames of a capture, each as what it is, from where and to whom. */
const framesIn = (file: string): readonly { from: string; to: string; query: string; port: string }[] => {
  const fields = ["ip.src", "ip.dst", "dns.qry.name", "udp.dstport", "tcp.dstport"].flatMap((field) => [
    "-e",
    field,
  ]);
  const text = execFileSync("tshark", ["-r", file, "-n", "-T", "fields", ...fields], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [from = "", to = "", query = "", udp = "", tcp = ""] = line.split("\t");
      return { from, to, query, port: udp || tcp };
    });
};

/** Days in which the hub lives for seconds: what is planted into it has its turn. */
const plantedDays = "7";
const marked = (folder: string): boolean => existsSync(join(folder, "done"));

/** Loaded into the hub before anything of ours: it keeps Node's own functions, and does what it should not a second later. */
const planted = (folder: string, code: string): NodeJS.ProcessEnv => {
  const file = join(folder, "planted.mjs");
  writeFileSync(
    file,
    `import fs from "node:fs"; import dns from "node:dns"; import net from "node:net"; import dgram from "node:dgram";
     const lookup = dns.lookup, connect = net.Socket.prototype.connect;
     const send = dgram.Socket.prototype.send, bind = dgram.Socket.prototype.bind;
     if (process.argv.includes("sim")) setTimeout(() => {
       ${code}
       fs.writeFileSync(${JSON.stringify(join(folder, "done"))}, "");
     }, 1000);`,
  );
  return { NODE_OPTIONS: `--import file://${file}` };
};

const obstacle = networkObstacle();
const minutes = 60_000;

if (obstacle !== undefined) notRun("a hub behind a watched cable", obstacle);
else
  describe("a hub behind a watched cable, where everybody would answer", () => {
    beforeAll(() => {
      for (const program of ["ip", "tshark"] as const) requireProgram(program);
    }, 5 * minutes);

    test(
      `in a simulated ${size(7, 365)} days it sends no packet and looks up no name, and its ledger is empty ${proves("M6", "H4", "H39", "U5", "H32", "Z14", "Z17", "Z28", "GDPR:25(2)")}`,
      () => {
        using folder = scratch();
        const file = join(folder.path, "cable.pcapng");
        const days = size(7, 365);
        const { status, data } = typed(["--days", `${days}`, "--capture", file]);
        expect({ status, data }).toMatchObject({
          status: 0,
          data: { days, packets: 0, lookUps: [], ipv6: 0, ledgerLines: 0, silent: true },
        });
        // It lived: its rule knew sunset of every day, with the zone and the sun worked out at home.
        // Sunset moves through the hour at which the days are counted here: a day may have none, and the next one two.
        expect(data?.evenings).toBeGreaterThanOrEqual(days - 2);
        // The other program saw what was done on purpose before, and nothing else.
        const frames = framesIn(file);
        const queries = frames.filter(({ query }) => query !== "");
        expect(queries.length).toBeGreaterThan(0);
        for (const { query } of queries) expect(query).toMatch(/^control-[0-9a-z]+\.example$/);
        for (const { from, to } of frames)
          expect(["192.0.2.1", "192.0.2.2", "198.51.100.7"]).toEqual(expect.arrayContaining([from, to]));
        expect(frames.filter(({ to }) => to === "198.51.100.7").length).toBeGreaterThan(0);
      },
      size(6, 60) * minutes,
    );

    test(
      `one look-up that is planted is counted, and named ${proves("M6")}`,
      () => {
        using folder = scratch();
        const environment = planted(folder.path, `lookup("planted.example", () => {});`);
        const { status, data } = typed(["--days", plantedDays], environment);
        expect(marked(folder.path)).toBe(true);
        expect(status).toBe(8);
        expect(new Set(data?.lookUps)).toEqual(new Set(["planted.example"]));
        expect(data?.silent).toBe(false);
      },
      6 * minutes,
    );

    test(
      `one packet that is planted is counted, to an address nobody has ${proves("M6")}`,
      () => {
        using folder = scratch();
        const file = join(folder.path, "cable.pcapng");
        const code = `const s = dgram.createSocket("udp4"); bind.call(s, 0, () => send.call(s, "x", 4242, "203.0.113.9"));
        dgram.Socket.prototype.send = send; s.on("error", () => {});`;
        const { status, data } = typed(
          ["--days", plantedDays, "--capture", file],
          planted(folder.path, code),
        );
        expect(marked(folder.path)).toBe(true);
        expect(status).toBe(8);
        expect(data).toMatchObject({ packets: 1, lookUps: [], silent: false });
        expect(framesIn(file).filter(({ to }) => to === "203.0.113.9")).toHaveLength(1);
      },
      6 * minutes,
    );

    test(
      `a library that goes the usual way is stopped by the tripwire, and the cable stays silent ${proves("Z14", "H32")}`,
      () => {
        using folder = scratch();
        const code = `for (const attempt of [
        () => dns.lookup("planted.example", () => {}),
        () => net.connect(443, "203.0.113.9").on("error", () => {}),
        () => dgram.createSocket("udp4").send("x", 4242, "203.0.113.9"),
      ]) try { attempt(); } catch {}`;
        const { status, data } = typed(["--days", plantedDays], planted(folder.path, code));
        expect(marked(folder.path)).toBe(true);
        expect({ status, data }).toMatchObject({ status: 0, data: { packets: 0, lookUps: [] } });
      },
      6 * minutes,
    );

    test(
      "where there is no network to be made, it says what is missing and ends with 10",
      () => {
        const nobody = existsSync("/usr/bin/setpriv")
          ? ["setpriv", "--no-new-privs", "--bounding-set", "-all"]
          : [];
        expect(nobody).not.toEqual([]);
        const { status, stderr } = spawnSync(
          nobody[0] ?? "",
          [...nobody.slice(1), process.execPath, "scripts/launch.mjs", "privacy", "prove-local", "--json"],
          { encoding: "utf8", timeout: 60_000 },
        );
        expect(status).toBe(10);
        expect(JSON.parse(stderr).error.code).toBe("cannot_prove_here");
      },
      2 * minutes,
    );
  });
