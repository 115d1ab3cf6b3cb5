import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The Debian package of each program that tests run beside ours, and where it lies. */
const programs = {
  mosquitto: { package: "mosquitto", paths: ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"] },
  mosquitto_passwd: { package: "mosquitto", paths: ["/usr/bin/mosquitto_passwd"] },
  mosquitto_pub: { package: "mosquitto-clients", paths: ["/usr/bin/mosquitto_pub"] },
  mosquitto_sub: { package: "mosquitto-clients", paths: ["/usr/bin/mosquitto_sub"] },
  bash: { package: "bash", paths: ["/bin/bash"] },
  zsh: { package: "zsh", paths: ["/usr/bin/zsh", "/bin/zsh"] },
  fish: { package: "fish", paths: ["/usr/bin/fish"] },
  strace: { package: "strace", paths: ["/usr/bin/strace"] },
  swtpm: { package: "swtpm", paths: ["/usr/bin/swtpm"] },
  tpm2_nvdefine: { package: "tpm2-tools", paths: ["/usr/bin/tpm2_nvdefine"] },
  faketime: { package: "faketime", paths: ["/usr/bin/faketime"] },
  nmcli: { package: "network-manager", paths: ["/usr/bin/nmcli"] },
  NetworkManager: { package: "network-manager", paths: ["/usr/sbin/NetworkManager"] },
  btmon: { package: "bluez", paths: ["/usr/bin/btmon"] },
  btvirt: { package: "bluez-test-tools", paths: ["/usr/bin/btvirt"] },
  "python3-dbusmock": {
    package: "python3-dbusmock",
    paths: ["/usr/lib/python3/dist-packages/dbusmock/__main__.py"],
  },
  "dbus-daemon": { package: "dbus", paths: ["/usr/bin/dbus-daemon"] },
  ip: { package: "iproute2", paths: ["/usr/sbin/ip", "/sbin/ip"] },
  tshark: { package: "tshark", paths: ["/usr/bin/tshark"] },
  mkfs: { package: "e2fsprogs", paths: ["/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4"] },
  openssl: { package: "openssl", paths: ["/usr/bin/openssl", "/usr/local/bin/openssl"] },
} as const;

export type Program = keyof typeof programs;

/**
 * The path of a program. Installs its package where it may (root on Debian); otherwise fails naming the package.
 * Test files run beside each other, so the installation is done under a lock; a service the package starts is stopped.
 */
export const requireProgram = (program: Program): string => {
  const { package: name, paths } = programs[program];
  const present = () => paths.find((path) => existsSync(path));
  const found = present();
  if (found !== undefined) return found;
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (mayInstall) install(name);
  const installed = present();
  if (installed !== undefined) return installed;
  throw new Error(
    `${program} is missing: install the package ${name}${mayInstall ? " (apt-get failed)" : ""} and run again`,
  );
};

const install = (name: string): void => {
  const lock = join(tmpdir(), "lampkeeper-apt.lock");
  // A policy of 101 keeps the package's service from starting (invoke-rc.d(8)); the hook is only ours for the moment.
  const script = `
    dpkg -s ${name} >/dev/null 2>&1 && exit 0
    policy=/usr/sbin/policy-rc.d
    [ -e $policy ] || { printf '#!/bin/sh\\nexit 101\\n' >$policy && chmod 755 $policy && trap "rm -f $policy" EXIT; }
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends ${name}`;
  try {
    execFileSync("flock", [lock, "sh", "-c", script], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      timeout: 240_000,
    });
  } catch {
    // Told by the caller, who looks whether the program is there now.
  }
};
