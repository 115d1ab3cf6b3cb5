import type { Deployer } from "../../domain/deployer.ts";
import type { Profile } from "../../domain/profile.ts";
import type { Instant } from "../../domain/units.ts";
import type { Language } from "../categories.ts";
import type { NoticeArchive, NoticeVersion } from "../notice-archive.ts";
import { ccpaTable } from "./ccpa.ts";
import { dpvDocument } from "./dpv.ts";
import { erasurePlan } from "./erasure-plan.ts";
import { impactAssessment } from "./impact-assessment.ts";
import { responsible } from "./notice.ts";
import { mapHash, type PrivacyMap, privacyMap } from "./privacy-map.ts";
import { recordOfProcessing } from "./record-of-processing.ts";
import type { SpokenLayer, SpokenNotice } from "./spoken-notice.ts";
import { gpcSupport, type Product, securityText, supportStatement, usageDescription } from "./support.ts";

/** What the library needs to know besides the map. */
export interface LibraryParts {
  readonly profiles: Iterable<Profile>;
  readonly product: Product;
  readonly archive: NoticeArchive;
  readonly deployer: Deployer | undefined;
  /** Recipients beyond this home who were told something in the last twelve months. */
  readonly told: () => readonly string[];
}

export interface ShownLayer extends SpokenLayer {
  /** The version since which this part says what it says. */
  readonly since: number;
}

/** A version of the notice in one language, as somebody reads it. */
export interface ShownNotice extends Omit<SpokenNotice, "layers"> {
  readonly version: number;
  readonly updated: string;
  readonly effective: string;
  readonly hash: string;
  readonly layers: readonly ShownLayer[];
}

/** Documents that are an object with the map's hash. */
export const documentNames = [
  "map",
  "record-of-processing",
  "ccpa",
  "impact-assessment",
  "erasure-plan",
  "support",
  "mud",
] as const;
export type DocumentName = (typeof documentNames)[number];

/** Every privacy document of this hub, written from its map when somebody asks. */
export class PrivacyLibrary {
  readonly map: PrivacyMap;
  readonly mapHash: string;
  readonly archive: NoticeArchive;
  readonly #parts: LibraryParts;

  /** @throws MapIncomplete */
  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.archive = parts.archive;
    this.map = privacyMap(parts.profiles);
    this.mapHash = mapHash(this.map);
  }

  /**
   * What a version says. Of a deployer's hub with their contacts instead of the household's sentence.
   * @param devices products of which the notice is wanted; absent: all that the hub can drive
   */
  notice(version: NoticeVersion, language: Language, devices?: ReadonlySet<string>): ShownNotice {
    const { map: _, notice, ...facts } = version;
    const { layers, ...rest } = notice[language];
    const wanted = layers.filter(({ id }) => {
      const device = id.startsWith("device:") ? id.slice("device:".length) : undefined;
      return device === undefined || devices === undefined || devices.has(device);
    });
    return {
      ...facts,
      ...rest,
      layers: wanted.map((layer) => ({
        ...this.#withContacts(layer, language),
        since: this.archive.layerSince(layer.id, version.version) ?? version.version,
      })),
    };
  }

  /** @param now decides which version of the notice is in effect */
  document(name: DocumentName, now: Instant): unknown {
    const { map } = this;
    const { product, told } = this.#parts;
    switch (name) {
      case "map":
        return map;
      case "record-of-processing":
        return recordOfProcessing(map);
      case "ccpa":
        return ccpaTable(map, told());
      case "impact-assessment":
        return impactAssessment(map);
      case "erasure-plan":
        return erasurePlan(map);
      case "support":
        return supportStatement(map, product);
      case "mud":
        return usageDescription(map, product, this.archive.current(now).updated);
    }
  }

  dpv(): unknown {
    return dpvDocument(this.map);
  }

  gpc(now: Instant): unknown {
    return gpcSupport(this.archive.current(now).updated);
  }

  securityText(): string {
    return securityText();
  }

  #withContacts(layer: SpokenLayer, language: Language): SpokenLayer {
    const { deployer } = this.#parts;
    if (deployer === undefined) return layer;
    return {
      ...layer,
      sentences: layer.sentences.map((sentence) =>
        sentence.id.endsWith(".controller")
          ? { ...sentence, text: responsible(sentence.id, deployer).text[language] }
          : sentence,
      ),
    };
  }
}
