import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MqttTransport } from "../../../devices/sim/mqtt-transport.ts";
import {
  type DeviceGrant,
  type SessionListener,
  SessionTransport,
} from "../../../devices/sim/session-transport.ts";
import type { DeviceSession } from "../../../devices/sim/transport.ts";
import { NotAuthorised } from "../../../hub/domain/errors.ts";
import { Millis, Seconds } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Listener } from "../../../hub/ports/network.ts";
import { Bench } from "./air.ts";

/** A device that notes what its link tells it. */
class Diary implements DeviceSession {
  readonly will = { topic: "d/a1/availability", payload: "offline" };
  readonly publishes = ["d/a1/state", "d/a1/availability"];
  readonly subscribes = ["d/a1/command"];
  readonly notes: string[] = [];

  linked(): void {
    this.notes.push("linked");
  }

  unlinked(): void {
    this.notes.push("unlinked");
  }

  received(topic: string, payload: Uint8Array): void {
    this.notes.push(`${topic} ${new TextDecoder().decode(payload)}`);
  }
}

describe("a device with a socket of its own", () => {
  const port = 1883;
  const { clock } = new Bench();
  const network = new SimNetwork(clock, new SeededRandom(1));
  let broker: Aedes;
  let listener: Listener;
  let published: string[];

  const listen = async () => {
    broker = await Aedes.createBroker({ heartbeatInterval: 1e8 });
    broker.authenticate = (_client, username, password, done) =>
      done(null, username === "a1" && String(password) === "secret");
    published = [];
    broker.on("publish", ({ topic, payload, retain }, client) => {
      if (client !== null || topic.startsWith("d/")) published.push(`${topic} ${payload} ${retain}`);
    });
    listener = await network.listen({ host: "127.0.0.1", port }, ({ stream }) => broker.handle(stream));
  };

  const stopListening = async () => {
    await new Promise<void>((done) => broker.close(done));
    await listener.close();
  };

  beforeEach(listen);
  afterEach(stopListening);

  const transport = (password = "secret") =>
    new MqttTransport(clock, new SeededRandom(2), network, {
      endpoint: { host: "127.0.0.1", port },
      clientId: "a1",
      username: "a1",
      password: Buffer.from(password),
      keepAlive: Seconds(30),
    });

  const pass = async (ms: number) => {
    for (let at = 0; at < 20; at++) {
      await settle(20);
      await clock.advance(Millis(ms / 20));
    }
    await settle(20);
  };

  const say = (topic: string, payload: string) =>
    new Promise<void>((done) =>
      broker.publish(
        { cmd: "publish", qos: 0, dup: false, retain: false, topic, payload: Buffer.from(payload) },
        () => done(),
      ),
    );

  /** Loading the client takes real time the first time. */
  const until = async (diary: Diary, note: string) => {
    for (let turn = 0; turn < 500 && !diary.notes.includes(note); turn++) await pass(100);
    expect(diary.notes).toContain(note);
  };

  test("links up, hears its commands, and its words are heard", async () => {
    const diary = new Diary();
    const link = transport();
    link.open(diary);
    await until(diary, "linked");
    await say("d/a1/command", "on");
    await say("d/b2/command", "on");
    link.publish("d/a1/state", "lit", false);
    await pass(100);
    expect(diary.notes).toEqual(["linked", "d/a1/command on"]);
    expect(published).toContain("d/a1/state lit false");
    link.close(false);
    await pass(100);
  });

  test("says goodbye without a will, and is gone without a goodbye with one", async () => {
    for (const abrupt of [false, true]) {
      const diary = new Diary();
      const link = transport();
      link.open(diary);
      await until(diary, "linked");
      link.close(abrupt);
      await pass(1_000);
      expect(published.includes("d/a1/availability offline true")).toBe(abrupt);
    }
  });

  test("comes back when the broker does", async () => {
    const diary = new Diary();
    const link = transport();
    link.open(diary);
    await until(diary, "linked");
    await stopListening();
    await until(diary, "unlinked");
    await pass(60_000);
    await listen();
    diary.notes.length = 0;
    await until(diary, "linked");
    expect(diary.notes).toContain("linked");
    link.close(false);
    await pass(100);
  });

  test("with a wrong password it never links, and keeps trying without harm", async () => {
    const diary = new Diary();
    const link = transport("guess");
    link.open(diary);
    await pass(120_000);
    expect(diary.notes.filter((note) => note === "linked")).toEqual([]);
    link.close(false);
    await pass(1_000);
  });

  test("closed, it leaves no timer armed", async () => {
    const diary = new Diary();
    const link = transport();
    link.open(diary);
    await until(diary, "linked");
    link.close(false);
    await pass(60_000);
    expect(clock.armed).toBe(0);
  });
});

describe("a device as an object behind the broker", () => {
  const host = () => {
    const attached: { grant: DeviceGrant; listener: SessionListener; filters: string[]; said: string[] }[] =
      [];
    let refuses = false;
    return {
      attached,
      refuse: (value: boolean) => {
        refuses = value;
      },
      attach: (grant: DeviceGrant, listener: SessionListener) => {
        if (refuses) throw new NotAuthorised("not now");
        const session = { grant, listener, filters: [] as string[], said: [] as string[] };
        attached.push(session);
        return {
          publish: (topic: string, payload: string) => session.said.push(`${topic} ${payload}`),
          subscribe: (filter: string) => session.filters.push(filter),
          unsubscribe: (filter: string) => session.filters.splice(session.filters.indexOf(filter), 1),
          close: () => session.said.push("goodbye"),
          drop: () => session.said.push(`will ${listener.will?.topic} ${listener.will?.payload}`),
        };
      },
    };
  };

  test("is attached with its own topics and nothing else", () => {
    const { clock } = new Bench();
    const broker = host();
    const diary = new Diary();
    new SessionTransport(clock, broker, "a1").open(diary);
    expect(broker.attached).toMatchObject([
      {
        grant: { id: "a1", kind: "device", publishes: diary.publishes, subscribes: diary.subscribes },
        filters: ["d/a1/command"],
      },
    ]);
    broker.attached[0]?.listener.onMessage({ topic: "d/a1/command", payload: Buffer.from("on") });
    expect(diary.notes).toEqual(["linked", "d/a1/command on"]);
  });

  test("pulled out, its will is left to the broker; stopped, it says goodbye", () => {
    const { clock } = new Bench();
    const broker = host();
    for (const abrupt of [true, false]) {
      const link = new SessionTransport(clock, broker, "a1");
      link.open(new Diary());
      link.close(abrupt);
    }
    expect(broker.attached.map(({ said }) => said)).toEqual([
      ["will d/a1/availability offline"],
      ["goodbye"],
    ]);
  });

  test("refused or cut, it tries again until it is let in or closed", () => {
    const { clock } = new Bench();
    const broker = host();
    const diary = new Diary();
    const link = new SessionTransport(clock, broker, "a1");
    broker.refuse(true);
    link.open(diary);
    clock.advanceSync(Seconds(60));
    expect(diary.notes).toEqual([]);
    broker.refuse(false);
    clock.advanceSync(Seconds(6));
    expect(diary.notes).toEqual(["linked"]);
    broker.attached[0]?.listener.onClosed();
    clock.advanceSync(Seconds(6));
    expect(diary.notes).toEqual(["linked", "unlinked", "linked"]);
    link.close(false);
    expect(clock.armed).toBe(0);
  });
});
