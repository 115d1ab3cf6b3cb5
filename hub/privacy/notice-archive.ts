import { canonicalJson, type Json } from "../codec/canonical-json.ts";
import { sha256 } from "../crypto/digest.ts";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/units.ts";
import type { Language } from "./categories.ts";
import { changesBetween, type MapChange, type Promised } from "./documents/map-change.ts";
import type { SpokenNotice } from "./documents/spoken-notice.ts";
import { NoticeArchiveBroken, type NoticeStep, newestOf, startOf } from "./notice-step.ts";

/** A version of the notice as it was published: nothing of it is ever another. */
export interface NoticeVersion {
  /** Counts up from 1 without a gap. */
  readonly version: number;
  /** ISO dates, days in UTC. */
  readonly updated: string;
  readonly effective: string;
  /** Of all the rest. */
  readonly hash: string;
  readonly mapHash: string;
  readonly map: Promised;
  readonly notice: { readonly [Each in Language]: SpokenNotice };
}

/** Over a version, without the hash itself. */
export const noticeHash = ({ hash: _, ...rest }: Omit<NoticeVersion, "hash"> & { hash?: string }): string =>
  sha256(Buffer.from(canonicalJson(rest as unknown as Json))).toString("hex");

/** Every version of the notice there ever was. */
export class NoticeArchive {
  readonly versions: readonly NoticeVersion[];

  /**
   * @param versions oldest first
   * @throws NoticeArchiveBroken changed, out of order, or effective before it was published
   */
  constructor(versions: readonly NoticeVersion[]) {
    this.versions = versions;
    if (versions.length === 0) throw new NoticeArchiveBroken("there is no notice at all");
    for (const [at, version] of versions.entries()) assertAsPublished(version, versions[at - 1], at);
  }

  /** The newest that is in effect. */
  current(now: Instant): NoticeVersion {
    return newestOf(this.versions, now);
  }

  /** What is announced, and not in effect. */
  upcoming(now: Instant): NoticeVersion | undefined {
    return this.versions.find(({ effective }) => startOf(effective) > now);
  }

  /** @throws NotFound */
  get(version: number): NoticeVersion {
    const found = this.versions[version - 1];
    if (found === undefined) throw new NotFound(`there is no version ${version} of the notice`);
    return found;
  }

  /** What changed for you. @throws NotFound */
  changes(from: number, to: number): readonly MapChange[] {
    return changesBetween(this.get(from).map, this.get(to).map);
  }

  /** Since which version a part of the notice says what it says. @returns undefined it is not in that version */
  layerSince(layer: string, version: number): number | undefined {
    const hashIn = (at: number) => this.get(at).notice.en.layers.find(({ id }) => id === layer)?.hash;
    const hash = hashIn(version);
    if (hash === undefined) return undefined;
    let since = version;
    while (since > 1 && hashIn(since - 1) === hash) since--;
    return since;
  }
}

/** The step that each version is. */
export const noticeSteps = (versions: readonly NoticeVersion[]): readonly NoticeStep[] =>
  versions.map(({ version, effective, hash, mapHash, map }, at) => {
    const before = versions[at - 1];
    return {
      version,
      effective,
      hash,
      mapHash,
      asks:
        before !== undefined &&
        changesBetween(before.map, map).some(({ needsAcceptance }) => needsAcceptance),
      uses: Object.fromEntries(
        Object.entries(map.purposes).map(([name, purpose]) => [
          name,
          { version: purpose.version, places: placesFor(map, name) },
        ]),
      ),
    };
  });

const placesFor = ({ items }: Promised, purpose: string): readonly string[] =>
  items
    .filter(({ purposes }) => (purposes as readonly string[]).includes(purpose))
    .flatMap(({ places }) => places)
    .sort();

const assertAsPublished = (version: NoticeVersion, before: NoticeVersion | undefined, at: number): void => {
  const says = (what: string): never => {
    throw new NoticeArchiveBroken(`version ${version.version} of the notice ${what}`, {
      version: version.version,
    });
  };
  if (version.version !== at + 1) says(`stands in place ${at + 1}`);
  if (noticeHash(version) !== version.hash) says("is not as it was published");
  if (version.effective < version.updated) says("would count before it was published");
  if (before !== undefined && version.effective < before.effective)
    says("would count before the one it follows");
};
