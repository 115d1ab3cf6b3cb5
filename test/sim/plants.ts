import type { Cause } from "../../hub/domain/cause.ts";
import type { DomainEvent } from "../../hub/domain/event.ts";
import { isId } from "../../hub/domain/ids.ts";
import { Hours } from "../../hub/domain/units.ts";
import { SystemEntropy } from "../../hub/platform/node/system-entropy.ts";
import type { RecordStore, StorePort } from "../../hub/ports/store.ts";
import { storeOver } from "../support/store-over.ts";
import type { Plant } from "./world.ts";
import { WritePerCommand } from "./write-per-command.ts";

/** A store port whose records are written in another way. */
const recordsAs =
  (change: (records: RecordStore) => Partial<RecordStore>) =>
  (store: StorePort): StorePort =>
    storeOver(store, {
      open: (key, isExpected) => {
        const records = store.open(key, isExpected);
        return {
          get: (collection, name) => records.get(collection, name),
          entries: (collection) => records.entries(collection),
          waiting: (collection, name) => records.waiting(collection, name),
          before: (write) => records.before(write),
          write: (batch, durability) => records.write(batch, durability),
          flush: () => records.flush(),
          close: () => records.close(),
          ...change(records),
        };
      },
    });

/** Writes everything but a second version of a record of one collection. */
const unlessKnown =
  (records: RecordStore, name: string): RecordStore["write"] =>
  (batch, durability) => {
    const isChange = batch.some(
      ({ collection, key }) => collection === name && records.get(name, key) !== undefined,
    );
    if (!isChange) records.write(batch, durability);
  };

let causes = new Map<string, Cause>();

/** Known faults, each with the one invariant that must catch it. */
export const plants: Readonly<Record<string, { readonly breaks: string; readonly plant: Plant }>> = {
  "write-per-command": {
    breaks: "lamps-as-desired",
    plant: {
      writer: ({ platform, link, bus, outcome }) => new WritePerCommand(platform.clock, link, bus, outcome),
    },
  },
  "cause-used-twice": {
    breaks: "one-cause",
    plant: {
      sabotage: ({ bus }) => {
        const publish = bus.publish.bind(bus);
        causes = new Map();
        bus.publish = (event: DomainEvent) => publish(withOldCause(event));
      },
    },
  },
  "journal-not-kept": {
    breaks: "fires-once",
    plant: {
      store: recordsAs((records) => ({
        write: (batch, durability) =>
          records.write(
            batch.filter(({ collection }) => collection !== "rule-journal"),
            durability,
          ),
      })),
    },
  },
  "clock-taken-on-trust": {
    breaks: "trusted-clock-only",
    plant: {
      sabotage: (_hub, { clock }) => {
        clock.trust = () => ({ level: "trusted", source: "ntp", since: clock.now() });
      },
    },
  },
  "wide-grant": { breaks: "own-topics-only", plant: { wideGrants: true } },
  "states-kept-once": {
    breaks: "at-most-5-s-lost",
    plant: { store: recordsAs((records) => ({ write: unlessKnown(records, "light-states") })) },
  },
  "acknowledged-but-not-saved": {
    breaks: "acknowledged-is-kept",
    plant: { store: recordsAs((records) => ({ write: unlessKnown(records, "rooms") })) },
  },
  "name-in-the-log": {
    breaks: "nothing-in-clear",
    plant: {
      sabotage: ({ bus, inventory }, { log }) => {
        bus.subscribe("home.changed", ({ id }) => {
          const name = isId("room", id) ? inventory.room(id)?.name : undefined;
          if (name !== undefined) log.write("info", "room.renamed", { name });
        });
      },
    },
  },
  "silent-departure": {
    breaks: "availability-is-true",
    plant: {
      sabotage: ({ bus }) => {
        const publish = bus.publish.bind(bus);
        bus.publish = (event: DomainEvent) => {
          if (event.kind !== "device.availability-changed" || event.online) publish(event);
        };
      },
    },
  },
  "state-not-told": {
    breaks: "mqtt-tells-the-truth",
    plant: {
      sabotage: ({ broker }) => {
        const publish = broker.publish.bind(broker);
        let count = 0;
        broker.publish = (topic, payload, options) => {
          if (!/^lampkeeper\/l-[^/]+$/.test(topic) || ++count % 3 > 0) publish(topic, payload, options);
        };
      },
    },
  },
  "timer-left-armed": {
    breaks: "nothing-left-behind",
    plant: {
      sabotage: (_hub, { clock }) => {
        clock.after(Hours(24), () => {});
      },
    },
  },
  "chance-without-seed": {
    breaks: "same-seed-same-trace",
    plant: { chance: () => new SystemEntropy().bytes(4).readUInt32LE() / 2 ** 32 },
  },
};

/** Now and then a change that says it came of the command before. */
const withOldCause = (event: DomainEvent): DomainEvent => {
  if (event.kind !== "light.desired-changed") return event;
  const before = causes.get(event.lamp);
  causes.set(event.lamp, event.cause);
  return before === undefined ? event : { ...event, cause: before };
};
