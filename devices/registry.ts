import type { Profile } from "../hub/domain/profile.ts";
import { lampkeeperLamps, lampkeeperSensors } from "./profiles/lampkeeper.ts";

/** Every device this hub knows how to drive: the only list to edit when a lamp is added. */
export const profiles: readonly Profile[] = [...lampkeeperLamps, ...lampkeeperSensors];

const byId = new Map(profiles.map((profile) => [profile.id, profile]));

export const profileById = (id: string): Profile | undefined => byId.get(id);
