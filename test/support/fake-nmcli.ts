import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Stands where `nmcli` would. Each run leaves what it was given: its arguments, those of the process that called it,
 * its environment and its standard input. It knows one profile and one network, by name and 64 digits of key.
 */
const script = `#!/bin/sh
here=\${0%/*}
run=$(mktemp "$here/runs/run.XXXXXX")
tr '\\0' '\\n' <"/proc/$$/cmdline" >"$run.argv"
tr '\\0' '\\n' <"/proc/$PPID/cmdline" >"$run.parent"
tr '\\0' '\\n' <"/proc/$$/environ" >"$run.environ"
cat /dev/stdin >"$run.stdin"
fail() { echo "Error: Connection activation failed: $1" >&2; exit "$2"; }
case "$*" in
*"device status")
  [ -e "$here/down" ] && { echo "Error: NetworkManager is not running." >&2; exit 8; }
  echo "ethernet:connected"; echo "loopback:unmanaged"
  [ -e "$here/no-radio" ] && exit 0
  if [ -e "$here/state" ]; then echo "wifi:$(cat "$here/state")"
  elif [ -e "$here/up" ]; then echo "wifi:connected"; else echo "wifi:disconnected"; fi ;;
"connection edit type wifi con-name lampkeeper")
  sed 's/^/nmcli> /' "$run.stdin"; cp "$run.stdin" "$here/profile" ;;
*"connection up id lampkeeper passwd-file /dev/stdin")
  [ -e "$here/profile" ] || fail "unknown" 10
  [ -e "$here/fail" ] && fail "$(cat "$here/fail")" 4
  [ -e "$here/slow" ] && { echo "Error: Timeout expired (40 seconds)" >&2; exit 3; }
  [ -e "$here/away" ] && fail "The Wi-Fi network could not be found" 4
  grep -qxF "set 802-11-wireless.ssid $(cat "$here/name")" "$here/profile" ||
    fail "The Wi-Fi network could not be found" 4
  cmp -s "$run.stdin" "$here/line" || fail "Secrets were required, but not provided" 4
  touch "$here/up" ;;
"connection delete id lampkeeper")
  [ -e "$here/profile" ] || { echo "Error: unknown connection 'lampkeeper'." >&2; exit 10; }
  rm -f "$here/profile" "$here/up" ;;
*) echo "Error: not understood: $*" >&2; exit 2 ;;
esac
`;

export class FakeNmcli {
  readonly folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  readonly path = join(this.folder, "nmcli");

  /** @param psk of the one network, 64 hexadecimal digits */
  constructor(ssid: string, psk: string) {
    mkdirSync(join(this.folder, "runs"));
    writeFileSync(this.path, script);
    chmodSync(this.path, 0o755);
    this.set("name", ssid);
    this.set("line", `802-11-wireless-security.psk:${psk}\n`);
  }

  /** Makes something so: `away`, `down`, `no-radio`, `slow`, `fail` with its words, `state` of the device. */
  set(what: string, content = ""): void {
    writeFileSync(join(this.folder, what), content);
  }

  unset(what: string): void {
    rmSync(join(this.folder, what), { force: true });
  }

  /** What the runs so far were given, by what it is. */
  given(what: "argv" | "parent" | "environ" | "stdin"): string {
    const runs = join(this.folder, "runs");
    const files = readdirSync(runs).filter((file) => file.endsWith(`.${what}`));
    return files.map((file) => readFileSync(join(runs, file), "utf8")).join("\n");
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
