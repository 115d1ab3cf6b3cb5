import { canonicalJson, type Json } from "../../codec/canonical-json.ts";
import { sha256 } from "../../crypto/digest.ts";
import type { InEachLanguage } from "../categories.ts";

/** One sentence: where it stands, what it says, and which requirements and provisions it answers. */
export interface Sentence {
  /** Anchor: nothing else in the notice has it, and it stays from version to version. */
  readonly id: string;
  readonly text: InEachLanguage;
  readonly rows: readonly string[];
}

/** An item in the columns that a reader looks for. */
export interface ItemRow {
  readonly id: string;
  readonly what: InEachLanguage;
  readonly source: InEachLanguage;
  readonly purpose: InEachLanguage;
  readonly examples: InEachLanguage;
  readonly basis: InEachLanguage;
  readonly need: InEachLanguage;
  readonly kept: InEachLanguage;
  readonly seenBy: InEachLanguage;
  readonly erasedBy: InEachLanguage;
  readonly rows: readonly string[];
}

/** A notice of its own for one part of the whole: the hub, a product, somebody who gets data. */
export interface Layer {
  /** `summary`, `hub`, `device:vendor/model`, `connector:name`. */
  readonly id: string;
  readonly title: InEachLanguage;
  readonly sentences: readonly Sentence[];
  readonly items: readonly ItemRow[];
}

export interface Notice {
  readonly mapHash: string;
  readonly layers: readonly Layer[];
}

/** SHA-256 over what a layer says, in every language. */
export const layerHash = (layer: Layer): string =>
  sha256(Buffer.from(canonicalJson(layer as unknown as Json))).toString("hex");

export const both = (en: string, vi: string): InEachLanguage => ({ en, vi });

export const sentence = (id: string, en: string, vi: string, ...rows: readonly string[]): Sentence => ({
  id,
  text: both(en, vi),
  rows,
});
