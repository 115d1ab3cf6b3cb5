import type { Caller } from "../domain/access.ts";

/** Topic filters a caller may use at the broker. Everything else is refused. */
export interface TopicRights {
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
}

/** The rights of a caller under the base topic. Scopes that have no topics give none. */
export const topicRights = (caller: Caller, base: string): TopicRights =>
  caller.lamps === undefined ? ofTheHome(caller, base) : ofChosenLamps(caller, caller.lamps, base);

const ofTheHome = ({ scopes }: Caller, base: string): TopicRights => ({
  subscribes: scopes.has("lights:read") ? [`${base}/#`] : [],
  publishes: [
    ...(scopes.has("lights:read") ? [`${base}/+/get`, `${base}/bridge/request/health_check`] : []),
    ...(scopes.has("lights:write") ? [`${base}/+/set`] : []),
    ...(scopes.has("devices:write") ? [`${base}/bridge/request/#`] : []),
  ],
});

const ofChosenLamps = ({ scopes }: Caller, lamps: ReadonlySet<string>, base: string): TopicRights => {
  const each = (...tails: readonly string[]): string[] =>
    [...lamps].flatMap((lamp) => tails.map((tail) => `${base}/${lamp}${tail}`));
  return {
    subscribes: scopes.has("lights:read")
      ? [`${base}/bridge/state`, ...each("", "/availability", "/error")]
      : [],
    publishes: [
      ...(scopes.has("lights:read") ? each("/get") : []),
      ...(scopes.has("lights:write") ? each("/set") : []),
    ],
  };
};
