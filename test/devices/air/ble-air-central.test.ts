import { expect, test } from "vitest";
import { control, indicating, locked, long, refusal, refusing } from "../../support/air-lamp.ts";
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
