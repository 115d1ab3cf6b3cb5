import { profiles } from "../../devices/registry.ts";
import type { Language } from "../../hub/privacy/categories.ts";
import { canariesOf } from "../../hub/privacy/documents/canaries.ts";
import { ccpaTable } from "../../hub/privacy/documents/ccpa.ts";
import { dpvDocument } from "../../hub/privacy/documents/dpv.ts";
import { erasurePlan } from "../../hub/privacy/documents/erasure-plan.ts";
import { impactAssessment } from "../../hub/privacy/documents/impact-assessment.ts";
import { promised } from "../../hub/privacy/documents/map-change.ts";
import { noticeOf } from "../../hub/privacy/documents/notice.ts";
import { mapHash, type PrivacyMap, privacyMap } from "../../hub/privacy/documents/privacy-map.ts";
import { recordOfProcessing } from "../../hub/privacy/documents/record-of-processing.ts";
import { noticeText, spoken } from "../../hub/privacy/documents/spoken-notice.ts";
import {
  gpcSupport,
  securityText,
  supportStatement,
  usageDescription,
} from "../../hub/privacy/documents/support.ts";
import { type NoticeVersion, noticeHash, noticeSteps } from "../../hub/privacy/notice-archive.ts";
import draft from "../../hub/privacy/notices/draft.json" with { type: "json" };
import { noticeArchive } from "../../hub/privacy/notices/versions.ts";
import { release } from "../../hub/release.ts";
import { exportJsonSchema } from "../../hub/rights/export-schema.ts";
import manifest from "../../package.json" with { type: "json" };

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** The version that is being written, under the number and dates of its draft. */
export const draftedNotice = (map: PrivacyMap, { version, updated, effective } = draft): NoticeVersion => {
  const notice = noticeOf(map);
  const text = (language: Language) => spoken(notice, language);
  const rest = {
    version,
    updated,
    effective,
    mapHash: mapHash(map),
    map: promised(map),
    notice: { en: text("en"), vi: text("vi") },
  };
  // As it will be read back: what JSON leaves out counts as absent.
  const plain = JSON.parse(JSON.stringify(rest));
  return { ...plain, hash: noticeHash(plain) };
};

/** Every privacy document, by file: all from the map. */
export const privacyPages = (): Readonly<Record<string, string>> => {
  const map = privacyMap(profiles);
  const product = { model: release.model, version: manifest.version };
  const notice = noticeOf(map);
  const newest = draftedNotice(map);
  const versions = [...noticeArchive.versions.slice(0, draft.version - 1), newest];
  return {
    [`hub/privacy/notices/${draft.version}.json`]: json(newest),
    "hub/privacy/notices/steps.json": json(noticeSteps(versions)),
    "docs/privacy/notice.en.md": noticeText(spoken(notice, "en")),
    "docs/privacy/notice.vi.md": noticeText(spoken(notice, "vi")),
    "docs/privacy/map.json": json({ mapHash: mapHash(map), ...map }),
    "docs/privacy/record-of-processing.json": json(recordOfProcessing(map)),
    "docs/privacy/ccpa.json": json(ccpaTable(map, [])),
    "docs/privacy/impact-assessment.json": json(impactAssessment(map)),
    "docs/privacy/canaries.json": json(canariesOf(map, "example")),
    "docs/privacy/dpv.jsonld": json(dpvDocument(map)),
    "docs/export.schema.json": json(exportJsonSchema(mapHash(map))),
    "docs/privacy/erasure-plan.json": json(erasurePlan(map)),
    "docs/privacy/support.json": json(supportStatement(map, product)),
    "docs/privacy/mud.json": json(usageDescription(map, product, draft.updated)),
    "docs/privacy/gpc.json": json(gpcSupport(draft.updated)),
    "docs/privacy/security.txt": securityText(),
  };
};
