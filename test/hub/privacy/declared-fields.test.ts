import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RoomId } from "../../../hub/domain/ids.ts";
import { UndeclaredField } from "../../../hub/privacy/declared-fields.ts";
import { proves } from "../../support/proves.ts";
import { startStore } from "../../support/started-store.ts";
import { type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const kitchen = "r-aaaaaaaaaaaa" as RoomId;
/** By way of a variable no type sees the field that is too much. */
const withGuest = { id: kitchen, name: "Kitchen", guest: "canary-guest" };

describe.each(storeRigs)("on %s", (_name, make) => {
  let rig: StoreRig;
  beforeEach(() => {
    rig = make();
  });
  afterEach(() => rig.dispose());

  test(`a field that the data map does not declare is refused, and nothing is stored ${proves("M5")}`, () => {
    const rooms = startStore(rig).store.collection("rooms");
    expect(() => rooms.put(kitchen, withGuest)).toThrow(UndeclaredField);
    expect(rooms.get(kitchen)).toBeUndefined();
    const { guest: _, ...room } = withGuest;
    rooms.put(kitchen, { ...room, ...{ guest: undefined } });
    expect(rooms.get(kitchen)).toEqual(room);
  });

  test("of a page that is written on its own time such a field is left out, and told once", () => {
    const { store, records } = startStore(rig);
    const id = "l-aaaaaaaaaaaa";
    const state = { on: false, brightness: 1 };
    const record = {
      id,
      desired: state,
      reported: null,
      cause: { kind: "device", at: 0, command: "c" },
      guest: "canary",
    };
    const pages = store.live("light-states", () => [[id, record as never]]);
    pages.changed(pages.pageOf(id));
    records.flush();
    rig.crash();
    const [found] = [
      ...startStore(rig, 2)
        .store.live("light-states", () => [])
        .entries(),
    ];
    expect(found?.[1]).toEqual({ id, desired: state, reported: null, cause: record.cause });
    expect(rig.log.lines.filter(({ event }) => event === "store.undeclared-field")).toHaveLength(1);
  });
});
