import { hubConfig } from "../../../hub/options.ts";
import type { Log } from "../../../hub/ports/log.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { houseProfiles } from "./house-profiles.ts";

/** What the privacy layer of a house stands on, besides its rooms. */
export const layerParts = (log: Log) => ({
  log: new AuditedLog(log),
  profiles: houseProfiles,
  config: hubConfig({}),
  version: "1.2.3",
});
