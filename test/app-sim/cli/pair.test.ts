import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { isId } from "../../../hub/domain/ids.ts";
import { Millis } from "../../../hub/domain/units.ts";
import { addressOf } from "../../support/ble-home.ts";
import { BleTestLamp } from "../../support/ble-test-lamp.ts";
import { type Said, Terminal, type Typing } from "./terminal.ts";

let terminal: Terminal;
let lamps: readonly BleTestLamp[];
beforeEach(async () => {
  terminal = await Terminal.open();
  lamps = [new BleTestLamp(addressOf(0), "open"), new BleTestLamp(addressOf(1), "open")];
  for (const [at, lamp] of lamps.entries()) terminal.house.ether.place(lamp, { rssi: -50 - 20 * at });
});
afterEach(() => terminal.close());

/** The hub's clock goes on while somebody types, twenty times as fast: a pairing does not last for ever. */
const typed = async (words: readonly string[], typing: Typing = {}): Promise<Said> => {
  let said: Said | undefined;
  const call = terminal.type(words, typing).then((what) => {
    said = what;
  });
  while (said === undefined) {
    await terminal.house.clock.advance(Millis(100));
    await setTimeout(5);
  }
  await call;
  return said;
};
const added = (): readonly { readonly name: string; readonly address: string }[] =>
  terminal.house.inventory.devices().filter(({ via }) => via === "ble");

/** Types these, in turn. */
const answering = (...answers: readonly string[]) => {
  const asked: string[] = [];
  let at = 0;
  return {
    asked,
    answer: (question: string): string | undefined => {
      asked.push(question);
      return answers[at++];
    },
  };
};

test("at a terminal: who is heard, which one blinks, its name and its room", async () => {
  const { asked, answer } = answering("2", "y", "Shelf", "Kitchen");
  const said = await typed(["pair"], { answer });
  expect(said.stderr).toContain("a4:c1:38:00:00:00");
  expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Shelf is yours \(l-/) });
  expect(asked.map((question) => question.split(/[ :?]/)[0])).toEqual(["Number", "Did", "Name", "Room"]);
  expect(lamps.map(({ told }) => told.length)).toEqual([0, 4]);
  expect(added()).toMatchObject([{ name: "Shelf", address: "a4c138000001", room: terminal.house.room.id }]);
});

test("the wrong one is let be, and whoever gives up has added nothing", async () => {
  const { answer } = answering("1", "n", "q");
  expect(await typed(["pair"], { answer })).toMatchObject({ code: 6, stdout: "" });
  expect([lamps[0]?.on, lamps[0]?.told.length]).toEqual([false, 4]);
  expect(added()).toEqual([]);
});

test("what goes wrong with one is said with its next step, and another can be chosen", async () => {
  terminal.house.central.fault = ({ kind, address }) =>
    kind === "read" && address === addressOf(0) ? Uint8Array.of(7) : undefined;
  const { answer } = answering("1", "2", "yes", "Shelf", "");
  const said = await typed(["pair"], { answer });
  expect(said.stderr).toContain("choose another driver");
  expect(said.code).toBe(0);
  expect(added()).toMatchObject([{ address: "a4c138000001", room: null }]);
});

test("by its options alone, for programs", async () => {
  const list = await typed(["pair", "--list", "--json"]);
  const { data } = JSON.parse(list.stdout) as { data: Shape<"Pairing">["candidates"] };
  expect(data).toMatchObject([
    {
      address: addressOf(0),
      kind: "lamp",
      profiles: expect.arrayContaining(["test/open"]),
      connectable: true,
    },
    { address: addressOf(1) },
  ]);
  const words = [
    "pair",
    "--address",
    addressOf(0),
    "--identify",
    "--name",
    "Shelf",
    "--profile",
    "test/open",
  ];
  expect((await typed([...words, "--dry-run"])).code).toBe(0);
  expect(added()).toEqual([]);
  const said = await typed([...words, "--json"]);
  expect(JSON.parse(said.stdout)).toMatchObject({ ok: true, data: { name: "Shelf" } });
  expect(added()).toHaveLength(1);
  const again = await typed([...words, "--json"]);
  expect(again.code).toBe(6);
  expect(JSON.parse(again.stderr)).toMatchObject({ ok: false, error: { code: "pairing_known" } });
});

test("without somebody to ask, or without a radio, it says so", async () => {
  expect(await typed(["pair"])).toMatchObject({ code: 2, stderr: expect.stringContaining("--address") });
  expect((await typed(["pair", "--address", addressOf(0)])).stderr).toContain("--name");
  const away = await typed(["pair", "--address", addressOf(9), "--name", "Shelf"]);
  expect(away).toMatchObject({ code: 5, stderr: expect.stringContaining("not heard") });
  terminal.house.central.become("absent");
  const said = await typed(["pair", "--list", "--json"]);
  expect(JSON.parse(said.stderr)).toMatchObject({ error: { code: "pairing_no_adapter" } });
});

test("a lamp that is one of the home's is paired with as its second link", async () => {
  const said = await typed(["pair", "--address", addressOf(0), "--identify", "--link", "Sink"]);
  expect(said).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Sink can be reached over Bluetooth"),
  });
  expect(lamps[0]?.told.length).toBeGreaterThan(0);
  const device = terminal.house.inventory.device(terminal.house.lamp);
  expect(device).toMatchObject({ bluetooth: { profile: "test/open", address: "a4c138000000" } });
  expect(added()).toEqual([]);
  const known = await typed(["pair", "--address", addressOf(0), "--name", "Shelf"]);
  expect(known.stderr).toContain("belongs to the home already");
});

/** Climate, sealed; what it says does not matter here. */
class SealedSensor extends BleTestLamp {
  override advertisement() {
    const sealed = [0x41, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    return { data: Uint8Array.from([2, 1, 6, 3 + sealed.length, 0x16, 0xd2, 0xfc, ...sealed]) };
  }
}

test("a sensor that seals is added with its key, or not at all", async () => {
  terminal.house.ether.place(new SealedSensor(addressOf(5), "mute"));
  const file = join(terminal.folder, "key");
  writeFileSync(file, "00112233");
  const words = ["pair", "--address", addressOf(5), "--name", "Climate", "--profile", "test/broadcast"];
  expect(await typed([...words, "--key-file", file])).toMatchObject({ code: 2, stdout: "" });
  expect(added()).toEqual([]);
  writeFileSync(file, "000102030405060708090a0b0c0d0e0f\n");
  const said = await typed([...words, "--key-file", file]);
  expect(said).toMatchObject({ code: 0, stderr: "" });
  const [sensor] = terminal.house.inventory.devices().filter(({ name }) => name === "Climate");
  expect(sensor && isId("sensor", sensor.id) && terminal.house.gate.seals(sensor.id)).toBe(true);
  expect(said.stdout).not.toMatch(/0001020304/);
});
