import type { Consents } from "../../../hub/domain/consent.ts";
import type { SecretShelf } from "../../../hub/privacy/secret-shelf.ts";
import { type PrivacyParts, privacyLayerOf } from "../../../hub/privacy-layer.ts";
import { memoryChains } from "../../support/memory-chain.ts";

type Rooms = Omit<PrivacyParts, "chain" | "withheld" | "version" | "checks">;

/** What a house owes its people, with books in memory and consents that a test gives. */
export const privacyOfHouse = (rooms: Rooms, agreed: Consents, withheld: SecretShelf) =>
  privacyLayerOf(
    { ...rooms, chain: memoryChains(), withheld, version: "0.0.0-test", checks: () => [] },
    agreed,
  );
