import { Millis, Minutes } from "../../hub/domain/units.ts";
import { bleRig } from "../support/ble-rig.ts";
import { bleContract } from "./ble.contract.ts";
import { ContractLamp, contractPeer } from "./ble-contract-lamp.ts";

bleContract("the simulated radio", async () => {
  const { clock, ether, raw, central } = bleRig();
  const lamp = new ContractLamp();
  ether.place(lamp);
  const strangerAt = (at: number) => ({
    ...new ContractLamp(),
    address: `c0:00:00:00:${(at >> 8).toString(16).padStart(2, "0")}:${(at & 255).toString(16).padStart(2, "0")}`,
    connectable: false,
    advertisement: () => ({ data: Uint8Array.of(2, 1, 6) }),
  });
  return {
    central,
    lamp,
    patience: Minutes(1),
    live: (time) => clock.advance(time),
    power: (isOn) => (isOn ? ether.place(lamp) : ether.take(contractPeer.address)),
    mute: (isMute) => {
      raw.fault = ({ kind }) => (isMute && kind !== "connect" && kind !== "close" ? "hang" : undefined);
    },
    plug: (isPlugged) => raw.become(isPlugged ? "on" : "absent"),
    crowd: async (strangers) => {
      for (let at = 0; at < strangers; at++) {
        const stranger = strangerAt(at);
        ether.place(stranger, { interval: Millis(50) });
        if (at % 100 !== 99) continue;
        await clock.advance(Millis(60));
        for (let gone = at - 99; gone <= at; gone++) ether.take(strangerAt(gone).address);
      }
    },
    held: () => Object.values(central.gauges).reduce((sum, size) => sum + size, 0),
    close: () => central.close(),
  };
});
