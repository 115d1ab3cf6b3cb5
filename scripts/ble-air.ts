import { Air } from "../devices/sim/air/air.ts";
import { Controller } from "../devices/sim/air/controller.ts";
import { MountedPeripheral } from "../devices/sim/air/mounted-peripheral.ts";
import type { BlePeripheral } from "../devices/sim/ble/peripheral.ts";
import { SystemClock } from "../hub/platform/node/system-clock.ts";
import { SystemEntropy } from "../hub/platform/node/system-entropy.ts";
import { SeededRandom } from "../hub/platform/sim/seeded-random.ts";
import { serveController } from "./support/hci-server.ts";

/*
 * Bluetooth without a radio: a simulated controller on a Unix socket that carries H4, for any host stack, and one simulated
 * lamp in its range. Give the path of the socket.
 */

/** Notifies of whatever is written. */
const echo = (): BlePeripheral => {
  let value: Uint8Array = Buffer.from([0]);
  let tell: (value: Uint8Array) => void = () => {};
  const properties = ["read", "write", "write-command", "notify"] as const;
  return {
    address: "c4:c1:38:02:83:f4",
    addressType: "random",
    bonding: "just-works",
    isPairable: true,
    connectable: true,
    advertisement: () => ({ data: Buffer.from("0201060302f0ff", "hex") }),
    services: [
      {
        uuid: "fff0",
        characteristics: [
          {
            uuid: "fff3",
            properties,
            read: () => value,
            write: (written) => {
              value = Buffer.from(written);
              tell(value);
              return 0;
            },
            subscribe: (notify) => {
              tell = notify;
              return () => {
                tell = () => {};
              };
            },
          },
        ],
      },
    ],
  };
};

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("npm run ble-air -- /path/of/the/socket");
  process.exitCode = 2;
} else {
  const air = new Air(new SystemClock(), new SeededRandom(new SystemEntropy().bytes(4).readUInt32LE()));
  const controller = new Controller(air, { address: "00:aa:01:00:00:42", type: "public" });
  await MountedPeripheral.on(air, echo());
  await serveController(controller, path);
  console.log(`a controller is at ${path}; a lamp is in range`);
}
