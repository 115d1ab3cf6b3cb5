import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Millis, Seconds } from "../../hub/domain/units.ts";
import type { RecordStore, StoreWrite } from "../../hub/ports/store.ts";
import { size } from "../support/size.ts";
import type { StoreRig } from "../support/store-rigs.ts";

const key = Buffer.alloc(32, 7);
const bytes = (text: string): Buffer => Buffer.from(text);
const put = (collection: string, name: string, value: string): StoreWrite => ({
  collection,
  key: name,
  value: bytes(value),
});
const drop = (collection: string, name: string): StoreWrite => ({ collection, key: name, value: undefined });
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();
const all = (store: RecordStore, collection: string): [string, string | undefined][] =>
  [...store.entries(collection)].map(([name, value]) => [name, text(value)]);

/** What every filling of the store port promises. */
export const storeContract = (name: string, make: () => StoreRig): void => {
  describe(`store: ${name}`, () => {
    const withRig = (body: (rig: StoreRig) => void | Promise<void>) => async () => {
      const rig = make();
      try {
        await body(rig);
      } finally {
        rig.dispose();
      }
    };

    test(
      "a record is there after it was written, and gone after it was removed",
      withRig(({ port }) => {
        const store = port.open(key);
        expect(store.get("rooms", "r-1")).toBeUndefined();
        store.write([put("rooms", "r-1", "hall")], "immediate");
        expect(text(store.get("rooms", "r-1"))).toBe("hall");
        expect(store.get("zones", "r-1")).toBeUndefined();
        store.write([drop("rooms", "r-1")], "immediate");
        expect(store.get("rooms", "r-1")).toBeUndefined();
        store.close();
      }),
    );

    test(
      "given another key it opens with that one only, and holds what it held",
      withRig((rig) => {
        const other = Buffer.alloc(32, 8);
        rig.port.rekey(() => key, other);
        const store = rig.port.open(key);
        store.write([put("rooms", "r-1", "hall"), put("zones", "z-1", "up")], "immediate");
        store.write([drop("zones", "z-1"), put("rooms", "r-2", "attic")], "immediate");
        expect(() => rig.port.rekey(() => key, other)).toThrow(
          expect.objectContaining({ code: "store_locked" }),
        );
        store.close();
        const wrong = () => Buffer.alloc(32, 9);
        expect(() => rig.port.rekey(wrong, other)).toThrow(
          expect.objectContaining({ code: "store_unreadable" }),
        );
        rig.port.rekey(() => key, other);
        rig.port.rekey(wrong, other);
        rig.crash();
        expect(() => rig.port.open(key)).toThrow(expect.objectContaining({ code: "store_unreadable" }));
        const again = rig.port.open(other);
        expect([all(again, "rooms"), all(again, "zones")]).toEqual([
          [
            ["r-1", "hall"],
            ["r-2", "attic"],
          ],
          [],
        ]);
        again.close();
      }),
    );

    test(
      "a claim says whether records were ever made here; while they are open nobody else gets one",
      withRig(({ port }) => {
        const first = port.claim();
        expect(first.hasRecords).toBe(false);
        expect(() => port.open(key, true)).toThrow(
          expect.objectContaining({
            code: "store_unreadable",
            context: expect.objectContaining({ reason: "missing" }),
          }),
        );
        const store = port.open(key);
        expect(() => port.claim()).toThrow(expect.objectContaining({ code: "store_locked" }));
        store.close();
        first.release();
        const second = port.claim();
        expect(second.hasRecords).toBe(true);
        port.open(key, true).close();
        second.release();
      }),
    );

    test(
      "an immediate batch survives a crash",
      withRig((rig) => {
        const store = rig.port.open(key);
        store.write([put("a", "1", "x"), put("b", "2", "y")], "immediate");
        rig.crash();
        const next = rig.port.open(key);
        expect([text(next.get("a", "1")), text(next.get("b", "2"))]).toEqual(["x", "y"]);
        next.close();
      }),
    );

    test(
      "a coalesced write is readable at once and on the disk after a moment",
      withRig(async (rig) => {
        const store = rig.port.open(key);
        store.write([put("a", "1", "x")], "coalesced");
        expect(text(store.get("a", "1"))).toBe("x");
        expect(all(store, "a")).toEqual([["1", "x"]]);
        await rig.clock.advance(Millis(1_250));
        rig.crash();
        const next = rig.port.open(key);
        expect(text(next.get("a", "1"))).toBe("x");
        next.close();
      }),
    );

    test(
      "an immediate batch makes earlier coalesced writes durable",
      withRig((rig) => {
        const store = rig.port.open(key);
        store.write([put("a", "1", "early")], "coalesced");
        store.write([put("b", "1", "now")], "immediate");
        rig.crash();
        const next = rig.port.open(key);
        expect(text(next.get("a", "1"))).toBe("early");
        next.close();
      }),
    );

    test(
      "flush and close make coalesced writes durable",
      withRig((rig) => {
        const store = rig.port.open(key);
        store.write([put("a", "1", "x")], "coalesced");
        store.flush();
        store.write([put("a", "2", "y")], "coalesced");
        store.close();
        const next = rig.port.open(key);
        expect(all(next, "a")).toEqual([
          ["1", "x"],
          ["2", "y"],
        ]);
        next.close();
      }),
    );

    test(
      "of coalesced batches a crash loses whole ones from the end, never a part of one",
      withRig(async (rig) => {
        const store = rig.port.open(key);
        for (let batch = 0; batch < 400; batch++) {
          store.write([put("a", `${batch}`, "x"), put("b", `${batch}`, "x")], "coalesced");
          if (batch % 130 === 0) await rig.clock.advance(Millis(1));
        }
        rig.crash();
        const next = rig.port.open(key);
        const kept = all(next, "a").length;
        expect(all(next, "b").map(([id]) => id)).toEqual(all(next, "a").map(([id]) => id));
        for (let batch = 0; batch < kept; batch++) expect(next.get("a", `${batch}`)).toBeDefined();
        next.close();
      }),
    );

    test(
      "nothing waits longer than 5 seconds, however much is written",
      withRig(async (rig) => {
        const store = rig.port.open(key);
        for (let at = 0; at < 1_000; at++) store.write([put("a", `${at}`, "x")], "coalesced");
        await rig.clock.advance(Seconds(5));
        rig.crash();
        const next = rig.port.open(key);
        expect(all(next, "a")).toHaveLength(1_000);
        next.close();
      }),
    );

    test(
      "a crash in the middle of changes that never pause loses none older than 3.1 seconds",
      withRig(async (rig) => {
        for (const lifeMs of [2_050, 4_990, 7_300]) {
          const store = rig.port.open(key);
          for (let at = 0; at < lifeMs; at += 10) {
            store.write([put(`${lifeMs}`, `${at}`, "x"), put("a", "newest", `${at}`)], "coalesced");
            await rig.clock.advance(Millis(10));
          }
          rig.crash();
          const next = rig.port.open(key);
          const kept = all(next, `${lifeMs}`).length;
          expect(kept * 10).toBeGreaterThanOrEqual(lifeMs - 3_100);
          if (kept > 0) expect(text(next.get("a", "newest"))).toBe(`${(kept - 1) * 10}`);
          next.close();
        }
      }),
    );

    test(
      "entries come in order of their UTF-8 bytes, waiting ones among stored ones, and are a snapshot",
      withRig(({ port }) => {
        const store = port.open(key);
        store.write([put("a", "b", "1"), put("a", "\u{1f600}", "2"), put("a", "z", "3")], "immediate");
        store.write([put("a", "\uffee", "4"), put("a", "a", "5"), drop("a", "z")], "coalesced");
        const entries = store.entries("a");
        store.write([put("a", "c", "late")], "coalesced");
        expect([...entries].map(([id]) => id)).toEqual(["a", "b", "\uffee", "\u{1f600}"]);
        store.close();
      }),
    );

    test(
      "the wrong key opens nothing and harms nothing",
      withRig((rig) => {
        const store = rig.port.open(key);
        store.write([put("a", "1", "x")], "immediate");
        store.close();
        expect(() => rig.port.open(Buffer.alloc(32, 8))).toThrow(
          expect.objectContaining({ code: "store_unreadable" }),
        );
        const next = rig.port.open(key);
        expect(text(next.get("a", "1"))).toBe("x");
        next.close();
      }),
    );

    test(
      "a second hub on the same disk is refused while the first lives",
      withRig((rig) => {
        const store = rig.port.open(key);
        expect(() => rig.port.open(key)).toThrow(expect.objectContaining({ code: "store_locked" }));
        store.write([put("a", "1", "x")], "immediate");
        store.close();
        const next = rig.port.open(key);
        expect(text(next.get("a", "1"))).toBe("x");
        next.close();
      }),
    );

    test(
      "a key that is no text is refused, and so is a write after closing",
      withRig((rig) => {
        const store = rig.port.open(key);
        const refused = expect.objectContaining({ code: "invalid_input" });
        expect(() => store.write([put("a", "\ud800", "x")], "coalesced")).toThrow(refused);
        expect(() => store.write([put("a", "", "x")], "immediate")).toThrow(refused);
        store.close();
        store.close();
        expect(() => store.write([put("a", "1", "x")], "coalesced")).toThrow(
          expect.objectContaining({ code: "invariant_broken" }),
        );
      }),
    );

    test(
      "small files are replaced whole, listed nowhere, and gone once removed or unlinked",
      withRig(({ port }) => {
        for (const files of [port.files, port.keyFiles])
          for (const end of ["remove", "unlink"] as const) {
            expect(files.read("keys/one")).toBeUndefined();
            files.replace("keys/one", bytes("first"));
            files.replace("keys/one", bytes("second"));
            expect(files.read("keys/one")?.toString()).toBe("second");
            files[end]("keys/one");
            files[end]("keys/one");
            expect(files.read("keys/one")).toBeUndefined();
          }
      }),
    );

    test(
      "small files are listed, those in folders too",
      withRig(({ port }) => {
        expect(port.files.list().filter((name) => name.startsWith("of/"))).toEqual([]);
        port.files.replace("of/one", bytes("1"));
        port.files.replace("of/two/three", bytes("3"));
        port.files.remove("of/one");
        expect(port.files.list().filter((name) => name.startsWith("of/"))).toEqual(["of/two/three"]);
      }),
    );

    test(
      "records that are removed are gone, whatever their state; what is written next begins anew",
      withRig((rig) => {
        rig.port.removeRecords();
        const store = rig.port.open(key);
        store.write([put("rooms", "r-1", "a hall to remember")], "immediate");
        expect(() => rig.port.removeRecords()).toThrow(expect.objectContaining({ code: "store_locked" }));
        store.close();
        rig.port.removeRecords();
        const claim = rig.port.claim();
        expect(claim.hasRecords).toBe(false);
        claim.release();
        const other = rig.port.open(Buffer.alloc(32, 9));
        expect(all(other, "rooms")).toEqual([]);
        other.close();
      }),
    );

    test(
      "small files survive a crash",
      withRig((rig) => {
        rig.port.open(key);
        rig.port.files.replace("one", bytes("kept"));
        rig.crash();
        expect(rig.port.files.read("one")?.toString()).toBe("kept");
      }),
    );

    const runs = size(60, 2_000);
    test(`behaves as a map that forgets only what it may, over ${runs} random histories with crashes`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (history) => {
          const rig = make();
          try {
            const real: Real = { rig, store: rig.port.open(key) };
            await fc.asyncModelRun(() => ({ model: newModel(), real }), history);
            real.store.close();
          } finally {
            rig.dispose();
          }
        }),
        { numRuns: runs },
      );
    }, 120_000);
  });
};

/** What must be there, and what may be there besides: states after each batch that is not yet known to be durable. */
interface Model {
  now: Map<string, string>;
  /** What a crash may leave: the newest durable state and every state since. */
  possible: Map<string, string>[];
}

const newModel = (): Model => ({ now: new Map(), possible: [new Map()] });

interface Real {
  readonly rig: StoreRig;
  store: RecordStore;
}

const stateOf = (store: RecordStore): Map<string, string> =>
  new Map(
    ["a", "b"].flatMap((name) => all(store, name).map(([id, v]) => [`${name}/${id}`, v ?? ""] as const)),
  );

class Write implements fc.AsyncCommand<Model, Real> {
  readonly #batch: readonly StoreWrite[];
  readonly #durability: "immediate" | "coalesced";

  constructor(batch: readonly StoreWrite[], durability: "immediate" | "coalesced") {
    this.#batch = batch;
    this.#durability = durability;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    real.store.write(this.#batch, this.#durability);
    model.now = new Map(model.now);
    for (const { collection, key: id, value } of this.#batch) {
      if (value === undefined) model.now.delete(`${collection}/${id}`);
      else model.now.set(`${collection}/${id}`, text(value) ?? "");
    }
    model.possible = this.#durability === "immediate" ? [model.now] : [...model.possible, model.now];
    expect(stateOf(real.store)).toEqual(model.now);
  }

  toString(): string {
    const writes = this.#batch.map(({ collection, key: id, value }) => `${collection}/${id}=${text(value)}`);
    return `write(${this.#durability}: ${writes.join(", ")})`;
  }
}

class Wait implements fc.AsyncCommand<Model, Real> {
  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    await real.rig.clock.advance(Seconds(5));
    model.possible = [model.now];
  }

  toString(): string {
    return "wait(5 s)";
  }
}

class Crash implements fc.AsyncCommand<Model, Real> {
  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    real.rig.crash();
    real.store = real.rig.port.open(key);
    const found = stateOf(real.store);
    expect(model.possible.map((state) => Object.fromEntries([...state].sort()))).toContainEqual(
      Object.fromEntries([...found].sort()),
    );
    model.now = found;
    model.possible = [found];
  }

  toString(): string {
    return "crash()";
  }
}

const write: fc.Arbitrary<StoreWrite> = fc.record({
  collection: fc.constantFrom("a", "b"),
  key: fc.constantFrom("1", "2", "3", "\u00e9"),
  value: fc.option(
    fc.string({ maxLength: 8 }).map((value) => bytes(value)),
    { nil: undefined },
  ),
});

const commands: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  fc
    .tuple(
      fc.array(write, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("immediate", "coalesced", "coalesced"),
    )
    .map(([batch, durability]) => new Write(batch, durability === "immediate" ? "immediate" : "coalesced")),
  fc.constant(new Wait()),
  fc.constant(new Crash()),
];
