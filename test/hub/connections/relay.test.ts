import { afterEach, beforeEach, expect, test } from "vitest";
import { RemoteViewer } from "../../../app-sim/world/remote-viewer.ts";
import { frameBytes } from "../../../hub/crypto/view-frame.ts";
import { Hours, Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { proves } from "../../support/proves.ts";
import { size } from "../../support/size.ts";
import { ConnectedHouse, refusal } from "./connected-house.ts";
import { accuracyOf, featuresOf, type Passed, type Stretch } from "./traffic-classifier.ts";

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
});
afterEach(() => house.close());

const relay = () => house.outside.relay;
const view = () => house.connected.view;

const phone = (seed = 1): RemoteViewer =>
  new RemoteViewer(house.clock, new SeededEntropy(new SeededRandom(seed)));

const invited = (seed = 1): RemoteViewer => {
  const viewer = phone(seed);
  const { hubKey, viewer: known } = view().invite(viewer.publicKey);
  viewer.invited(hubKey, known.mailbox);
  return viewer;
};

const halfAMinute = async (): Promise<void> => {
  await house.clock.advance(Seconds(30));
  await house.settled();
};
const newest = (viewer: RemoteViewer): Buffer => relay().fetch(viewer.mailbox) ?? Buffer.alloc(0);

test(`the remote view is off by default: nothing goes to a relay, and nobody can be invited ${proves("U16")}`, async () => {
  expect(refusal(() => view().invite(phone().publicKey))).toEqual(["off", undefined]);
  await house.clock.advance(Hours(24));
  expect(house.outside.crossings).toEqual([]);
  house.letIn("sim-relay");
  await house.clock.advance(Hours(24));
  expect(house.outside.crossings).toEqual([]);
});

test(`somebody who was invited sees the home from far away ${proves("U16")}`, async () => {
  house.letIn("sim-relay");
  const viewer = invited();
  await halfAMinute();
  const status = { at: house.clock.now(), lit: 0, anybodyHome: false };
  expect(viewer.look(newest(viewer))).toEqual({ kind: "seen", status });
  house.lights.command(house.lamp, { on: true }, { kind: "person" });
  house.presence.set(house.ana, true);
  await halfAMinute();
  expect(viewer.look(newest(viewer))).toMatchObject({ kind: "seen", status: { lit: 1, anybodyHome: true } });
});

test(`the relay sees ciphertext of one size at one pace, whatever happens at home ${proves("U16", "EN303645:5.8-2")}`, async () => {
  house.letIn("sim-relay");
  const viewer = invited();
  for (let at = 0; at < 60; at++) {
    if (at % 3 === 0) house.lights.command(house.lamp, { on: at % 2 === 0 }, { kind: "person" });
    if (at % 7 === 0) house.presence.set(house.ana, at % 2 === 0);
    await halfAMinute();
  }
  const { seen } = relay();
  expect(seen).toHaveLength(60);
  expect(new Set(seen.map(({ frame }) => frame.length))).toEqual(new Set([frameBytes]));
  expect(new Set(seen.map(({ wireBytes }) => wireBytes)).size).toBe(1);
  expect(new Set(seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0)))).toEqual(
    new Set([30_000]),
  );
  // No byte stands still but the number of the frame.
  expect(new Set(seen.map(({ frame }) => frame.subarray(8).toString("hex"))).size).toBe(60);
  const all = Buffer.concat(seen.map(({ frame }) => frame)).toString("latin1");
  for (const word of ["anybodyHome", '"lit"', house.lamp, house.ana]) expect(all).not.toContain(word);
  expect(viewer.look(newest(viewer)).kind).toBe("seen");
});

test(`neither the relay nor another viewer can read or make a frame ${proves("EN303645:5.8-2", "EN303645:5.5-7")}`, async () => {
  house.letIn("sim-relay");
  const viewer = invited(1);
  const other = invited(2);
  await halfAMinute();
  expect(other.look(newest(viewer))).toEqual({ kind: "refused", why: "unreadable" });
  const frame = newest(viewer);
  for (let at = 0; at < frame.length; at += 97) {
    const changed = Buffer.from(frame);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(viewer.look(changed)).toEqual({ kind: "refused", why: "unreadable" });
  }
  expect(viewer.look(frame).kind).toBe("seen");
});

test(`nothing that opens anything passes the relay ${proves("EN303645:5.5-7")}`, async () => {
  const connection = house.letIn("sim-relay");
  const viewer = invited();
  await halfAMinute();
  const secrets = house.connectionKeys.read(connection.id, (bytes) => [
    Buffer.from(bytes.subarray(0, 32)).toString("hex"),
    Buffer.from(bytes.subarray(32, 64)).toString("hex"),
  ]);
  const wire = Buffer.concat(house.outside.crossings.map(({ bytes }) => bytes)).toString("hex");
  const read = JSON.stringify(relay().received.map(({ said }) => said));
  expect(wire.length).toBeGreaterThan(frameBytes);
  for (const secret of secrets ?? []) expect(wire).not.toContain(secret);
  for (const key of [viewer.publicKey, house.owner]) expect(read).not.toContain(key);
});

test(`a recorded frame is not taken for news, nor an old one for now ${proves("EN303645:5.5-7")}`, async () => {
  house.letIn("sim-relay");
  const viewer = invited();
  await halfAMinute();
  const recorded = newest(viewer);
  expect(viewer.look(recorded).kind).toBe("seen");
  expect(viewer.look(recorded)).toEqual({ kind: "refused", why: "replay" });
  await halfAMinute();
  const kept = newest(viewer);
  await house.clock.advance(Minutes(2));
  expect(viewer.look(kept)).toEqual({ kind: "refused", why: "stale" });
});

test(`taken back, no frame leaves any more, and the relay is told to forget ${proves("U16")}`, async () => {
  const connection = house.letIn("sim-relay");
  invited();
  await halfAMinute();
  expect(relay().seen).toHaveLength(1);
  house.connected.connections.revoke(connection.id);
  expect(view().list()).toEqual([]);
  await house.settled();
  expect(house.connected.notices.list()).toMatchObject([{ connector: "sim-relay", what: "erase" }]);
  await house.clock.advance(Hours(1));
  expect(relay().seen).toHaveLength(1);
});

test("a viewer who is taken out gets no further frame, and others do", async () => {
  house.letIn("sim-relay");
  const [gone, stays] = [invited(1), invited(2)];
  await halfAMinute();
  const id = view()
    .list()
    .find(({ mailbox }) => mailbox === gone.mailbox)?.id;
  if (id !== undefined) view().remove(id);
  await halfAMinute();
  expect(relay().seen.filter(({ mailbox }) => mailbox === gone.mailbox)).toHaveLength(1);
  expect(relay().seen.filter(({ mailbox }) => mailbox === stays.mailbox)).toHaveLength(2);
});

test("a relay that rested at the start goes on when somebody agrees to what it has changed", async () => {
  const connection = house.letIn("sim-relay");
  const viewer = invited();
  relay().declared["terms"] = { version: 2, text: "Other terms." };
  house.privacy.close();
  view().start();
  await halfAMinute();
  expect(relay().seen).toEqual([]);
  house.connected.connections.accept(connection.id, house.shown("sim-relay"));
  await halfAMinute();
  expect(viewer.look(newest(viewer)).kind).toBe("seen");
});

test("after a restart no number of a frame comes twice, and viewers go on seeing", async () => {
  house.letIn("sim-relay");
  const viewer = invited();
  await halfAMinute();
  expect(viewer.look(newest(viewer)).kind).toBe("seen");
  house.privacy.close();
  view().start();
  await halfAMinute();
  expect(viewer.look(newest(viewer)).kind).toBe("seen");
  const numbers = relay().seen.map(({ frame }) => frame.subarray(0, 8).toString("hex"));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test.each(["", "AAAA", Buffer.alloc(32).toString("base64"), "x".repeat(44)])(
  "no key of a viewer: %s",
  (key) => {
    house.letIn("sim-relay");
    expect(() => view().invite(key)).toThrow("no public key");
    expect(view().list()).toEqual([]);
  },
);

/** Hours of a home in which somebody lives, or nobody does; what a relay sees, and what it would see without cover. */
const lived = async (home: boolean, hours: number, random: SeededRandom) => {
  const bare: Passed[] = [];
  const from = house.clock.monotonic();
  const told = house.bus.subscribe("light.reported", () => {
    const lit = house.lights.list().filter(({ reported }) => reported?.on === true).length;
    bare.push({ at: house.clock.monotonic(), bytes: JSON.stringify({ lit, anybodyHome: home }).length });
  });
  house.presence.set(house.ana, home);
  for (let hour = 0; hour < hours; hour++) {
    const isEvening = hour % 24 >= 17 && hour % 24 < 23;
    for (let part = 0; part < 4; part++) {
      if (home && random.next() < (isEvening ? 0.9 : 0.25))
        house.lights.command(
          house.lamp,
          { on: random.next() < 0.5, brightness: Percent(random.below(100)) },
          { kind: "person" },
        );
      await house.clock.advance(Minutes(15));
      await house.settled();
    }
  }
  told();
  const covered = relay().seen.map(({ at, wireBytes }) => ({ at, bytes: wireBytes }));
  const stretches = (passed: readonly Passed[]): readonly Stretch[] =>
    Array.from({ length: hours }, (_, hour) => {
      const start = from + hour * Hours(1);
      // A frame leaves on the edge of an hour: which one it counts for is the same at every hour.
      return { features: featuresOf(passed, start + 1, start + Hours(1) + 1), home };
    });
  return { covered: stretches(covered), bare: stretches(bare) };
};

test(`from what passes the relay nobody can tell whether somebody is home ${proves("M13", "U16")}`, async () => {
  const hours = size(48, 168);
  house.letIn("sim-relay");
  invited();
  relay().most = house.outside.most = Number.POSITIVE_INFINITY;
  const random = new SeededRandom(13);
  const home = await lived(true, hours, random);
  const away = await lived(false, hours, random);
  const mixed = (of: "covered" | "bare") =>
    home[of].flatMap((stretch, at) => [stretch, away[of][at] ?? stretch]);
  const guesses = Array.from({ length: 101 }, () => accuracyOf(mixed("covered"), random));
  const covered = guesses.reduce((sum, each) => sum + each, 0) / guesses.length;
  const bare = accuracyOf(mixed("bare"), random);
  expect(covered).toBeLessThanOrEqual(0.55);
  // Without cover the same eyes know it: the classifier is no straw man.
  expect(bare).toBeGreaterThan(0.8);
}, 600_000);
