import { NoticeArchive, type NoticeVersion } from "../notice-archive.ts";
import first from "./1.json" with { type: "json" };

/**
 * Every version of the notice, oldest first. One whose hash stands in `published.json` is never another; the newest is written by
 * `npm run docs` until then, under the number and dates of `draft.json`.
 */
const published: readonly NoticeVersion[] = [first as unknown as NoticeVersion];

/** Loaded when it is first asked for: it is large. @throws NoticeArchiveBroken */
export const noticeArchive = new NoticeArchive(published);
