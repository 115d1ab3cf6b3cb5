import fc from "fast-check";
import { expect, test } from "vitest";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import { filterCovers, isTopicFilter, isTopicName, topicMatches } from "../../../hub/broker/topic.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { proves } from "../../support/proves.ts";

const level = fc.constantFrom("a", "b", "c", "+", "#", "$SYS", "");
const anything = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join("/"));
const filters = fc.array(anything.filter(isTopicFilter), { maxLength: 3 });
const step = fc.record({
  who: fc.nat(2),
  does: fc.constantFrom("publish", "retain", "subscribe"),
  topic: anything,
});

const matchesAny = (granted: readonly string[], topic: string) =>
  granted.some((filter) => topicMatches(filter, topic));

test(`whatever is granted and tried, nothing is delivered or taken in outside a grant ${proves("ISVS:4.2.2", "EN303645:5.5-5", "M20")}`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ publishes: filters, subscribes: filters }), { minLength: 3, maxLength: 3 }),
      fc.array(step, { maxLength: 25 }),
      async (rights, steps) => {
        const clock = new VirtualClock(Instant(0));
        const network = new SimNetwork(clock, new SeededRandom(1));
        const broker = new EmbeddedBroker(clock, network, new MemoryLog(), { authenticate: () => undefined });
        const heard: { who: number; topic: string; from: string | undefined }[] = [];
        broker.subscribe("#", ({ topic, from }) => heard.push({ who: -1, topic, from }));
        const sessions = rights.map((right, who) =>
          broker.attach(
            { id: String(who), kind: "client", ...right },
            { onMessage: ({ topic, from }) => heard.push({ who, topic, from }) },
          ),
        );
        for (const { who, does, topic } of steps) {
          const granted = rights[who]?.subscribes ?? [];
          if (does === "subscribe") {
            const isInside = isTopicFilter(topic) && granted.some((filter) => filterCovers(filter, topic));
            if (sessions[who]?.subscribe(topic)) expect(isInside).toBe(true);
          } else sessions[who]?.publish(topic, "x", { retain: does === "retain" });
        }
        await settle();
        for (const { who, topic, from } of heard) {
          expect(isTopicName(topic)).toBe(true);
          if (who >= 0) expect(matchesAny(rights[who]?.subscribes ?? [], topic)).toBe(true);
          expect(matchesAny(rights[Number(from)]?.publishes ?? [], topic)).toBe(true);
        }
        await broker.close();
      },
    ),
    { numRuns: 300 },
  );
});
