import { type Threat, threats } from "../threats.ts";
import { mapHash, type PrivacyMap } from "./privacy-map.ts";
import { recordOfProcessing } from "./record-of-processing.ts";

const levels = ["low", "medium", "high"] as const;
type Level = (typeof levels)[number];

export interface AssessedRisk extends Threat {
  /** Kinds of data at stake, from the map. */
  readonly data: readonly string[];
  /** Before measures: of severity and likelihood the lower. */
  readonly risk: Level;
}

/** The four parts of GDPR Art. 35(7), from the map and the table of threats. */
export interface ImpactAssessment {
  readonly mapHash: string;
  readonly description: readonly { readonly purpose: string; readonly categories: readonly string[] }[];
  readonly necessity: readonly {
    readonly item: string;
    readonly need: string;
    readonly without: string;
    readonly kept: string;
  }[];
  readonly risks: readonly AssessedRisk[];
  readonly measures: readonly string[];
}

const riskOf = ({ severity, likelihood }: Threat): Level =>
  levels[Math.min(levels.indexOf(severity), levels.indexOf(likelihood))] ?? "low";

/** @param known who the home is defended against */
export const impactAssessment = (map: PrivacyMap, known: readonly Threat[] = threats): ImpactAssessment => ({
  mapHash: mapHash(map),
  description: recordOfProcessing(map).activities.map(({ name, categories }) => ({
    purpose: name,
    categories,
  })),
  necessity: map.items.map(({ id, need, stopsIfRefused, retention, atEnd }) => ({
    item: id,
    need,
    without: stopsIfRefused,
    kept: `${retention.kind === "days" ? `${retention.days} days` : retention.kind}, then ${atEnd}`,
  })),
  risks: known.map((threat) => ({
    ...threat,
    data: [
      ...new Set(map.items.filter(({ key }) => threat.atStake.includes(key)).map(({ label }) => label.en)),
    ],
    risk: riskOf(threat),
  })),
  measures: [...new Set(known.flatMap(({ measures }) => measures))],
});
