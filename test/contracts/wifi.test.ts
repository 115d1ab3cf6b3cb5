import { pskOf } from "../../hub/crypto/wpa-psk.ts";
import { NetworkManagerRadio } from "../../hub/platform/node/network-manager.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { AccessPoint } from "../../hub/platform/sim/wifi/access-point.ts";
import { Station } from "../../hub/platform/sim/wifi/station.ts";
import { FakeNmcli } from "../support/fake-nmcli.ts";
import { wifiContract } from "./wifi.contract.ts";

const home = { ssid: Buffer.from("Kanal 7: \\ü; 'x'"), password: Buffer.from("a password: #1 \\") };

wifiContract("the simulated air", () => {
  const entropy = new SeededEntropy(new SeededRandom(1));
  const accessPoint = new AccessPoint(entropy, home);
  return {
    radio: new Station(entropy, accessPoint),
    home,
    takeAway: () => accessPoint.unplug(),
    bringBack: () => accessPoint.plugIn(),
    close: () => undefined,
  };
});

wifiContract("NetworkManager, by a stand-in for nmcli", () => {
  const nmcli = new FakeNmcli(home.ssid.toString(), pskOf(home).toString("hex"));
  return {
    radio: new NetworkManagerRadio(nmcli.path),
    home,
    takeAway: () => nmcli.set("away"),
    bringBack: () => nmcli.unset("away"),
    close: () => nmcli.close(),
  };
});
