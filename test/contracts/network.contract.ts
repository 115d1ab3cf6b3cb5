import { once } from "node:events";
import { type Duplex, Readable } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import type { HardwareAddress } from "../../hub/domain/person.ts";
import type { Connection, Listener, Network } from "../../hub/ports/network.ts";

export interface NetworkRig {
  readonly network: Network;
  request(url: string, init?: RequestInit): Promise<Response>;
  /** Opens a WebSocket and gives its stream; rejects or throws when refused. */
  upgrade(url: string, protocol: string): Promise<Duplex>;
  /** Lets another device onto the network, or off it. */
  neighbour(address: HardwareAddress, isPresent: boolean): void;
}

const host = "127.0.0.1";

const read = async (stream: Duplex, length: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let have = 0; have < length; ) {
    const part: Buffer | null = stream.read();
    if (part === null) {
      await once(stream, "readable");
      continue;
    }
    parts.push(part);
    have += part.length;
  }
  return Buffer.concat(parts);
};

/** What every network keeps. */
export const networkContract = (name: string, make: () => NetworkRig): void => {
  describe(`network: ${name}`, () => {
    const open: Listener[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((listener) => listener.close()));
    });

    test("of its neighbours it tells those that are looked for, and of them the present ones", () => {
      const { network, neighbour } = make();
      const [here, gone, stranger] = ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"].map(
        (text) => text as HardwareAddress,
      ) as [HardwareAddress, HardwareAddress, HardwareAddress];
      const wanted = new Set([here, gone]);
      expect(network.neighbours(wanted)).toEqual(new Set());
      for (const address of [here, gone, stranger]) neighbour(address, true);
      neighbour(gone, false);
      expect(network.neighbours(wanted)).toEqual(new Set([here]));
      expect(network.neighbours(new Set())).toEqual(new Set());
    });

    const listen = async (network: Network, accept: (connection: Connection) => void, port = 0) => {
      const listener = await network.listen({ host, port }, accept);
      open.push(listener);
      return listener;
    };

    test("port 0 is a free port, and what is sent arrives both ways", async () => {
      const { network } = make();
      const accepted: Connection[] = [];
      const listener = await listen(network, (connection) => accepted.push(connection));
      expect(listener.endpoint.port).toBeGreaterThan(0);
      const stream = await network.connect(listener.endpoint);
      stream.write("to the hub");
      while (accepted.length === 0) await new Promise((done) => setImmediate(done));
      const server = accepted[0] as Connection;
      expect((await read(server.stream, 10)).toString()).toBe("to the hub");
      expect(server.remote).not.toBe("");
      server.stream.write("to the lamp");
      expect((await read(stream, 11)).toString()).toBe("to the lamp");
    });

    test("a megabyte arrives whole though the reader is slow", async () => {
      const { network } = make();
      const listener = await listen(network, ({ stream }) => stream.write(Buffer.alloc(1 << 20, 7)));
      const stream = await network.connect(listener.endpoint);
      for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
      const all = await read(stream, 1 << 20);
      expect(all.length).toBe(1 << 20);
      expect(all.every((byte) => byte === 7)).toBe(true);
    });

    test("the other end hears when one end closes", async () => {
      const { network } = make();
      const closed: Promise<unknown>[] = [];
      const listener = await listen(network, ({ stream }) => {
        closed.push(once(stream, "close"));
        stream.resume();
      });
      const stream = await network.connect(listener.endpoint);
      stream.write("x");
      while (closed.length === 0) await new Promise((done) => setImmediate(done));
      stream.destroy();
      await Promise.all(closed);
      expect(closed).toHaveLength(1);
    });

    test("a taken port is an error with its number, and free again after closing", async () => {
      const { network } = make();
      const first = await network.listen({ host, port: 0 }, () => undefined);
      const port = first.endpoint.port;
      await expect(network.listen({ host, port }, () => undefined)).rejects.toMatchObject({
        code: "port_busy",
        context: { port },
      });
      await expect(network.serve({ host, port }, () => ({ status: 200, headers: {} }))).rejects.toMatchObject(
        {
          code: "port_busy",
        },
      );
      await first.close();
      await listen(network, () => undefined, port);
    });

    test("nobody there is an error", async () => {
      const { network } = make();
      const listener = await network.listen({ host, port: 0 }, () => undefined);
      await listener.close();
      await expect(network.connect(listener.endpoint)).rejects.toMatchObject({ code: "network_failed" });
    });

    test("closing a listener ends what came in through it", async () => {
      const { network } = make();
      const listener = await network.listen({ host, port: 0 }, ({ stream }) => stream.resume());
      const stream = await network.connect(listener.endpoint);
      stream.resume();
      const gone = once(stream, "close");
      await listener.close();
      await gone;
      expect(stream.destroyed).toBe(true);
    });

    test("HTTP: a handler answers with what was asked and sent", async () => {
      const { network, request } = make();
      const listener = await network.serve(
        { host, port: 0 },
        async ({ method, target, header, isSecure, remote, body }) => {
          const said = Buffer.from((await body(1_000)) ?? []).toString();
          const asked = { method, target, host: header("host"), isSecure, remote, said };
          return { status: 201, headers: { "x-hub": "yes" }, body: JSON.stringify(asked) };
        },
      );
      open.push(listener);
      const at = `${host}:${listener.endpoint.port}`;
      const url = `http://${at}/lights/l-1?wait=%20`;
      const answer = await request(url, { method: "PUT", body: '{"on":true}' });
      expect(answer.status).toBe(201);
      expect(answer.headers.get("x-hub")).toBe("yes");
      const asked = {
        method: "PUT",
        target: "/lights/l-1?wait=%20",
        host: at,
        isSecure: false,
        remote: host,
      };
      expect(await answer.json()).toEqual({ ...asked, said: '{"on":true}' });
    });

    test("HTTP: a body longer than the handler takes is known as such and answered all the same", async () => {
      const { network, request } = make();
      const listener = await network.serve({ host, port: 0 }, async ({ body }) => {
        const taken = await body(100_000);
        return { status: taken === undefined ? 413 : 200, headers: {}, body: Buffer.from(taken ?? []) };
      });
      open.push(listener);
      const url = `http://${host}:${listener.endpoint.port}/`;
      const body = Buffer.alloc(100_000, 7);
      const right = await request(url, { method: "POST", body });
      expect([right.status, Buffer.from(await right.arrayBuffer()).equals(body)]).toEqual([200, true]);
      expect((await request(url, { method: "POST", body: Buffer.alloc(100_001) })).status).toBe(413);
    });

    test("HTTP: a body can be taken as it comes, and who takes only its beginning is heard all the same", async () => {
      const { network, request } = make();
      const listener = await network.serve({ host, port: 0 }, async ({ target, pieces }) => {
        let length = 0;
        for await (const piece of pieces()) {
          length += piece.length;
          if (target === "/beginning") break;
        }
        return { status: 200, headers: {}, body: `${length}` };
      });
      open.push(listener);
      const url = `http://${host}:${listener.endpoint.port}`;
      const body = Buffer.alloc(1_000_000, 7);
      expect(await (await request(`${url}/all`, { method: "POST", body })).text()).toBe("1000000");
      expect(
        Number(await (await request(`${url}/beginning`, { method: "POST", body })).text()),
      ).toBeGreaterThan(0);
    });

    test("HTTP: an answer without a body has none", async () => {
      const { network, request } = make();
      const listener = await network.serve({ host, port: 0 }, () => ({ status: 204, headers: {} }));
      open.push(listener);
      const answer = await request(`http://${host}:${listener.endpoint.port}/`);
      expect([answer.status, await answer.text()]).toEqual([204, ""]);
    });

    test("HTTP: an answer may go on for as long as it likes, and its end is heard", async () => {
      const { network, request } = make();
      let cancelled = false;
      const body = new Readable({ read: () => undefined });
      body.once("close", () => {
        cancelled = true;
      });
      const listener = await network.serve({ host, port: 0 }, () => ({
        status: 200,
        headers: { "content-type": "text/event-stream" },
        body,
      }));
      open.push(listener);
      const answer = await request(`http://${host}:${listener.endpoint.port}/events`);
      body.push("data: 1\n\n");
      const reader = answer.body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
      body.push("data: 2\n\n");
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 2\n\n");
      await reader?.cancel();
      while (!cancelled) await new Promise((done) => setImmediate(done));
    });

    test("WebSocket: the right path and subprotocol give a stream, others are refused", async () => {
      const { network, upgrade } = make();
      const listener = await network.serve(
        {
          host,
          port: 0,
          upgrades: [{ path: "/mqtt", protocol: "mqtt", accept: ({ stream }) => stream.pipe(stream) }],
        },
        () => ({ status: 200, headers: {}, body: "page" }),
      );
      open.push(listener);
      const base = `http://${host}:${listener.endpoint.port}`;
      const stream = await upgrade(`${base}/mqtt`, "mqtt");
      stream.write("echo");
      expect((await read(stream, 4)).toString()).toBe("echo");
      stream.destroy();
      await expect(upgrade(`${base}/other`, "mqtt")).rejects.toThrow();
      await expect(upgrade(`${base}/mqtt`, "chat")).rejects.toThrow();
    });
  });
};
