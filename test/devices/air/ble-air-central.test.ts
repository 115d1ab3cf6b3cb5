import { expect, test } from "vitest";
import { Controller } from "../../../devices/sim/air/controller.ts";
import { control, indicating, locked, long, refusal, refusing } from "../../support/air-lamp.ts";
import { BareHost } from "../../support/bare-host.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";

test.each([false, true])(
  "the hub's radio scans, connects and speaks with a lamp, extended: %s",
  async (isExtended) => {
    await using rig = await NobleOnAir.start({ isExtended });
    const { lamp } = await rig.lamp();
    const heard = await rig.heard(({ isScanResponse }) => isScanResponse);
    expect(heard).toMatchObject({ address: lamp.address, addressType: "random", rssi: -50, cached: false });
    expect(Buffer.from(heard.data).toString("hex")).toBe("0409414952");

    const link = await rig.connect(lamp);
    expect(link.mtu).toBe(517);
    expect(await link.entries()).toContainEqual({
      ...control,
      properties: ["read", "write-command", "write", "notify"],
    });
    expect([...(await link.read(control))]).toEqual([0]);
    expect(await link.read(long)).toHaveLength(400);
    expect(await link.rssi()).toBe(-50);

    const notified = new Promise<Uint8Array>(
      (resolve) =>
        void link.notify(control, resolve).then(() => link.write(control, Buffer.from([1, 2, 3]), "request")),
    );
    expect([...(await notified)]).toEqual([1, 2, 3]);
    const indicated = new Promise<Uint8Array>(
      (resolve) => void link.notify(indicating, resolve).then(() => lamp.indicate(Buffer.from([9]))),
    );
    expect([...(await indicated)]).toEqual([9]);

    await link.write(control, Buffer.from([4]), "command");
    expect([...(await link.read(control))]).toEqual([4]);
    await link.close();
    expect(await link.closed).toEqual({ reason: "asked" });
    expect(rig.controller.overflows).toBe(0);
  },
);

test("what the lamp refuses is an error, and the link goes on", async () => {
  await using rig = await NobleOnAir.start();
  const { lamp } = await rig.lamp();
  const link = await rig.connect(lamp);
  await expect(link.read(refusing)).rejects.toMatchObject({ context: { reason: "refused", att: refusal } });
  await expect(link.write(refusing, Buffer.from([1]), "request")).rejects.toMatchObject({
    context: { reason: "refused", att: refusal },
  });
  await expect(link.read(locked)).rejects.toMatchObject({ context: { reason: "encryption" } });
  await expect(link.read({ service: "fff0", characteristic: "dead" })).rejects.toMatchObject({
    context: { reason: "not-found" },
  });
  await expect(link.notify(long, () => {})).rejects.toMatchObject({ context: { reason: "refused" } });
  expect([...(await link.read(control))]).toEqual([0]);
});

test("an advertisement that is reported in pieces arrives whole", async () => {
  await using rig = await NobleOnAir.start({ isExtended: true });
  const address = "c0:01:02:03:04:05";
  const advertiser = new BareHost(new Controller(rig.air, { address, type: "public" }));
  const data = Buffer.alloc(480, 0x77);
  await advertiser.command(0x2036, "01 0000 200000 200000 07 00 00 000000000000 00 7f 01 00 01 05 00");
  await advertiser.command(0x2037, `01 01 00 fb ${data.subarray(0, 251).toString("hex")}`);
  await advertiser.command(0x2037, `01 02 00 e5 ${data.subarray(251).toString("hex")}`);
  await advertiser.command(0x2039, "01 01 01 0000 00");
  const heard = await rig.heard((advertisement) => advertisement.address === address);
  expect(Buffer.from(heard.data)).toEqual(data);
  await advertiser.command(0x2039, "00 00");
});

test("nobody is asked for a scan response unless somebody wants it, and then until nobody does", async () => {
  await using rig = await NobleOnAir.start();
  const { lamp } = await rig.lamp();
  const ofLamp = ({ address }: { readonly address: string }) => address === lamp.address;
  const passive = rig.central.scan(() => {}, { active: false });
  await rig.heard(ofLamp, false);
  expect(rig.controller.layer.scanner.isActive).toBe(false);
  await rig.heard(({ isScanResponse }) => isScanResponse, true);
  // The scan goes on as a passive one: until the controller has been told, it is still the other.
  const isPassive = new Promise<void>((resolve) => {
    rig.controller.fault = (opcode) => {
      if (opcode === 0x200c && !rig.controller.layer.scanner.isActive) resolve();
      return undefined;
    };
  });
  await isPassive;
  await rig.heard(ofLamp, false);
  expect(rig.controller.layer.scanner.isActive).toBe(false);
  passive.cancel();
});
