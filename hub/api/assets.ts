import type { HttpRequest } from "../ports/network.ts";
import { pageGuards, Reply } from "./answers.ts";

/** One file of the app. */
export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Strong validator, quoted. */
  readonly etag: string;
  /** Its name changes with its content, so browsers may keep it for ever. */
  readonly immutable: boolean;
  /** How `bytes` are packed. Absent: not. */
  readonly encoding?: "gzip" | "br";
}

export const assetAnswer = (asset: Asset, request: HttpRequest): Reply => {
  const headers = {
    ...pageGuards,
    "content-type": asset.type,
    etag: asset.etag,
    vary: "accept-encoding",
    "cache-control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    ...(asset.encoding === undefined ? {} : { "content-encoding": asset.encoding }),
  };
  return request.header("if-none-match") === asset.etag
    ? new Reply(304, headers)
    : new Reply(200, headers, asset.bytes);
};
