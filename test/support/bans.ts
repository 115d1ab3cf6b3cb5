/**
 * What must not stand in the house, and what to write instead. Each ban carries an example that it must catch, so a
 * pattern that catches nothing any more is noticed.
 */
export interface Ban {
  readonly what: string;
  readonly instead: string;
  readonly pattern: RegExp;
  /** Path beginnings; everything when absent. */
  readonly within?: readonly string[];
  readonly except?: readonly string[];
  readonly planted: string;
}

const code = ["hub/", "devices/", "app-sim/", "scripts/", "test/"];
const production = ["hub/", "devices/"];

export const bans: readonly Ban[] = [
  {
    what: "a plain Error",
    instead: "throw a HubError with a stable code (hub/domain/errors.ts)",
    pattern: /new (Type|Range)?Error\(/,
    within: production,
    planted: 'throw new Error("bad topic");',
  },
  {
    what: "a note to do it later",
    instead: "do it, or leave it out",
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    planted: "// TODO handle this",
  },
  {
    what: "a stub",
    instead: "leave out what does not work",
    pattern: /not (yet )?implemented|unimplemented/i,
    planted: 'throw new Unsupported("not implemented");',
  },
  {
    what: "an absolute path of somebody's machine",
    instead: "a path relative to the repository, or os.tmpdir()",
    pattern: /(?<![\w.~}:/])\/(home|work|root|Users|tmp)\/|[A-Z]:\\\\?Users/,
    planted: 'readFileSync("/home/ana/secret")',
  },
  {
    what: "the host of a package registry",
    instead: "nothing: npm knows where it gets packages from",
    pattern: /\b(registry|deb|files|mirror)\.[a-z-]+\.[a-z]{2,}\b|verdaccio|artifactory/i,
    planted: "https://registry.example.org/aedes",
  },
  {
    what: "how the project is developed",
    instead: "what the reader of the code needs to know",
    pattern: /\b(this|that|later|next|previous) issue\b/i,
    planted: "// comes with a later issue",
  },
  {
    what: "the console",
    instead: "the Log port (hub/ports/log.ts)",
    pattern: /\bconsole\.\w/,
    within: production,
    planted: 'console.log("hello");',
  },
  {
    what: "real chance",
    instead: "the Random port (hub/ports/random.ts)",
    pattern: /\bMath\.random\b/,
    within: ["hub/", "devices/", "test/"],
    planted: "const jitter = Math.random();",
  },
  {
    what: "the operating system",
    instead: "a port, filled in hub/platform/node",
    pattern:
      /from "(node:)?(fs|fs\/promises|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|os)"/,
    within: production,
    except: ["hub/platform/node/", "hub/main.ts"],
    planted: 'import { readFileSync } from "node:fs";',
  },
  {
    what: "a request past the network port",
    instead: "the Network port, which the guard of what leaves stands behind (hub/ports/network.ts)",
    pattern: /(?<![\w.]|async )(fetch|WebSocket|EventSource|XMLHttpRequest|navigator\.sendBeacon)\(/,
    within: production,
    planted: 'void fetch("http://example.org/?name=" + name);',
  },
  {
    what: "the process around the hub",
    instead: "the Log port, an option, or what the roof hands in",
    pattern: /\bprocess\b\W+(stdout|stderr|env|title|argv|report|emitWarning|getBuiltinModule|send)\b/,
    within: production,
    except: [
      "hub/platform/node/",
      "hub/end-on-signals.ts",
      "hub/main.ts",
      "hub/run.ts",
      "hub/start-image.ts",
      "hub/supervise.ts",
      "hub/surroundings.ts",
    ],
    planted: 'process.env["LAST_GUEST"] = name;',
  },
  {
    what: "a system module by the back door",
    instead: "a port, filled in hub/platform/node",
    pattern: /\b(import|require)\(\s*["'`]node:|\bcreateRequire\b|\bglobalThis\b|\beval\(|new Function\(/,
    within: production,
    except: ["hub/platform/node/", "devices/sim/air/ble-host.ts"],
    planted: 'const { writeFileSync } = await import("node:fs");',
  },
  {
    what: "a switched-off check",
    instead: "code that passes it",
    pattern: /@ts-(ignore|nocheck|expect-error)|biome-ignore|eslint-disable|istanbul ignore|v8 ignore/,
    within: code,
    except: ["test/types/"],
    planted: "// @ts-ignore",
  },
  {
    what: "a test that does not run",
    instead: "notRun() of test/support/not-run.ts, which is listed at the end with its reason",
    pattern: /\b(test|it|describe|suite)(\.\w+)*\.(skip|only|todo|skipIf|runIf|fails)\b/,
    within: ["test/"],
    except: ["test/support/not-run.ts"],
    planted: 'test.skip("later", () => {});',
  },
  {
    what: "a drawer for everything",
    instead: "a file named after the main thing inside",
    pattern: /from "[^"]*\/(utils?|helpers?|common|misc|manager)\.tsx?"/,
    within: code,
    planted: 'import { pad } from "./utils.ts";',
  },
];

/** Whether a ban is about this file. */
export const concerns = (ban: Ban, file: string): boolean =>
  (ban.within ?? [""]).some((start) => file.startsWith(start)) &&
  !(ban.except ?? []).some((start) => file.startsWith(start));

/** Numbers of the lines, from 1. */
export const linesWith = (pattern: RegExp, text: string): number[] =>
  text.split("\n").flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
