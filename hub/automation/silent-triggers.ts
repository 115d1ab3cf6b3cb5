import { type DeviceId, isId } from "../domain/ids.ts";
import type { Trigger } from "../domain/rule.ts";
import type { Surroundings } from "./traits.ts";

/** Whether nothing that sets this off may tell of what happens to it. */
export const isSilent = (
  trigger: Trigger,
  { home, scopes }: Pick<Surroundings, "home" | "scopes">,
): boolean => {
  const sources = sourcesOf(trigger, home);
  return sources.length > 0 && sources.every((device) => scopes?.allows(device, "events") === false);
};

/** The devices a trigger listens to; of a room all of its sensors. */
const sourcesOf = (trigger: Trigger, home: Surroundings["home"]): readonly DeviceId[] => {
  if (trigger.kind === "device") return [trigger.device];
  if (!("sensor" in trigger)) return [];
  const { sensor } = trigger;
  if (isId("sensor", sensor)) return [sensor];
  return home.devices().flatMap(({ id, room }) => (room === sensor && isId("sensor", id) ? [id] : []));
};
