import { expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { lampModels } from "../../../devices/sim/models/lamps.ts";
import { addressed } from "../../../hub/domain/frame.ts";
import { Bench } from "./air.ts";

const wifi = Buffer.from("correct horse battery");
const able = profiles.filter(({ id, wipe }) => wipe !== undefined && lampModels.has(id));
const nonce = "0f".repeat(16);

/** A lamp that keeps a secret, and what its driver would have it do to forget it. */
const told = (profile: (typeof able)[number]) => {
  const bench = new Bench();
  const lamp = bench.lamp(profile.id);
  lamp.storage.put({ wifi });
  lamp.start();
  bench.link.heard();
  const frames = (profile.wipe?.frames(nonce) ?? []).map((frame) => addressed(frame, bench.address));
  for (const { topic, payload } of frames) bench.link.send(topic, payload);
  return { bench, lamp };
};

test("there are lamps that can be made to forget", () => {
  expect(able.length).toBeGreaterThan(10);
});

test.each(
  able.filter(({ vendor }) => vendor !== "Zigbee2MQTT").map((profile) => [profile.id, profile] as const),
)("%s forgets everything at its driver's word, and leaves", (_, profile) => {
  const { bench, lamp } = told(profile);
  expect(lamp.storage.isBlank).toBe(true);
  expect(Buffer.from(bench.flash.bytes ?? []).includes(wifi)).toBe(false);
  expect(lamp.isLinked).toBe(false);
  bench.pass(60_000);
  expect(lamp.storage.isBlank).toBe(true);
  lamp.unplug();
  lamp.plugIn();
  bench.pass(10_000);
  expect([lamp.isLinked, lamp.goal]).toEqual([false, lamp.model.fresh]);
});

test.each(
  able.filter(({ wipe }) => wipe?.proof !== undefined).map((profile) => [profile.id, profile] as const),
)("%s proves it for this request", (_, profile) => {
  const { bench } = told(profile);
  const said = bench.link.heard().flatMap(({ topic, payload }) => {
    const frame = { kind: "mqtt", topic: topic.replace(bench.address, "{address}"), payload } as const;
    return profile.wipe?.proof?.read(frame) ?? [];
  });
  expect(said).toEqual([{ nonce, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

test.each(["", "zz", "00", "0f".repeat(40)])("a request with the nonce %j is noise", (bad) => {
  const bench = new Bench();
  const lamp = bench.lamp("lampkeeper/dimmable-bulb");
  lamp.storage.put({ wifi });
  lamp.start();
  bench.link.send(`device/${bench.address}/command`, { wipe: bad });
  expect(lamp.storage.get("wifi")).toEqual(new Uint8Array(wifi));
});
