import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TokenId } from "../../hub/domain/ids.ts";
import { Hours, Instant, Minutes, Seconds } from "../../hub/domain/units.ts";
import { defaultGuessLimits, GuessGate } from "../../hub/people/guess-gate.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { AccountHub } from "../support/account-hub.ts";
import { BrokerRig, closing } from "../support/broker-rig.ts";
import { proves } from "../support/proves.ts";
import { AccountHouse, password } from "./api/account-house.ts";

const guesses = 10_000;
const bearer = (id: string, count: number) => `${id}.${`${count}`.padStart(43, "A")}`;

describe(`${guesses} guesses`, () => {
  let house: AccountHouse;
  beforeEach(() => {
    house = new AccountHouse();
  });
  afterEach(() => {
    house.close();
    expect(house.broken).toEqual([]);
  });

  /** How many of them were looked at: those answered otherwise than "wait". */
  const lookedAt = async (guess: (count: number) => Promise<Response>): Promise<number> => {
    let seen = 0;
    for (let count = 0; count < guesses; count++) {
      const { status, headers } = await guess(count);
      if (status === 429) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
      else {
        expect(status).toBe(401);
        seen++;
      }
    }
    return seen;
  };

  test(`at a password: thirty are looked at, then a few an hour, and it is an incident ${proves("EN303645:5.1-5", "A39", "D7")}`, {
    timeout: 60_000,
  }, async () => {
    await house.settled("Ana");
    expect(await lookedAt((count) => house.entering("Ana", `guess ${count}`))).toBeLessThanOrEqual(30);
    expect((await house.entering("Ana")).status).toBe(429);
    expect(house.privacy.incidents.list()).toMatchObject([{ detector: "guessing", entrance: "sign-in" }]);
    await house.clock.advance(Hours(1));
    expect((await house.entering("Ana")).status).toBe(201);
  });

  test(`at a token: twenty are looked at; somebody else's token is as good as ever ${proves("EN303645:5.1-5", "A39", "D7")}`, async () => {
    const token = house.tokenWith(["lights:read"]);
    const [id = ""] = token.split(".");
    expect(
      await lookedAt((count) => house.send("GET", "/session", { token: bearer(id, count) })),
    ).toBeLessThanOrEqual(20);
    // Not even the right one is looked at: what is locked tells nothing.
    expect((await house.send("GET", "/session", { token })).status).toBe(429);
    const other = house.tokenWith(["lights:read"]);
    await house.clock.advance(Seconds(10));
    expect((await house.send("GET", "/session", { token: other })).status).toBe(200);
    expect(house.privacy.incidents.list()).toMatchObject([{ detector: "guessing", entrance: "token" }]);
    await house.clock.advance(Minutes(15));
    expect((await house.send("GET", "/session", { token })).status).toBe(200);
  });

  test(`at ids of tokens and at sessions: two hundred, then twenty a second ${proves("EN303645:5.1-5", "A39")}`, async () => {
    const ids = await lookedAt((count) => {
      const id = `t-${[...`${count}`.padStart(12, "a")].map((digit) => (/\d/.test(digit) ? "abcdefghij"[Number(digit)] : digit)).join("")}`;
      return house.send("GET", "/session", { token: bearer(id, count) });
    });
    expect(ids).toBeLessThanOrEqual(200);
    await house.clock.advance(Minutes(1));
    const cookies = await lookedAt((count) =>
      house.send("GET", "/session", { token: null, headers: { cookie: `lampkeeper_test=guess-${count}` } }),
    );
    expect(cookies).toBeLessThanOrEqual(200);
  });

  test(`at a code of one use ${proves("EN303645:5.1-5", "A39")}`, async () => {
    const { code } = await house.ask<{ code: string }>("POST", "/session/codes", { status: 201 });
    const guess = (text: string) =>
      house.send("POST", "/session/code", { token: null, body: { code: text } });
    expect(await lookedAt((count) => guess(`${count}`.padStart(22, "A")))).toBeLessThanOrEqual(20);
    expect((await guess(code)).status).toBe(429);
  });

  test(`the answer takes as long for an id that is nobody's as for a secret that is wrong ${proves("EN303645:5.1-5")}`, () => {
    const { token } = house.tokens.issue({ name: "wall", role: "developer", scopes: ["lights:read"] });
    const nobody = "t-zzzzzzzzzzzz" as TokenId;
    const secret = Buffer.alloc(20_000, 1);
    const measured = { known: [] as number[], unknown: [] as number[] };
    const time = (id: TokenId): number => {
      const begun = performance.now();
      expect(house.tokens.authenticate(id, secret)).toBeUndefined();
      return performance.now() - begun;
    };
    // In turn, so that whatever else the machine does falls on both.
    for (let count = 0; count < 2_000; count++) {
      measured.known.push(time(token.id));
      measured.unknown.push(time(nobody));
    }
    const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
    const ratio = median(measured.known) / median(measured.unknown);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  test("a name that is nobody's has to wait as long, with the same words", async () => {
    await house.settled("Ana");
    const said = async (name: string) => {
      const answers: string[] = [];
      for (let count = 0; count < 12; count++) {
        const answer = await house.entering(name, `guess ${count}`);
        answers.push(`${answer.status} ${await answer.text()}`);
      }
      await house.clock.advance(Hours(2));
      return answers;
    };
    expect(await said("Nobody")).toEqual(await said("Ana"));
    expect((await house.entering("Ana", password)).status).toBe(201);
  });
});

describe("the broker", () => {
  test(`${guesses} guesses at a device's sign-in: twenty are looked at, and the lamp at another address comes in ${proves("EN303645:5.1-5", "A39")}`, async () => {
    const home = await AccountHub.open();
    const device = home.hub.inventory.addDevice({ profile: "lampkeeper/dimmable-bulb", name: "Lamp" });
    const right = home.hub.identities.credentialsOf(device)?.password ?? Buffer.alloc(0);
    const authenticate = home.hub.identities.authenticate.bind(home.hub.identities);
    let looked = 0;
    home.hub.identities.authenticate = (username, word) => {
      looked++;
      return authenticate(username, word);
    };
    const come = (word: Uint8Array, remote: string) =>
      home.hub.grantOfLogin(device.address, Uint8Array.from(word), remote);
    for (let count = 0; count < guesses; count++)
      expect(come(Buffer.from(`guess ${count}`), "192.0.2.7")).toBeUndefined();
    expect(looked).toBeLessThanOrEqual(20);
    expect(come(right, "192.0.2.7")).toBeUndefined();
    expect(come(right, "192.0.2.8")).toMatchObject({ kind: "device" });
    const found = home.hub.privacy.incidents.list().map(({ detector, entrance }) => [detector, entrance]);
    expect(found).toContainEqual(["guessing", "mqtt"]);
    await home.close();
  });

  test(`guesses over a real connection are refused alike, right or wrong, once it is locked ${proves("EN303645:5.1-5")}`, async () => {
    const home = await AccountHub.open();
    const { token, secret } = home.hub.tokens.issue({
      name: "wall",
      role: "developer",
      scopes: ["lights:read"],
    });
    const come = (password: string) => home.connect({ mqtt: { username: token.id, password } });
    const refusal = async (password: string): Promise<string> => {
      try {
        await come(password);
        return "in";
      } catch (error) {
        return `${error}`;
      }
    };
    const first = await refusal("guess");
    expect(first).toContain("Bad username or password");
    for (let count = 0; count < 19; count++) expect(await refusal(`guess ${count}`)).toBe(first);
    expect(await refusal(secret.toString("latin1"))).toBe(first);
    await home.clock.advance(Minutes(15));
    await home.close();
  });

  test(`broken packets without end: who sends them stays outside, everybody else is served ${proves("A39")}`, async () => {
    const rig = await new BrokerRig().listen();
    const witness = await rig.client("witness");
    rig.access.client("rogue", ["rogue/#"], []);
    // PUBLISH with QoS 3, which is none [MQTT-3.3.1-4].
    const broken = Buffer.from([0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01]);
    const once = async (): Promise<boolean> => {
      try {
        const client = await rig.client("rogue", { clientId: "rogue", keepalive: 0 });
        const closed = closing(client);
        (client.stream as unknown as Socket).write(broken);
        await closed;
        return true;
      } catch {
        return false;
      }
    };
    const let_in: boolean[] = [];
    for (let count = 0; count < 15; count++) let_in.push(await once());
    expect(let_in).toEqual([...Array(10).fill(true), ...Array(5).fill(false)]);
    expect(rig.broker.counters.quarantined).toBe(5);
    // And a flood that does not sign in at all.
    const flood = Array.from(
      { length: 200 },
      () =>
        new Promise<void>((done) => {
          const socket = connect(rig.port, "127.0.0.1", () => socket.write(Buffer.alloc(4_096, 0xff)));
          socket.on("error", () => undefined);
          socket.on("close", () => done());
        }),
    );
    await Promise.all(flood);
    expect(rig.broker.counters.malformed).toBeGreaterThan(200);
    const heard = new Promise<string>((done) =>
      witness.on("message", (topic, payload) => done(`${topic} ${payload}`)),
    );
    await witness.subscribeAsync("home/#");
    const owner = await rig.client("owner");
    await owner.publishAsync("home/lamp", "on");
    expect(await heard).toBe("home/lamp on");
    await rig.close();
  });

  test("after five minutes whoever sent broken packets may try again", async () => {
    const clock = new VirtualClock(Instant(0));
    const { Quarantine, quarantineLives } = await import("../../hub/broker/quarantine.ts");
    const quarantine = new Quarantine(clock);
    for (let count = 0; count < 10; count++) quarantine.blame("192.0.2.7", undefined);
    for (let count = 0; count < 10; count++) quarantine.blame("127.0.0.1", undefined);
    expect([quarantine.isShut("192.0.2.7"), quarantine.isShut("192.0.2.8")]).toEqual([true, false]);
    expect(quarantine.isShut("127.0.0.1")).toBe(false);
    await clock.advance(quarantineLives);
    expect(quarantine.isShut("192.0.2.7")).toBe(false);
  });
});

test("names that are made up endlessly, or are endless, are not remembered as such", () => {
  const gate = new GuessGate(new VirtualClock(Instant(0)), { note: () => {} });
  const endless = (end: string) => `${"x".repeat(60_000)}${end}`;
  for (let count = 0; count < 20; count++) gate.wrong("192.0.2.1", endless(`${count}`));
  expect(gate.isOpen("mqtt", "192.0.2.1", endless("another"))).toBe(false);
  expect(gate.isOpen("mqtt", "192.0.2.1", "another")).toBe(true);
});

test("the gate forgets the longest unseen, and holds no more than it may", () => {
  const clock = new VirtualClock(Instant(0));
  const gate = new GuessGate(clock, { note: () => {} }, { ...defaultGuessLimits, remembered: 100 });
  for (let count = 0; count < 30; count++) gate.wrong("192.0.2.1", "t-a");
  expect(gate.isOpen("mqtt", "192.0.2.1", "t-a")).toBe(false);
  for (let count = 0; count < 200; count++) gate.wrong(`198.51.100.${count}`);
  expect(gate.isOpen("mqtt", "192.0.2.1", "t-a")).toBe(true);
});
