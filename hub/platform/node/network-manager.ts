import { spawn } from "node:child_process";
import { pskOf } from "../../crypto/wpa-psk.ts";
import type { JoinOutcome, WifiCredentials, WifiLink } from "../../domain/wifi.ts";
import type { WifiRadio } from "../../ports/wifi.ts";
import { opening } from "./socket-openers.ts";

/** What our profile is called. */
const profile = "lampkeeper";
/** How long an attempt may take by nmcli's own count, and when it is ended from outside. */
const waitSeconds = 40;
const patienceMs = 50_000;

/** What a run of nmcli ended with; `code` is undefined where there is no nmcli or it did not end. */
interface Ended {
  readonly code: number | undefined;
  readonly said: string;
}

/** Exit codes [nmcli(1)]. */
const exit = { ok: 0, timedOut: 3, notRunning: 8 } as const;

/** Why an activation failed, in the words of libnm for the locale C. */
const failures: readonly (readonly [words: string, outcome: JoinOutcome])[] = [
  ["Secrets were required", "wrong-password"],
  ["network could not be found", "not-found"],
  ["took too long to authenticate", "timed-out"],
  ["No suitable device found", "no-radio"],
];

/** States of a device [nmcli(1)], the best first. */
const links: readonly (readonly [state: RegExp, link: WifiLink])[] = [
  [/^connected/, "joined"],
  [/^connecting/, "joining"],
  [/^(?:disconnected|deactivating)/, "apart"],
  [/^(?:unavailable|unmanaged|unknown)/, "off"],
];

/**
 * The radio of a machine that NetworkManager manages, asked by `nmcli`. What NetworkManager knows of the network it
 * knows in memory: the profile is temporary and says that the key belongs to an agent (`psk-flags 1`), which is nmcli
 * itself for as long as an attempt takes.
 *
 * Name and key go through pipes, never through arguments. The key is made here, so the password leaves the hub not at
 * all. What is left of the name: `/run/NetworkManager/system-connections` (in memory, root's alone) until it is left.
 */
export class NetworkManagerRadio implements WifiRadio {
  readonly #nmcli: string;

  constructor(nmcli = "nmcli") {
    this.#nmcli = nmcli;
  }

  async link(): Promise<WifiLink> {
    const { code, said } = await this.#ask(["--terse", "--fields", "TYPE,STATE", "device", "status"]);
    if (code !== exit.ok) return "no-service";
    const states = said.split("\n").flatMap((line) => (line.startsWith("wifi:") ? [line.slice(5)] : []));
    if (states.length === 0) return "no-radio";
    return links.find(([state]) => states.some((each) => state.test(each)))?.[1] ?? "off";
  }

  async join(credentials: WifiCredentials): Promise<JoinOutcome> {
    if (!canBeTyped(credentials.ssid)) return "not-supported";
    const link = await this.link();
    if (link === "no-service" || link === "no-radio") return link;
    await this.leave();
    const script = editing(credentials.ssid);
    await this.#ask(["connection", "edit", "type", "wifi", "con-name", profile], script, "deaf");
    const ended = await this.#ask(
      ["--wait", `${waitSeconds}`, "connection", "up", "id", profile, "passwd-file", "/dev/stdin"],
      passwordLine(credentials),
    );
    const outcome = outcomeOf(ended);
    if (outcome !== "joined") await this.leave();
    return outcome;
  }

  async leave(): Promise<void> {
    await this.#ask(["connection", "delete", "id", profile]);
  }

  /**
   * @param input wiped once it is written
   * @param ear `deaf`: what it says is not taken, as it repeats the input
   */
  #ask(
    words: readonly string[],
    input: Buffer = Buffer.alloc(0),
    ear: "open" | "deaf" = "open",
  ): Promise<Ended> {
    return new Promise((done) => {
      // nmcli opens its standard input by name, which can be done with a pipe and not with the socket that Node makes.
      const child = opening("network-manager", () =>
        spawn("/bin/sh", ["-c", 'cat | "$0" "$@"', this.#nmcli, ...words], {
          stdio: ["pipe", ear === "open" ? "pipe" : "ignore", ear === "open" ? "pipe" : "ignore"],
          // A group of its own, so that all of it can be ended.
          detached: true,
          // Answers in English. No home: its editor would write every line, the name too, to a history there.
          env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", HOME: "/dev/null" },
        }),
      );
      const said: Buffer[] = [];
      const end = (code: number | undefined) => {
        clearTimeout(patience);
        input.fill(0);
        done({ code, said: Buffer.concat(said).toString() });
      };
      const patience = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      }, patienceMs);
      child.stdout?.on("data", (bytes: Buffer) => said.push(bytes));
      child.stderr?.on("data", (bytes: Buffer) => said.push(bytes));
      // Without a shell there is no nmcli either; one that ends early reads no more.
      child.once("error", () => end(undefined));
      child.stdin?.on("error", () => undefined);
      child.once("close", (code) => end(code ?? undefined));
      child.stdin?.end(input);
    });
  }
}

const outcomeOf = ({ code, said }: Ended): JoinOutcome => {
  if (code === exit.ok) return "joined";
  if (code === exit.timedOut || code === undefined) return "timed-out";
  if (code === exit.notRunning) return "no-service";
  return failures.find(([words]) => said.includes(words))?.[1] ?? "failed";
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** nmcli's editor takes a name as the rest of a line, without the blanks around it. */
const canBeTyped = (ssid: Uint8Array): boolean => {
  const isControl = (byte: number | undefined) => byte === undefined || byte < 0x20 || byte === 0x7f;
  if (ssid.some(isControl) || ssid[0] === 0x20 || ssid.at(-1) === 0x20) return false;
  try {
    utf8.decode(ssid);
    return true;
  } catch {
    return false;
  }
};

/** What is typed into nmcli's editor. */
const editing = (ssid: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from("set connection.autoconnect no\nset 802-11-wireless.ssid "),
    ssid,
    Buffer.from(
      "\nset 802-11-wireless-security.key-mgmt wpa-psk\nset 802-11-wireless-security.psk-flags 1\nsave temporary\nquit\n",
    ),
  ]);

/** The one line of a passwd-file [nmcli(1)]; the key as 64 digits, in which nothing needs to be escaped. */
const passwordLine = (credentials: WifiCredentials): Buffer => {
  const name = Buffer.from("802-11-wireless-security.psk:");
  const psk = pskOf(credentials);
  const line = Buffer.alloc(name.length + 2 * psk.length + 1, "\n");
  name.copy(line);
  // Digit by digit: a string could not be wiped.
  psk.forEach((byte, at) => {
    line.set([digitOf(byte >> 4), digitOf(byte & 15)], name.length + 2 * at);
  });
  psk.fill(0);
  return line;
};

const digitOf = (value: number): number => "0123456789abcdef".charCodeAt(value);
