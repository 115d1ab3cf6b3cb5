import { profiles } from "../../devices/registry.ts";
import type { Promised } from "../../hub/privacy/documents/map-change.ts";
import { promised } from "../../hub/privacy/documents/map-change.ts";
import { type MapItem, privacyMap } from "../../hub/privacy/documents/privacy-map.ts";
import type { SpokenNotice } from "../../hub/privacy/documents/spoken-notice.ts";
import { type NoticeVersion, noticeHash } from "../../hub/privacy/notice-archive.ts";

/** The map of this hub. */
export const thisMap = privacyMap(profiles);

/** What it promises people. */
export const thisPromise: Promised = promised(thisMap);

/** The same with one item changed. */
export const withItem = (id: string, change: (item: MapItem) => Partial<MapItem>): Promised => ({
  ...thisPromise,
  items: thisPromise.items.map((item) => (item.id === id ? { ...item, ...change(item) } : item)),
});

const said = (text: string, language: "en" | "vi"): SpokenNotice => ({
  language,
  mapHash: "",
  layers: [
    { id: "summary", title: text, hash: "same", sentences: [], items: [] },
    { id: "hub", title: text, hash: text, sentences: [], items: [] },
  ],
});

/** A published version of the notice. */
export const publishedNotice = (version: number, effective: string, map: Promised): NoticeVersion => {
  const rest = {
    version,
    updated: effective,
    effective,
    mapHash: `map ${version}`,
    map,
    notice: { en: said(`text ${version}`, "en"), vi: said(`bản ${version}`, "vi") },
  };
  return { ...rest, hash: noticeHash(rest) };
};
