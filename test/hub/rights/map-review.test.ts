import { expect, test } from "vitest";
import type { TokenId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Instant } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { MapReview, reviewDays } from "../../../hub/rights/map-review.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { proves } from "../../support/proves.ts";

const published = Instant(Date.parse("2027-01-01T00:00:00Z"));
const owner = "t-aaaaaaaaaaaa" as TokenId;

const reviewOf = (store = new MemoryGuardedStore()) => {
  const clock = new VirtualClock(published);
  let hash = "map one";
  const review = new MapReview(clock, store, () => ({ hash, published }));
  const become = (other: string): void => {
    hash = other;
  };
  return { clock, store, review, become };
};

test(`after a year the look is overdue, and signing makes it due in another year ${proves("U25")}`, async () => {
  const { clock, review } = reviewOf();
  await clock.advance(Days(reviewDays));
  expect(review.status()).toMatchObject({ isOverdue: false, due: Instant(published + Days(reviewDays)) });
  await clock.advance(Hours(1));
  expect(review.status().isOverdue).toBe(true);
  const signed = review.sign(owner);
  expect(signed).toEqual({
    reviewed: clock.now(),
    due: Instant(clock.now() + Days(reviewDays)),
    isOverdue: false,
    isOfThisMap: true,
  });
  await clock.advance(Days(reviewDays + 1));
  expect(review.status().isOverdue).toBe(true);
});

test(`what was signed is one map, and another is not called looked at ${proves("U25")}`, () => {
  const { review, become, store } = reviewOf();
  expect(review.status()).toMatchObject({ isOfThisMap: false });
  review.sign(owner);
  become("map two");
  expect(review.status()).toMatchObject({ isOfThisMap: false, isOverdue: false });
  expect(store.collection("map-reviews").get("home")).toMatchObject({ map: "map one", by: owner });
});
