import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startHub } from "../../app-sim/testing/start-hub.ts";
import type { TestHub } from "../../app-sim/testing/test-hub.ts";
import { settle } from "../../hub/platform/sim/virtual-clock.ts";

/** A whole hub on the ether, with a phone and lamps near it. Network and password are those of the simulated access point. */

const packed = (ssid: string, password: string): Uint8Array =>
  Uint8Array.of(ssid.length, ...Buffer.from(ssid), password.length, ...Buffer.from(password));
const home = () => packed("canary-ssid-77", "canary-password-88");

let hub: TestHub;
beforeEach(async () => {
  hub = await startHub({ bulbs: 1, sensors: 0 });
  await hub.api.call("configureSimAccessPoint", { bytes: home() });
});
afterEach(async () => {
  expect(hub.trace()).not.toContain("canary");
  await hub.close();
});

/** Time passes until it has an answer, for two minutes at most. */
const meanwhile = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  asked.then(over, over);
  for (let seconds = 0; !isOver && seconds < 120; seconds++) {
    await hub.clock.advance({ seconds: 1 });
    for (let turn = 0; turn < 5 && !isOver; turn++) await settle();
  }
  return asked;
};

const press = async (): Promise<void> => {
  await hub.api.call("pressSimPanel", { body: { seconds: 1 } });
  await hub.clock.advance({ seconds: 1 });
};
const phoneTells = (bytes = home()) => meanwhile(hub.api.call("tellBySimPhone", { bytes }));
const signal = async (): Promise<string> => (await hub.api.call("readSimPanel")).signal;
const stations = async (): Promise<number> => (await hub.api.call("readSimAccessPoint")).stations;

describe("a phone tells the hub", () => {
  test("nothing before somebody has pressed the button, or after the minute", async () => {
    expect(await phoneTells()).toEqual({ outcome: "no-hub", states: [] });
    await press();
    expect(await signal()).toBe("set-up");
    await hub.clock.advance({ seconds: 61 });
    expect(await signal()).toBe("ready");
    expect(await phoneTells()).toEqual({ outcome: "no-hub", states: [] });
    expect(await hub.api.call("readWifi")).toMatchObject({ set: false, link: "apart" });
  });

  test("the network: the hub joins by the handshake, keeps it, and is seen no more", async () => {
    await press();
    const told = await phoneTells();
    expect(told).toEqual({ outcome: "provisioned", states: ["authorized", "provisioning", "provisioned"] });
    expect(await hub.api.call("readWifi")).toMatchObject({ set: true, link: "joined" });
    expect([await stations(), await signal()]).toEqual([1, "ready"]);
    expect(await phoneTells()).toMatchObject({ outcome: "no-hub" });
    expect(JSON.stringify(told)).not.toContain("canary");
  });

  test("a wrong password is told, and nothing of it is kept; the right one is taken afterwards", async () => {
    await press();
    const wrong = await phoneTells(packed("canary-ssid-77", "canary-password-89"));
    expect(wrong).toEqual({
      outcome: "cannot-connect",
      states: ["authorized", "provisioning", "authorized"],
    });
    expect(await hub.api.call("readWifi")).toMatchObject({ set: false, link: "apart" });
    expect(await phoneTells()).toMatchObject({ outcome: "provisioned" });
  });
});

describe("the hub tells a lamp", () => {
  const shelf = async () => {
    const { data } = await hub.api.call("listSimShelf");
    const sealing = data.find(({ label }) => label !== undefined);
    const plain = data.find(({ label }) => label === undefined);
    return { sealing: sealing?.address ?? "", label: sealing?.label ?? "", plain: plain?.address ?? "" };
  };
  const sealed = (address: string, code: string) =>
    meanwhile(
      hub.api.call("shareWifiSealed", {
        bytes: Buffer.concat([Buffer.from(address.replaceAll(":", ""), "hex"), Buffer.from(code)]),
      }),
    );
  const inClear = (address: string, confirm: string) =>
    meanwhile(hub.api.call("shareWifiInClear", { body: { address, confirm } }));
  const coded = (code: string) => expect.objectContaining({ code });

  beforeEach(async () => {
    await hub.api.call("setWifi", { bytes: home() });
    await hub.api.call("openProvisioning", { body: { seconds: 600 } });
    expect(await hub.api.call("testWifi")).toEqual({ outcome: "joined" });
  });

  test("sealed, by the code on its label and no other", async () => {
    const { sealing, label } = await shelf();
    await expect(sealed(sealing, "ABCD-EFGH-IJKL-MNOP-QRST")).rejects.toEqual(coded("printed_code_wrong"));
    await expect(inClear(sealing, "unencrypted")).rejects.toEqual(coded("not_capable"));
    expect(await stations()).toBe(1);
    expect(await sealed(sealing, label)).toEqual({ outcome: "joined" });
    expect(await stations()).toBe(2);
  });

  test("in clear, to one that can do no better, and only with the word", async () => {
    const { plain, label } = await shelf();
    await expect(inClear(plain, "yes")).rejects.toEqual(coded("wifi_not_confirmed"));
    await expect(sealed(plain, label)).rejects.toEqual(coded("not_capable"));
    expect(await stations()).toBe(1);
    expect(await inClear(plain, "unencrypted")).toEqual({ outcome: "joined" });
    expect(await stations()).toBe(2);
  });

  test("none that is not there, and none outside the window", async () => {
    await expect(inClear("a4:c1:38:00:00:00", "unencrypted")).rejects.toEqual(coded("lamp_not_in_reach"));
    await hub.api.call("closeProvisioning");
    await expect(inClear((await shelf()).plain, "unencrypted")).rejects.toEqual(coded("provisioning_closed"));
  });
});
