import { addressBytes, deviceAddressBytes, printedAddress } from "../../codec/ble/address.ts";
import { readWifiCredentials } from "../../codec/wifi-credentials.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { isoText } from "../../domain/instant-text.ts";
import { Seconds } from "../../domain/units.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import type { Services } from "../traits.ts";

type WifiRoutes =
  | "readWifi"
  | "setWifi"
  | "forgetWifi"
  | "testWifi"
  | "openProvisioning"
  | "closeProvisioning"
  | "shareWifi"
  | "shareWifiSealed"
  | "shareWifiInClear";

const usualWindowSeconds = 120;

export const wifiHandlers = ({ wifi, provisioning, improv }: Services): Handlers<WifiRoutes> => {
  const shown = async (): Promise<Shape<"Wifi">> => {
    const { isSet, link, since, outcome } = await wifi.status();
    const openUntil = provisioning.openUntil();
    return {
      set: isSet,
      link,
      since: isoText(since),
      ...(outcome === undefined ? {} : { outcome }),
      ...(openUntil === undefined ? {} : { openUntil: isoText(openUntil) }),
    };
  };
  return {
    readWifi: shown,
    setWifi: ({ bytes }) => {
      wifi.set(readWifiCredentials(bytes));
      return shown();
    },
    forgetWifi: async () => {
      await wifi.forget();
      return undefined;
    },
    testWifi: async () => ({ outcome: await wifi.test() }),
    openProvisioning: ({ body: { seconds } }) => {
      provisioning.open(Seconds(seconds ?? usualWindowSeconds));
      return shown();
    },
    closeProvisioning: () => {
      provisioning.shut();
      return undefined;
    },
    shareWifiSealed: async ({ bytes }) => {
      const address = printedAddress(bytes.subarray(0, deviceAddressBytes));
      return { outcome: await improv.share(address, { code: bytes.subarray(deviceAddressBytes) }) };
    },
    shareWifiInClear: async ({ body: { address, confirm } }) => {
      const bytes = addressBytes(address);
      if (bytes === undefined) throw new InvalidInput("not the address of a device", { path: "address" });
      return { outcome: await improv.share(printedAddress(bytes), { word: confirm ?? "" }) };
    },
    shareWifi: async ({ id, bytes }) => ({ outcome: await provisioning.share(id, bytes) }),
  };
};
