import { execFileSync } from "node:child_process";
import { requireProgram } from "./programs.ts";

/*
 * NetworkManager itself, in namespaces of its own: no network but loopback, no process of this machine to be seen, and
 * empty folders where it keeps its files. Nothing outside notices, and nothing is left.
 */
const inside = `
  mount -t proc proc /proc
  for folder in /run /etc/NetworkManager /var/lib/NetworkManager /root; do mount -t tmpfs none $folder; done
  mkdir -p /run/dbus
  ip link set lo up
  # In the background only once it listens: NetworkManager ends where it finds no bus.
  dbus-daemon --system --fork --nopidfile >/dev/null 2>&1
  NetworkManager --no-daemon --log-level=ERR >/dev/null 2>&1 &
  for attempt in $(seq 300); do nmcli general status >/dev/null 2>&1 && exec "$@"; sleep 0.1; done
  echo "NetworkManager does not answer" >&2
  exit 1
`;

const unshared = ["--net", "--mount", "--pid", "--fork", "--kill-child"];

/** Why NetworkManager cannot be tried here; undefined: it can. */
export const networkManagerObstacle = (): string | undefined => {
  if (process.getuid?.() !== 0) return "NetworkManager needs root, and namespaces of its own";
  try {
    execFileSync("unshare", [...unshared, "mount", "-t", "tmpfs", "none", "/run"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "no namespaces can be made here";
  }
};

/** Runs a program beside a running NetworkManager. @returns its standard output */
export const besideNetworkManager = (program: string, args: readonly string[]): string => {
  for (const each of ["nmcli", "NetworkManager", "dbus-daemon", "ip"] as const) requireProgram(each);
  const words = [...unshared, "sh", "-c", inside, "sh", program, ...args];
  return execFileSync("unshare", words, {
    encoding: "utf8",
    timeout: 90_000,
    stdio: ["ignore", "pipe", "inherit"],
  });
};
