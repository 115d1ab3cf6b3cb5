import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pskOf } from "../../../../hub/crypto/wpa-psk.ts";
import { NetworkManagerRadio } from "../../../../hub/platform/node/network-manager.ts";
import { FakeNmcli } from "../../../support/fake-nmcli.ts";
import { besideNetworkManager, networkManagerObstacle } from "../../../support/network-manager-box.ts";
import { testUnless } from "../../../support/not-run.ts";

const home = { ssid: Buffer.from("canary-ssid-4711"), password: Buffer.from("canary-password-0815") };
const psk = pskOf(home).toString("hex");

describe("by a stand-in for nmcli", () => {
  let nmcli: FakeNmcli;
  let radio: NetworkManagerRadio;
  beforeEach(() => {
    nmcli = new FakeNmcli(home.ssid.toString(), psk);
    radio = new NetworkManagerRadio(nmcli.path);
  });
  afterEach(() => nmcli.close());

  test("name and key go through pipes: none of both is in arguments or the environment, the password nowhere", async () => {
    expect(await radio.join(home)).toBe("joined");
    expect(await radio.join({ ...home, password: Buffer.from("canary-password-0816") })).toBe(
      "wrong-password",
    );
    for (const what of ["argv", "parent", "environ"] as const)
      expect(nmcli.given(what)).not.toMatch(new RegExp(`canary|${psk}`));
    expect(nmcli.given("stdin")).toContain(`802-11-wireless-security.psk:${psk}\n`);
    expect(nmcli.given("stdin")).toContain("set 802-11-wireless.ssid canary-ssid-4711\n");
    expect(nmcli.given("stdin")).not.toContain("canary-password");
  });

  test("what is typed into nmcli says that the key is an agent's, and that nothing is kept", async () => {
    await radio.join(home);
    const typed = nmcli.given("stdin");
    expect(typed).toContain("set 802-11-wireless-security.psk-flags 1\n");
    expect(typed).toContain("save temporary\n");
    expect(typed).not.toMatch(/set \S*\.psk /);
    expect(nmcli.given("environ")).toContain("HOME=/dev/null");
  });

  test.each([
    ["Secrets were required, but not provided", "wrong-password"],
    ["The Wi-Fi network could not be found", "not-found"],
    ["802.1X supplicant took too long to authenticate", "timed-out"],
    ["No suitable device found for this connection", "no-radio"],
    ["IP configuration could not be reserved (no available address, timeout, etc.)", "failed"],
  ])("an activation that fails with '%s' is %s, and leaves no profile", async (words, outcome) => {
    nmcli.set("fail", words);
    expect(await radio.join(home)).toBe(outcome);
    expect(readdirSync(nmcli.folder)).not.toContain("profile");
  });

  test("nmcli's patience ends", async () => {
    nmcli.set("slow");
    expect(await radio.join(home)).toBe("timed-out");
  });

  test.each([
    ["connected", "joined"],
    ["connecting (configuring)", "joining"],
    ["deactivating", "apart"],
    ["unavailable", "off"],
    ["unmanaged", "off"],
  ])("a device that is %s is %s", async (state, link) => {
    nmcli.set("state", state);
    expect(await radio.link()).toBe(link);
  });

  test("no radio, no service, no nmcli: each is said, and nothing is typed", async () => {
    nmcli.set("no-radio");
    expect([await radio.link(), await radio.join(home)]).toEqual(["no-radio", "no-radio"]);
    nmcli.set("down");
    expect([await radio.link(), await radio.join(home)]).toEqual(["no-service", "no-service"]);
    expect(nmcli.given("stdin").trim()).toBe("");
    const none = new NetworkManagerRadio(join(nmcli.folder, "nothing-there"));
    expect([await none.link(), await none.join(home)]).toEqual(["no-service", "no-service"]);
    await none.leave();
  });

  test.each([
    ["a line break", "home\nset connection.autoconnect yes"],
    ["a tab", "home\tnetwork"],
    ["a blank before", " home"],
    ["a blank behind", "home "],
    ["an escape", "home\u001b[2J"],
    ["a delete", "home\u007f"],
    ["bytes that are no UTF-8", Buffer.from([0x68, 0xff, 0x6d])],
  ])("a name that nmcli's editor would take for something else (%s) is not typed", async (_what, name) => {
    expect(await radio.join({ ...home, ssid: Buffer.from(name as string) })).toBe("not-supported");
    expect(nmcli.given("argv")).toBe("");
  });
});

describe("by nmcli and NetworkManager themselves", { timeout: 300_000 }, () => {
  /** As nmcli, but that it claims a radio, and keeps the profile and everybody's arguments when a link begins. */
  const claiming = (folder: string) => `#!/bin/sh
case "$*" in
*"device status") echo "wifi:disconnected"; exit 0 ;;
*"connection up"*)
  kept=$(mktemp "${folder}/kept.XXXXXX")
  cat /run/NetworkManager/system-connections/* >"$kept.profile"
  cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' >"$kept.processes" ;;
esac
exec nmcli "$@"
`;
  const names = [
    home.ssid.toString(),
    "Zoë's  Net; #1 \\x41 [a]",
    '"quoted"',
    "-dash",
    "name: with, all=sorts%",
  ];
  const ssidLine = (name: string) => `ssid=${[...Buffer.from(name)].join(";")};`;
  /** NetworkManager writes a name as text where it can, and otherwise byte by byte. */
  const saysName = (profile: string, name: string) =>
    profile.includes(ssidLine(name)) ||
    profile.includes(`ssid=${name.replaceAll("\\", "\\\\").replaceAll(";", "\\\\;")}\n`);

  testUnless(
    networkManagerObstacle(),
    "every name arrives as it is, and no password or key is in any file, argument or variable",
    () => {
      const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
      try {
        const nmcli = join(folder, "nmcli");
        writeFileSync(nmcli, claiming(folder));
        chmodSync(nmcli, 0o755);
        const program = fileURLToPath(new URL("../../../support/network-manager-try.ts", import.meta.url));
        const hex = [home.password, ...names].map((each) => Buffer.from(each).toString("hex"));
        const said = besideNetworkManager(process.execPath, [program, nmcli, ...hex]);
        const { link, outcomes, left } = JSON.parse(said) as {
          link: string;
          outcomes: string[];
          left: string;
        };
        expect(link).toBe("no-radio");
        expect(outcomes).toEqual(names.map(() => "no-radio"));
        const kept = (what: string) =>
          readdirSync(folder)
            .filter((file) => file.endsWith(what))
            .map((file) => readFileSync(join(folder, file), "utf8"));
        const profiles = kept(".profile");
        for (const name of names)
          expect(
            profiles.filter((profile) => saysName(profile, name)),
            name,
          ).toHaveLength(1);
        for (const profile of profiles) expect(profile).toMatch(/^psk-flags=1$/m);
        const secret = new RegExp(`canary-password|${psk}|^psk=`, "m");
        for (const each of [...profiles, ...kept(".processes"), left]) expect(each).not.toMatch(secret);
        for (const name of names) {
          for (const each of [...kept(".processes"), left]) expect(each).not.toContain(name);
          expect(left).not.toContain(ssidLine(name));
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
