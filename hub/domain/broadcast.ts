/**
 * Why what was said in a sensor's name was not believed. `no-key`: it is sealed, and nobody has given its key. `forged`: not
 * sealed with its key. `replayed`: its counter has gone back. `downgraded`: in clear, of a sensor that seals.
 */
export const broadcastRefusals = ["no-key", "forged", "replayed", "downgraded"] as const;
export type BroadcastRefusal = (typeof broadcastRefusals)[number];

/** How often; what never happened is not in it. */
export type Refusals = ReadonlyMap<BroadcastRefusal, number>;
