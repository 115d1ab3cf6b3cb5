import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { RoomId } from "../../../hub/domain/ids.ts";
import { type Purpose, purposes } from "../../../hub/domain/purpose.ts";
import { chains, collections, secretShelves, secrets } from "../../../hub/privacy/data-map.ts";
import type { Field } from "../../../hub/privacy/declaration.ts";
import type { PurposeStore } from "../../../hub/privacy/guarded-store.ts";
import { proves } from "../../support/proves.ts";
import { startStore } from "../../support/started-store.ts";
import { storeRigs } from "../../support/store-rigs.ts";

const [, makeRig] = storeRigs[0] ?? [];

const opened = () => {
  const rig = makeRig?.();
  if (rig === undefined) throw new Error("no rig");
  return { rig, ...startStore(rig) };
};

/** Purposes that something is bound to, read from the declarations and from nothing that the store reads. */
const boundTo = (fields: object): ReadonlySet<string> =>
  new Set(
    (Object.values(fields) as Field[]).flatMap((field) => (field.class === "none" ? [] : field.purposes)),
  );

/** As somebody would ask whom no compiler stops. */
type Asking = Record<
  "collection" | "secret" | "shelf" | "chain",
  (name: string, signer?: () => never) => unknown
>;

const everything: readonly (readonly [keyof Asking, string, ReadonlySet<string>])[] = [
  ...Object.entries(collections).map(([name, { fields }]) => ["collection", name, boundTo(fields)] as const),
  ...Object.entries(chains).map(([name, { fields }]) => ["chain", name, boundTo(fields)] as const),
  ...Object.entries(secrets).map(
    ([name, { declaration }]) => ["secret", name, boundTo({ declaration })] as const,
  ),
  ...Object.entries(secretShelves).map(
    ([name, { declaration }]) => ["shelf", name, boundTo({ declaration })] as const,
  ),
];

test(`every collection, chain and secret opens to its own purposes and to no other, and a refusal is logged ${proves("H31", "A31", "GDPR:5(1)(b)")}`, () => {
  const { rig, store } = opened();
  try {
    let refused = 0;
    for (const purpose of Object.keys(purposes) as Purpose[]) {
      const asking = store.for(purpose) as unknown as Asking;
      for (const [door, name, bound] of everything) {
        const ask = () => asking[door](name);
        if (bound.has(purpose)) expect(ask).not.toThrow();
        else {
          expect(ask, `${name} for ${purpose}`).toThrow(
            expect.objectContaining({ code: "purpose_refused", context: { collection: name, purpose } }),
          );
          refused++;
        }
      }
    }
    const logged = rig.log.lines.filter(({ event }) => event === "store.purpose-refused");
    expect(logged).toHaveLength(refused);
    expect(logged[0]?.fields).toMatchObject({ code: "purpose_refused" });
    expect(refused).toBeGreaterThan(300);
  } finally {
    rig.dispose();
  }
});

test(`the home's Wi-Fi opens to provisioning alone: every other purpose is refused ${proves("U14")}`, () => {
  const { rig, store } = opened();
  try {
    const opening = (Object.keys(purposes) as Purpose[]).filter((purpose) => {
      try {
        (store.for(purpose) as unknown as Asking).secret("wifi");
        return true;
      } catch {
        return false;
      }
    });
    expect(opening).toEqual(["provisioning"]);
  } finally {
    rig.dispose();
  }
});

test("what is not declared at all is refused for every purpose", () => {
  const { rig, store } = opened();
  try {
    const asking = store.for(...(Object.keys(purposes) as Purpose[])) as unknown as Asking;
    expect(() => asking.collection("diaries")).toThrow(expect.objectContaining({ code: "purpose_refused" }));
  } finally {
    rig.dispose();
  }
});

test("what a room puts into its part is in the store, and a room that holds two purposes opens both", () => {
  const { rig, store } = opened();
  try {
    const part: PurposeStore<"lighting" | "access"> = store.for("lighting", "access");
    const id = "r-aaaaaaaaaaaa" as RoomId;
    part.atomically(() => part.collection("rooms").put(id, { id, name: "Hall" }));
    expect(store.collection("rooms").get(id)).toEqual({ id, name: "Hall" });
    expect([...part.collection("tokens").entries()]).toEqual([]);
  } finally {
    rig.dispose();
  }
});

test(`the roof hands no room the whole store ${proves("H31", "A31")}`, () => {
  const roof = readFileSync("hub/compose.ts", "utf8");
  const whole = roof.split("\n").filter((line) => /new \w+\(.*[ (]store[,)]/.test(line));
  expect(whole).toEqual([]);
});
