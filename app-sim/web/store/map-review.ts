import { signal } from "@preact/signals";
import type { Shape } from "../../../hub/api/contract.ts";
import { hub } from "./hub.ts";

/** The yearly look at what is kept: when it was, and when it is time again. */
export const mapReview = signal<Shape<"MapReview"> | undefined>(undefined);

export const loadMapReview = async (): Promise<void> => {
  mapReview.value = await hub.call("readMapReview");
};

export const signMapReview = async (): Promise<void> => {
  mapReview.value = await hub.call("signMapReview");
};
