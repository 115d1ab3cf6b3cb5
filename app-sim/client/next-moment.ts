import type { BodyOf } from "../../hub/api/contract.ts";
import type { HubClient } from "./hub-client.ts";
import { momentOfText } from "./moment-text.ts";

/** Near first: most moments come within a day or two, and a year of sun is much to compute. */
const looks = [2, 366] as const;

/**
 * When a moment of the day ("sunset-15m", "07:30") comes next by the hub's own sun and clocks, ISO 8601; undefined for
 * what is no moment, or does not come within a year. Asked as a rule that is not kept.
 *
 * @param now ISO 8601, the hub's
 */
export const nextMoment = async (
  hub: Pick<HubClient, "call">,
  text: string,
  now: string,
): Promise<string | undefined> => {
  const at = momentOfText(text);
  if (at === undefined) return undefined;
  const rule: BodyOf<"addSchedule"> = {
    name: "next moment",
    triggers: [{ kind: "daily", at }],
    actions: [{ kind: "mode", mode: "home" }],
  };
  for (const days of looks) {
    const { data } = await hub.call("compareSchedules", { body: { rules: [rule], days } });
    const coming = data.flatMap(({ after }) => (after === undefined || after <= now ? [] : [after]));
    if (coming.length > 0) return coming.sort()[0];
  }
  return undefined;
};
