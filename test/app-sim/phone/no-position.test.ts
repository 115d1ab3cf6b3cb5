import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HubClient } from "../../../app-sim/client/hub-client.ts";
import { Household } from "../../../app-sim/phone/household.ts";
import { profiles } from "../../../devices/registry.ts";
import { bearerText } from "../../../hub/api/auth.ts";
import { buildHub } from "../../../hub/compose.ts";
import { hubConfig } from "../../../hub/config.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Instant, Minutes } from "../../../hub/domain/units.ts";
import { JournalStore } from "../../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const gpx = readFileSync("test/vectors/evening-walk.gpx", "utf8");
const known = new Map(profiles.map((profile) => [profile.id, profile]));

/** A hub in a world where every byte it writes, logs, tells or publishes is kept. */
const watchedHub = () => {
  const clock = new VirtualClock(Instant(Date.parse("2026-06-21T20:00:00Z")));
  const random = new SeededRandom(11);
  const [log, disk] = [new MemoryLog(100_000), new SimDisk(random.fork("disk"))];
  const hub = buildHub(
    {
      clock,
      random,
      log,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, disk),
      network: new SimNetwork(clock, random.fork("network")),
      ble: new SimBle(),
      panel: new SimPanel(),
    },
    known,
    hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2", "log-level": "debug" }),
    { version: "0.0.0" },
  );
  const told: string[] = [];
  hub.bus.subscribeAll((event) => told.push(JSON.stringify(event)));
  hub.broker.subscribe("#", ({ topic, payload }) => told.push(`${topic} ${Buffer.from(payload)}`));
  return { clock, random, hub, log, disk, told };
};

/** From five decimals to one: a whole degree is a number like any other. */
const spellings = (text: string): readonly string[] =>
  [5, 4, 3, 2, 1].map((digits) => Number(text).toFixed(digits));

/** Of a word as short as "52.4" only one that stands alone is a finding. */
const foundIn = (text: string, words: readonly string[]): readonly string[] =>
  words.filter((word) => new RegExp(`(?<![\\d.])${word.replace(".", "\\.")}(?!\\d)`).test(text));

const bytesOf = (number: number): readonly Buffer[] => {
  const [single, double] = [Buffer.alloc(4), Buffer.alloc(8)];
  single.writeFloatBE(number);
  double.writeDoubleBE(number);
  return [double, Buffer.from(double).reverse(), single, Buffer.from(single).reverse()];
};

test("where a phone is, or home, lies in nothing that the hub writes, logs, tells or says over MQTT", async () => {
  const { clock, random, hub, log, disk, told } = watchedHub();
  await hub.start();
  await hub.open();
  const { token, secret } = hub.tokens.issueForThisRun();
  const sent: string[] = [];
  const client = new HubClient({
    url: "http://localhost/api/v1",
    token: bearerText(token.id, secret),
    fetch: async (request) => {
      sent.push(Buffer.from(await request.clone().arrayBuffer()).toString("latin1"));
      return await hub.handle(request);
    },
  });
  const household = new Household(clock, random.fork("people"), client);
  await household.moveIn(2);
  const ana = hub.people.list()[0]?.id as PersonId;
  household.put(ana, { gpx });
  const answers: string[] = [];
  for (let minute = 0; minute < 60; minute += 2) {
    await clock.advance(Minutes(2));
    answers.push(JSON.stringify(await client.call("listPeople")));
  }
  household.change(ana, { location: false });
  await clock.advance(Minutes(2));
  household.close();

  // What was looked through is what happened: she left, came near and was home again.
  expect(told.filter((line) => line.includes("presence.changed")).length).toBeGreaterThanOrEqual(2);
  expect(told.filter((line) => line.includes("presence.approaching")).length).toBeGreaterThan(5);
  expect(sent.filter((body) => body.length === 104).length).toBeGreaterThan(7);
  const image = disk.image();
  const texts = [image.toString("latin1"), told.join("\n"), answers.join("\n"), sent.join("\n")];
  texts.push(log.lines.map((line) => JSON.stringify(line)).join("\n"));
  const coordinates = [...gpx.matchAll(/l(?:at|on)=["']([\d.]+)["']/g)].map(([, text = ""]) => text);
  expect(new Set(coordinates).size).toBeGreaterThan(5);
  const words = coordinates.flatMap(spellings);
  expect(foundIn(gpx, words)).not.toEqual([]);
  for (const text of texts) expect(foundIn(text, words)).toEqual([]);
  for (const coordinate of coordinates) {
    for (const bytes of bytesOf(Number(coordinate))) {
      expect(image.includes(bytes)).toBe(false);
      expect(sent.join("\n").includes(bytes.toString("latin1"))).toBe(false);
    }
  }
  await hub.close();
});

test("who is forgotten is noise on the disk, and gone after a power cut", async () => {
  const { hub, disk, log } = watchedHub();
  await hub.start();
  const ana = hub.people.add({ name: "Kanarienvogel" });
  hub.presence.set(ana.id, true);
  const before = disk.image();
  hub.people.remove(ana.id);
  expect(hub.people.list()).toEqual([]);
  for (const bytes of [before, disk.image()]) expect(bytes.includes("Kanarienvogel")).toBe(false);
  expect(JSON.stringify(log.lines)).not.toContain("Kanarienvogel");
  expect([...hub.store.collection("people").entries()]).toEqual([]);
  expect([...hub.store.collection("presence").entries()]).toEqual([]);
  await hub.close();
});
