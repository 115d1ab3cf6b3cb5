import type { Allowed, Caller, DeveloperAction } from "../domain/access.ts";
import type { DeviceId } from "../domain/ids.ts";

/** Topic filters a caller may use at the broker. Everything else is refused. */
export interface TopicRights {
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
}

/** The rights of a caller under the base topic. Scopes that have no topics give none. @param devices there are now */
export const topicRights = (
  caller: Caller,
  base: string,
  devices: () => readonly DeviceId[] = () => [],
): TopicRights => {
  if (caller.developer !== undefined) return ofProgram(caller.developer.may, devices(), base);
  return caller.lamps === undefined ? ofTheHome(caller, base) : ofChosenLamps(caller, caller.lamps, base);
};

/** What the owner allowed, device by device; whoever may do more comes in anew. */
const ofProgram = (may: Allowed, devices: readonly DeviceId[], base: string): TopicRights => {
  const topics = (action: DeveloperAction, ...tails: readonly string[]): string[] =>
    devices
      .filter((device) => may(action, device))
      .flatMap((device) => tails.map((tail) => `${base}/${device}${tail}`));
  return {
    subscribes: topics("read", "", "/availability", "/error"),
    publishes: [...topics("read", "/get"), ...topics("command", "/set")],
  };
};

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
