import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bearerText } from "../../../hub/api/auth.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import { EventStream } from "../../../hub/api/events.ts";
import { schemas } from "../../../hub/api/schemas/schemas.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { CommandId, DeviceId, SceneId } from "../../../hub/domain/ids.ts";
import { type Duration, Instant, Mireds, Percent, Seconds } from "../../../hub/domain/units.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

interface Message {
  readonly id: string | undefined;
  readonly data: Shape<"Event">;
}

/** Reads a stream as a browser would. */
class Listener {
  readonly #body: Readable;
  text = "";
  ended = false;

  constructor(body: Readable) {
    this.#body = body;
    body.on("data", (chunk: Uint8Array) => {
      this.text += Buffer.from(chunk).toString();
    });
    body.on("end", () => {
      this.ended = true;
    });
  }

  static async open(token?: string, last?: string): Promise<Listener> {
    const answer = await house.send("GET", "/events", {
      ...(token === undefined ? {} : { token }),
      headers: last === undefined ? {} : { "last-event-id": last },
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    if (answer.body === null) throw new TypeError("no stream");
    return new Listener(Readable.from(answer.body));
  }

  get messages(): readonly Message[] {
    return this.text.split("\n\n").flatMap((block) => {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      const id = /^id: (.*)$/m.exec(block)?.[1];
      return data === undefined ? [] : [{ id, data: JSON.parse(data) as Shape<"Event"> }];
    });
  }

  get kinds(): readonly string[] {
    return this.messages.map(({ data }) => data.kind);
  }

  close(): void {
    this.#body.destroy();
  }
}

const command = (on: boolean) => house.lights.command(house.lamp, { on }, { kind: "api" });
const switched = ["light.desired-changed", "light.reported"];

test("a reader hears what happens, in order, with ids", async () => {
  const listener = await Listener.open();
  command(true);
  command(false);
  await settle();
  expect(listener.kinds).toEqual([...switched, ...switched]);
  expect(listener.messages[0]?.data).toMatchObject({
    lamp: house.lamp,
    desired: { on: true },
    cause: { kind: "api" },
  });
  await listener.close();
});

test("a reader that comes back gets what it missed, once", async () => {
  const first = await Listener.open();
  command(true);
  await settle();
  await first.close();
  command(false);
  const second = await Listener.open(undefined, first.messages[0]?.id);
  command(true);
  await settle();
  expect(second.kinds).toEqual(["light.reported", ...switched, ...switched]);
  const ids = [...first.messages.slice(0, 1), ...second.messages].map(({ id }) => Number(id?.split("-")[1]));
  expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
  await second.close();
});

test("the last id is told at once, so a reader that hears nothing can come back too", async () => {
  const first = await Listener.open();
  await settle();
  const id = /^id: (.*)$/m.exec(first.text)?.[1];
  await first.close();
  command(true);
  const second = await Listener.open(undefined, id);
  await settle();
  expect(second.kinds).toEqual(switched);
  await second.close();
});

test("what happened before anybody read is not remembered: whoever claims to know it reads the home again", async () => {
  for (const on of [true, false]) command(on);
  const first = await Listener.open();
  await settle();
  const [, run = "", last = ""] = /^id: (\w+)-(\d+)$/m.exec(first.text) ?? [];
  expect(Number(last)).toBeGreaterThan(2);
  const claims = await Listener.open(undefined, `${run}-${Number(last) - 2}`);
  const knows = await Listener.open(undefined, `${run}-${last}`);
  command(true);
  await settle();
  expect([claims.kinds, knows.kinds]).toEqual([["stream.resync", ...switched], switched]);
  for (const each of [first, claims, knows]) await each.close();
});

test.each(["nonsense", "ffffffffffff-3", "-", "", "999", "1-2-3", "000000000000-NaN"])(
  "an id of another run or of nobody (%j) means: read the home again",
  async (last) => {
    const listener = await Listener.open(undefined, last);
    await settle();
    expect(listener.kinds).toEqual(["stream.resync"]);
    await listener.close();
  },
);

test("an id too old for the memory means: read the home again", async () => {
  const stream = new EventStream(house.clock, house.entropy, house.bus, {
    remembered: 4,
    mostUnreadBytes: 1 << 20,
    heartbeat: Seconds(15),
  });
  stream.start();
  const first = new Listener(stream.open(undefined, () => true, undefined));
  command(true);
  await settle();
  const [oldest] = first.messages;
  for (let turn = 0; turn < 10; turn++) command(turn % 2 === 0);
  const late = new Listener(stream.open(undefined, () => true, oldest?.id));
  await settle();
  expect(late.kinds).toEqual(["stream.resync"]);
  const fresh = new Listener(stream.open(undefined, () => true, first.messages.at(-3)?.id));
  await settle();
  expect(fresh.kinds).toHaveLength(2);
  stream.close();
  await settle();
  expect([first.ended, late.ended, fresh.ended]).toEqual([true, true, true]);
});

test("a reader too slow for the home is dropped with a last word and holds nobody up", async () => {
  const stream = new EventStream(house.clock, house.entropy, house.bus, {
    remembered: 64,
    mostUnreadBytes: 2_000,
    heartbeat: Seconds(15),
  });
  stream.start();
  const slow = stream.open(undefined, () => true, undefined);
  const quick = new Listener(stream.open(undefined, () => true, undefined));
  for (let turn = 0; turn < 50; turn++) {
    command(turn % 2 === 0);
    await settle(1);
  }
  expect([stream.readers, stream.dropped]).toEqual([1, 1]);
  expect(quick.kinds).toHaveLength(100);
  const left = new Listener(slow);
  await settle();
  expect(left.kinds.at(-1)).toBe("stream.dropped");
  expect(left.ended).toBe(true);
  stream.close();
});

test("silence is broken by a heartbeat", async () => {
  const listener = await Listener.open();
  await house.clock.advance(Seconds(31));
  await settle();
  expect(listener.text.match(/^: /gm)).toHaveLength(2);
  await listener.close();
});

test("a stream ends with the credential that opened it: revoked at once, expired or signed out with the heartbeat", async () => {
  const issue = (expiresIn?: Duration) => {
    const wanted = { name: "Radio", role: "developer", scopes: ["lights:read"] } as const;
    return house.tokens.issue({ ...wanted, ...(expiresIn === undefined ? {} : { expiresIn }) });
  };
  const [revoked, brief] = [issue(), issue(Seconds(20))];
  const streams = await Promise.all(
    [revoked, brief].map(({ token, secret }) => Listener.open(bearerText(token.id, secret))),
  );
  const owner = await Listener.open();
  house.tokens.revoke(revoked.token.id);
  await settle();
  expect(streams.map(({ ended }) => ended)).toEqual([true, false]);
  await house.clock.advance(Seconds(30));
  await settle();
  expect([...streams, owner].map(({ ended }) => ended)).toEqual([true, true, false]);
  await owner.close();
});

test("who asks for the head of the stream only is no reader", async () => {
  const answer = await house.send("HEAD", "/events");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  await settle();
  expect(house.api.events.readers).toBe(0);
});

test("a guest hears of chosen lamps only", async () => {
  const { token, secret } = house.tokens.issue({ name: "Visitor", role: "guest", lamps: [house.other] });
  const listener = await Listener.open(bearerText(token.id, secret));
  command(true);
  house.inventory.addRoom("Attic");
  house.lights.command(house.room.id, { on: true }, { kind: "api" });
  await settle();
  expect(new Set(listener.messages.map(({ data }) => ("lamp" in data ? data.lamp : data.kind)))).toEqual(
    new Set([house.other]),
  );
  await listener.close();
});

test("every kind of event is in the shape the contract promises", async () => {
  const listener = await Listener.open();
  const at = Instant(1_790_000_000_123);
  const cause = {
    kind: "scene",
    at,
    command: "c-aaaaaaaaaaaa" as CommandId,
    actor: "sc-aaaaaaaaaaaa",
  } as const;
  const state = { on: true, brightness: Percent(12.5), colorTemperature: Mireds(370) };
  const { sensor } = house;
  const events: DomainEvent[] = [
    { kind: "light.desired-changed", lamp: house.lamp, desired: state, cause, clamped: ["color"] },
    { kind: "light.reported", lamp: house.lamp, reported: state, cause, settled: false },
    { kind: "light.not-run", lamp: house.lamp, cause, reason: "unreachable" },
    { kind: "device.availability-changed", device: house.lamp, online: false, at },
    { kind: "sensor.reported", sensor, reading: { temperature: 21.5, action: "single" }, at },
    { kind: "device.metered", device: house.lamp as DeviceId, power: 4.2, at },
    { kind: "scene.recalled", scene: "sc-aaaaaaaaaaaa" as SceneId, command: cause.command, at },
    { kind: "home.changed", what: "room", id: house.room.id, change: "added", at },
  ];
  for (const event of events) house.bus.publish(event);
  await settle();
  expect(listener.kinds).toEqual(events.map(({ kind }) => kind));
  for (const { data } of listener.messages)
    expect(schemas.Event().safeParse(data)).toMatchObject({ success: true });
  await listener.close();
});
