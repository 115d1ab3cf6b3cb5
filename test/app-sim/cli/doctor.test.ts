import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  clockFinding,
  folderFinding,
  nodeFinding,
  portFinding,
  type RadioFacts,
  radioFinding,
  radioTrouble,
} from "../../../app-sim/cli/doctor/findings.ts";
import { radioFacts } from "../../../app-sim/cli/doctor/this-machine.ts";
import { scratch } from "../../support/hub-process.ts";

/** A Raspberry Pi as it comes: the service runs, and its user may use it. */
const usual: RadioFacts = {
  isLinux: true,
  hasSubsystem: true,
  adapters: ["free"],
  service: "running",
  mayUseService: true,
  mayOpenAdapter: false,
};

describe("the radio", () => {
  test.each<[string, "auto" | "bluez" | "hci", Partial<RadioFacts>, string | undefined]>([
    ["as it comes", "auto", {}, undefined],
    ["a kernel without Bluetooth", "auto", { hasSubsystem: false, adapters: [] }, "sudo modprobe btusb"],
    ["no adapter", "auto", { adapters: [] }, "plug one in"],
    ["blocked by software", "auto", { adapters: ["soft-blocked"] }, "sudo rfkill unblock bluetooth"],
    ["blocked by a switch", "auto", { adapters: ["hard-blocked"] }, "turn the switch on"],
    ["one of two is free", "auto", { adapters: ["soft-blocked", "free"] }, undefined],
    ["the service is down", "auto", { service: "stopped" }, "sudo systemctl enable --now bluetooth"],
    ["the service is not installed", "auto", { service: "not-installed" }, "sudo apt install bluez"],
    ["not in its group", "auto", { mayUseService: false }, 'sudo usermod -aG bluetooth "$USER"'],
    [
      "no service, but the right to do without",
      "auto",
      { service: "stopped", mayOpenAdapter: true },
      undefined,
    ],
    ["a dongle of its own", "hci", { service: "stopped", mayOpenAdapter: true }, undefined],
    ["the adapter is the service's", "hci", { mayOpenAdapter: true }, "sudo systemctl stop bluetooth"],
    [
      "no right to open it",
      "hci",
      { service: "stopped" },
      'sudo setcap cap_net_admin+eip "$(readlink -f "$(command -v node)")"',
    ],
    [
      "the service is asked for and is down",
      "bluez",
      { service: "stopped", mayOpenAdapter: true },
      "sudo systemctl enable --now bluetooth",
    ],
    [
      "blocked, and the service down: one step after the other",
      "auto",
      { adapters: ["soft-blocked"], service: "stopped" },
      "sudo rfkill unblock bluetooth",
    ],
    ["another system", "auto", { isLinux: false, hasSubsystem: false, adapters: [] }, undefined],
  ])("%s", (_, mode, facts, repair) => {
    const { ok, repair: said } = radioFinding(mode, { ...usual, ...facts });
    expect({ ok, repair: said }).toEqual({ ok: repair === undefined, repair });
  });

  test("that is not wanted is not missed", () => {
    expect(radioFinding("none", { ...usual, adapters: [] })).toEqual({
      what: "bluetooth",
      ok: true,
      detail: "not wanted",
    });
  });
});

test("node, ports, folder and clock have one repair each, and none where all is well", () => {
  expect(nodeFinding({ version: "v24.0.0", api: 10 })).toMatchObject({ ok: true });
  expect(nodeFinding({ version: "v20.0.0", api: 9 }).repair).toMatch(/Node 24/);
  expect(portFinding({ port: 1883, purpose: "mqtt", isFree: false }).repair).toBe(
    "lampkeeper sim --mqtt-port 0",
  );
  expect(folderFinding({ path: "data", state: "open" }).repair).toBe("chmod -R go= data");
  expect(folderFinding({ path: "data", state: "unwritable" }).repair).toBe('chown -R "$USER" data');
  for (const state of ["absent", "private"] as const)
    expect(folderFinding({ path: "data", state })).not.toHaveProperty("repair");
  expect(clockFinding("unknown").repair).toBe("lampkeeper clock set now");
  expect(clockFinding("trusted")).toEqual({ what: "clock", ok: true, detail: "trusted" });
});

describe("what Linux shows", () => {
  const machine = (files: Readonly<Record<string, string>>) => {
    const folder = scratch();
    for (const [file, text] of Object.entries(files)) {
      const path = join(folder.path, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return folder;
  };

  test("is read as it is: switches, service and rights", () => {
    using root = machine({
      "sys/class/bluetooth/hci0/rfkill0/soft": "1\n",
      "sys/class/bluetooth/hci0/rfkill0/hard": "0\n",
      "sys/class/bluetooth/hci1/rfkill1/hard": "1\n",
      "sys/class/bluetooth/hci2/address": "00:00:00:00:00:00\n",
      "proc/12/comm": "bluetoothd\n",
      "proc/self/status": "Name:\tnode\nCapEff:\t0000000000001000\n",
    });
    expect(radioFacts(root.path)).toMatchObject({
      hasSubsystem: true,
      adapters: ["soft-blocked", "hard-blocked", "free"],
      service: "running",
      mayOpenAdapter: true,
    });
  });

  test("a service that is there and does not run is told from one that is not", () => {
    using stopped = machine({ "usr/libexec/bluetooth/bluetoothd": "", "proc/12/comm": "bash\n" });
    expect(radioFacts(stopped.path)).toMatchObject({ service: "stopped", mayOpenAdapter: false });
    using bare = scratch();
    expect(radioFacts(bare.path)).toMatchObject({
      service: "not-installed",
      hasSubsystem: false,
      adapters: [],
    });
  });
});

test("every trouble that can be seen from outside is seen", () => {
  const seen = new Set<string | undefined>();
  const services = ["running", "stopped", "not-installed"] as const;
  const adapters = [[], ["free"], ["soft-blocked"], ["hard-blocked"]] as const;
  const either = [true, false];
  for (const mode of ["auto", "bluez", "hci"] as const)
    for (const service of services)
      for (const each of adapters)
        for (const hasSubsystem of either)
          for (const mayUseService of either)
            for (const mayOpenAdapter of either) {
              const facts = {
                isLinux: true,
                hasSubsystem,
                adapters: each,
                service,
                mayUseService,
                mayOpenAdapter,
              };
              seen.add(radioTrouble(mode, facts));
            }
  expect(seen).toEqual(
    new Set([
      undefined,
      "no-support",
      "no-adapter",
      "blocked",
      "switched-off",
      "no-bluez",
      "no-service",
      "no-group",
      "taken",
      "no-right",
    ]),
  );
});
