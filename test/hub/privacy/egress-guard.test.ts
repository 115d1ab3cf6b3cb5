import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { assistant, wayOut } from "../../support/made-recipients.ts";
import { proves } from "../../support/proves.ts";

const at = { host: "assistant.example", port: 443, tls: {} };
const reasonOf = async (attempt: Promise<unknown>): Promise<unknown> => {
  try {
    await attempt;
    return "went";
  } catch (error) {
    const { code, context } = error as { code?: string; context?: { reason?: string } };
    return `${code} ${context?.reason}`;
  }
};
const settled = async () => {
  for (let each = 0; each < 10; each++) await turn();
};

test(`nothing is connected to for nobody, for somebody undeclared, and for somebody who is off ${proves("H32", "H39", "U20", "Z28")}`, async () => {
  const { guard, arrived } = await wayOut({ assistant });
  expect(await reasonOf(guard.connect())).toBe("disclosure_refused undeclared");
  expect(await reasonOf(guard.for("a-broker-of-data").connect(at))).toBe("disclosure_refused undeclared");
  expect(await reasonOf(guard.for("assistant").connect(at))).toBe("disclosure_refused off");
  expect(arrived).toEqual([]);
});

test(`what is switched on reaches the hosts that were agreed to and no other ${proves("H32", "A51", "A52")}`, async () => {
  const { guard, sharing, arrived } = await wayOut({ assistant });
  sharing.switchOn("assistant", sharing.previewOf("assistant").hash);
  const elsewhere = guard.for("assistant").connect({ ...at, host: "other.example" });
  expect(await reasonOf(elsewhere)).toBe("disclosure_refused undeclared");
  const inClear = guard.for("assistant").connect({ host: at.host, port: 443 });
  expect(await reasonOf(inClear)).toBe("disclosure_refused safeguard");
  const stream = await guard.for("assistant").connect(at);
  stream.write("good evening");
  await settled();
  expect(Buffer.concat(arrived).toString()).toBe("good evening");
});

test(`a host that a connector has got since is blocked until its owner has seen and agreed to it ${proves("A52")}`, async () => {
  const hosts: string[] = [...(assistant.hosts as readonly string[])];
  const subRecipients: string[] = [];
  const { guard, sharing } = await wayOut({ assistant: { ...assistant, hosts, subRecipients } });
  const old = sharing.previewOf("assistant").hash;
  sharing.switchOn("assistant", old);
  hosts.push("tls://new.example:443");
  expect(await reasonOf(guard.for("assistant").connect({ ...at, host: "new.example" }))).toMatch(/off/);
  expect(() => sharing.switchOn("assistant", old)).toThrow(/look at the preview again/);
  sharing.switchOn("assistant", sharing.previewOf("assistant").hash);
  expect(await reasonOf(guard.for("assistant").connect({ ...at, host: "new.example" }))).toBe("went");
  subRecipients.push("a subcontractor");
  expect(await reasonOf(guard.for("assistant").connect(at))).toMatch(/off/);
});

test("switched off, the open connection ends at once and its next byte does not leave", async () => {
  const { guard, sharing, arrived } = await wayOut({ assistant });
  sharing.switchOn("assistant", sharing.previewOf("assistant").hash);
  const stream = await guard.for("assistant").connect(at);
  stream.on("error", () => {});
  sharing.switchOff("assistant");
  stream.write("too late");
  await settled();
  expect(stream.destroyed).toBe(true);
  expect(arrived).toEqual([]);
});

test("the owner's broker ends when the home's consent is taken back, and comes back with it", async () => {
  const own = { host: "broker.example", port: 443, tls: true };
  const { guard, consents, ledger } = await wayOut(undefined, own);
  const to = { host: own.host, port: own.port, tls: {} };
  const stream = await guard.for("owner-broker").connect(to);
  consents.set("owner-broker", undefined, false);
  expect(stream.destroyed).toBe(true);
  expect(await reasonOf(guard.for("owner-broker").connect(to))).toBe("disclosure_refused no-consent");
  consents.set("owner-broker", undefined, true);
  expect(await reasonOf(guard.for("owner-broker").connect(to))).toBe("went");
  expect(ledger.lines().map(({ act, detail }) => [act, detail])).toEqual([
    ["switched-on", "start"],
    ["switched-off", "consent"],
  ]);
});

test(`a broker on another machine is spoken to over TLS or not at all ${proves("H62", "A37", "U23")}`, async () => {
  await expect(wayOut(undefined, { host: "10.0.0.7", port: 443, tls: false })).rejects.toThrow(/over TLS/);
  await expect(wayOut(undefined, { host: "127.0.0.1", port: 443, tls: false })).resolves.toBeDefined();
});

test("doors are told of as long as they are open, and both ways through a connection stay open", async () => {
  const { guard, sharing, network } = await wayOut({ assistant });
  const door = await guard.listen({ host: "127.0.0.1", port: 7000 }, ({ stream }) => stream.resume());
  expect(guard.doors).toEqual([{ host: "127.0.0.1", port: 7000 }]);
  await door.close();
  expect(guard.doors).toEqual([]);
  await network.listen({ host: "127.0.0.1", port: 444 }, ({ stream }) => stream.pipe(stream));
  sharing.switchOn("assistant", sharing.previewOf("assistant").hash);
  const echo = await guard
    .for("assistant")
    .connect(at)
    .then(() => guard.for("assistant"));
  expect(await reasonOf(echo.connect({ ...at, port: 444 }))).toBe("disclosure_refused undeclared");
});

test("each byte is asked about anew: agreement that ends without a word stops the next one", async () => {
  const viewer = { ...assistant, purpose: "remote-view" } as const;
  const { guard, sharing, consents, arrived } = await wayOut({ viewer });
  sharing.switchOn("viewer", sharing.previewOf("viewer").hash);
  consents.given.add("remote-view home");
  const stream = await guard.for("viewer").connect(at);
  const failed = new Promise((done) => stream.once("error", done));
  stream.write("agreed");
  await settled();
  consents.given.clear();
  stream.write("not any more");
  expect(await failed).toMatchObject({ code: "disclosure_refused", context: { reason: "no-consent" } });
  await settled();
  expect(Buffer.concat(arrived).toString()).toBe("agreed");
});
