/** The hub's own broker with its ordinary checks, and nothing of the hub around it. Rates are opened: they would be what is measured. */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { defaultLimits } from "../../../hub/broker/broker-limits.ts";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import type { AccessGrant, BrokerAccess } from "../../../hub/broker/mqtt-bus.ts";
import { JsonLog } from "../../../hub/platform/node/json-log.ts";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import { SystemClock } from "../../../hub/platform/node/system-clock.ts";

const isOpen = process.argv.includes("--open");
const [certificate, key] = process.argv.slice(2).filter((argument) => argument !== "--open");

const lampGrant = (id: string): AccessGrant => {
  const number = id.slice("lamp-".length);
  return {
    id,
    kind: "device",
    publishes: [`bench/lamp/${number}/state`],
    subscribes: [`bench/lamp/${number}/set`, "bench/group/set"],
  };
};

const clientGrant = (id: string): AccessGrant => ({
  id,
  kind: "client",
  publishes: ["bench/flow/+", "bench/lamp/+/set", "bench/group/set"],
  subscribes: ["bench/flow/+", "bench/lamp/+/state"],
});

/** Without a password, and everything for everyone: what the checks cost is the difference. */
const openGrant = (id: string): AccessGrant => ({ id, kind: "client", publishes: ["#"], subscribes: ["#"] });

/** As the hub stores its tokens: a digest, compared in constant time. */
const expected = createHash("sha256").update("bench").digest();
const access: BrokerAccess = {
  authenticate: (username, given) => {
    if (isOpen) return openGrant(username);
    if (!timingSafeEqual(expected, createHash("sha256").update(given).digest())) return undefined;
    if (username.startsWith("lamp-")) return lampGrant(username);
    return username.startsWith("client-") ? clientGrant(username) : undefined;
  },
};

const open = { perSecond: 1e9, burst: 1e9 };
const clock = new SystemClock();
const log = new JsonLog(clock, process.stderr, "warn");
const broker = new EmbeddedBroker(clock, new NodeNetwork(), log, access, {
  limits: {
    ...defaultLimits,
    deviceMessages: open,
    clientMessages: open,
    deviceConnects: open,
    clientConnects: open,
    remoteConnects: open,
  },
});

const { endpoint } = await broker.listen({ host: "127.0.0.1", port: 0 });
const tls =
  certificate === undefined || key === undefined
    ? undefined
    : await broker.listen({
        host: "127.0.0.1",
        port: 0,
        tls: { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key) },
      });
process.stdout.write(`${JSON.stringify({ port: endpoint.port, tlsPort: tls?.endpoint.port ?? null })}\n`);
process.on("SIGTERM", () => process.exit(0));
