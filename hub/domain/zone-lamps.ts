import type { Zone } from "./home.ts";
import { type DeviceId, isId, type LampId } from "./ids.ts";

/** By the list itself: a zone that changes gets another one. */
const lampsAmong = new WeakMap<readonly DeviceId[], readonly LampId[]>();

/** The same list each time, as long as the zone is the same. */
export const lampsOf = ({ members }: Zone): readonly LampId[] => {
  const known = lampsAmong.get(members) ?? members.filter((member) => isId("lamp", member));
  lampsAmong.set(members, known);
  return known;
};
