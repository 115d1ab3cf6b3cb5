import { isVersion } from "../domain/firmware.ts";
import {
  type BundleFile,
  longestRisk,
  mostBundleBytes,
  mostBundleFiles,
  mostManifestBytes,
  UpdateAlgorithmRefused,
  UpdateDamaged,
  type UpdateManifest,
  UpdateTruncated,
} from "../domain/update-bundle.ts";

/*
 * An update in one file; numbers are big-endian:
 *
 *   0   8  "LKUPDATE"
 *   8   1  format, 1
 *   9   1  algorithm, 1: Ed25519 [RFC 8032] over bytes 0..13 and the manifest, which holds a SHA-256 per file
 *   10  4  bytes of the manifest
 *   14  64 signature
 *   78     manifest: JSON without spaces, UTF-8, keys and paths in the one order in which `encodeManifest` writes them
 *          the files, one after the other, in the manifest's order
 */
const magic = Buffer.from("LKUPDATE");
const format = 1;
const ed25519WithSha256 = 1;
const headBytes = 14;
const signatureBytes = 64;
const manifestAt = headBytes + signatureBytes;

/** How much of a bundle says how long its head is. */
export const preambleBytes = manifestAt;

/** The first part of a bundle, before its files. Nothing in it is believed before its signature was looked at. */
export interface UpdateHead {
  /** The bytes that the signature is over. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Header, signature and manifest: what a slot keeps, to be looked at again at every boot. */
  readonly head: Uint8Array;
  readonly manifest: UpdateManifest;
}

/** A bundle that is there as a whole, taken apart. */
export interface UpdateBundle extends UpdateHead {
  /** In the manifest's order. */
  readonly contents: readonly Uint8Array[];
}

/** The bytes that are to be signed. @param manifest with ascending paths */
export const signedBytes = (manifest: UpdateManifest): Buffer => {
  const text = encodeManifest(manifest);
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt8(format, 8);
  head.writeUInt8(ed25519WithSha256, 9);
  head.writeUInt32BE(text.length, 10);
  return Buffer.concat([head, text]);
};

/** @param signed from `signedBytes` @param contents in the manifest's order */
export const encodeBundle = (
  signed: Uint8Array,
  signature: Uint8Array,
  contents: readonly Uint8Array[],
): Buffer =>
  Buffer.concat([signed.subarray(0, headBytes), signature, signed.subarray(headBytes), ...contents]);

/** @throws UpdateTruncated, UpdateDamaged, UpdateAlgorithmRefused */
export const decodeBundle = (bytes: Uint8Array): UpdateBundle => {
  const decoded = decodeHead(bytes);
  const contents: Uint8Array[] = [];
  let at = decoded.head.length;
  for (const file of decoded.manifest.files) {
    contents.push(bytes.subarray(at, at + file.bytes));
    at += file.bytes;
  }
  if (at > bytes.length) throw truncated();
  if (at < bytes.length) throw damaged("something follows the end of the update", "end");
  return { ...decoded, contents };
};

/** How many bytes the head has, said by its first `preambleBytes`. @throws as `decodeHead` */
export const headBytesIn = (bytes: Uint8Array): number => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!magic.subarray(0, view.length).equals(view.subarray(0, magic.length))) {
    throw damaged("this is not an update", "magic");
  }
  if (view.length < preambleBytes) throw truncated();
  if (view.readUInt8(8) !== format) throw damaged("the update has a format that is not known here", "format");
  const algorithm = view.readUInt8(9);
  if (algorithm !== ed25519WithSha256) {
    throw new UpdateAlgorithmRefused("the update is protected by an algorithm that is not accepted", {
      found: algorithm,
    });
  }
  const length = view.readUInt32BE(10);
  if (length > mostManifestBytes) throw damaged("the manifest is too long", "manifest");
  return manifestAt + length;
};

/** The head of a bundle, whatever follows it. @throws as `decodeBundle` */
export const decodeHead = (bytes: Uint8Array): UpdateHead => {
  const end = headBytesIn(bytes);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (end > view.length) throw truncated();
  const text = view.subarray(manifestAt, end);
  const manifest = decodeManifest(text);
  if (end + contentBytes(manifest) > mostBundleBytes) throw damaged("an update is not that large", "size");
  return {
    signed: Buffer.concat([view.subarray(0, headBytes), text]),
    signature: view.subarray(headBytes, manifestAt),
    head: view.subarray(0, end),
    manifest,
  };
};

const contentBytes = ({ files }: UpdateManifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

const encodeManifest = ({ model, version, counter, dataFormat, risk, files }: UpdateManifest): Buffer =>
  Buffer.from(
    JSON.stringify({
      model,
      version,
      counter,
      dataFormat,
      ...(risk === undefined ? {} : { risk }),
      files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    }),
  );

/** What another reader could understand in another way is refused: written anew it has to be the very same bytes. */
const decodeManifest = (text: Buffer): UpdateManifest => {
  const said = parsed(text);
  if (!isManifest(said) || !isOrdered(said.files) || !encodeManifest(said).equals(text)) {
    throw damaged("the manifest of the update is not one", "manifest");
  }
  return said;
};

const parsed = (text: Buffer): unknown => {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
};

type Words = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Words => typeof value === "object" && value !== null;
const isCount = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

const isManifest = (said: unknown): said is UpdateManifest =>
  isObject(said) &&
  typeof said["model"] === "string" &&
  /^[a-z0-9-]{1,64}$/.test(said["model"]) &&
  typeof said["version"] === "string" &&
  isVersion(said["version"]) &&
  isCount(said["counter"], 2 ** 31) &&
  isCount(said["dataFormat"], 2 ** 31) &&
  (said["risk"] === undefined || isLine(said["risk"])) &&
  Array.isArray(said["files"]) &&
  said["files"].length > 0 &&
  said["files"].length <= mostBundleFiles &&
  said["files"].every(isFile);

/** Printable, and shown to people as it is. */
const isLine = (said: unknown): boolean =>
  typeof said === "string" && said.length > 0 && said.length <= longestRisk && !/\p{C}/u.test(said);

const isFile = (said: unknown): said is BundleFile =>
  isObject(said) &&
  typeof said["path"] === "string" &&
  isPath(said["path"]) &&
  isCount(said["bytes"], mostBundleBytes) &&
  typeof said["sha256"] === "string" &&
  /^[0-9a-f]{64}$/.test(said["sha256"]);

/** Stays below the folder, and shadows neither what the slot keeps of its own nor another package. */
const isPath = (path: string): boolean =>
  path.length <= 200 &&
  /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path) &&
  !path.split("/").includes("node_modules");

/** Ascending, so none comes twice; and none is the folder of another. */
const isOrdered = (files: readonly BundleFile[]): boolean => {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return files.every(({ path }, at) => {
    const next = files[at + 1]?.path;
    return (next === undefined || path < next) && !folders.has(path);
  });
};

const foldersOf = (path: string): readonly string[] => {
  const names = path.split("/");
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join("/"));
};

const truncated = (): UpdateTruncated => new UpdateTruncated("the update is not complete; copy it again");

const damaged = (message: string, reason: string): UpdateDamaged => new UpdateDamaged(message, { reason });
