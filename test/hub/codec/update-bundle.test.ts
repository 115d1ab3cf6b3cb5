import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBundle, decodeHead, headBytesIn, preambleBytes } from "../../../hub/codec/update-bundle.ts";
import { HubError } from "../../../hub/domain/errors.ts";
import { mostBundleBytes, mostManifestBytes } from "../../../hub/domain/update-bundle.ts";
import { size } from "../../support/size.ts";
import { bundleOf } from "../lifecycle/update-rig.ts";

const whole = bundleOf();

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeBundle(bytes);
    return "taken";
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return error.code;
  }
};

/** The bundle with other words in its manifest; its length stays true. */
const withManifest = (change: (text: string) => string): Buffer => {
  const { head, contents } = decodeBundle(whole);
  const text = Buffer.from(change(Buffer.from(head.subarray(78)).toString()));
  const start = Buffer.from(head.subarray(0, 78));
  start.writeUInt32BE(text.length, 10);
  return Buffer.concat([start, text, ...contents]);
};

test("a bundle holds its manifest and its files", () => {
  const { manifest, contents, head, signed, signature } = decodeBundle(whole);
  expect(manifest).toMatchObject({ model: "lampkeeper-hub", version: "1.1.0", counter: 2, dataFormat: 2 });
  expect(manifest.files.map(({ path }) => path)).toEqual(["app/index.html", "chunks/a-1.js", "hub.js"]);
  expect(contents.map((content) => Buffer.from(content).toString())).toEqual([
    "",
    "a",
    "export const main = () => {};",
  ]);
  expect(Buffer.concat([signed.subarray(0, 14), signature, signed.subarray(14)])).toEqual(Buffer.from(head));
  expect(decodeHead(head)).toMatchObject({ manifest });
  expect(headBytesIn(whole.subarray(0, preambleBytes))).toBe(head.length);
});

test("cut off at any byte it is called incomplete", () => {
  for (let length = 0; length < whole.length; length++) {
    expect(codeOf(whole.subarray(0, length))).toBe("update_truncated");
  }
});

test("another algorithm, a longer file and another kind of file are refused by name", () => {
  for (const algorithm of [0, 2, 255]) {
    const downgraded = Buffer.from(whole);
    downgraded.writeUInt8(algorithm, 9);
    expect(codeOf(downgraded)).toBe("update_algorithm_refused");
  }
  expect(codeOf(Buffer.concat([whole, Buffer.from("x")]))).toBe("update_damaged");
  expect(codeOf(Buffer.from("PK\x03\x04 a zip file"))).toBe("update_damaged");
  const long = Buffer.from(whole);
  long.writeUInt32BE(mostManifestBytes + 1, 10);
  expect(codeOf(long)).toBe("update_damaged");
  const large = withManifest((text) => text.replace('"bytes":29', `"bytes":${mostBundleBytes}`));
  expect(() => decodeHead(large)).toThrow("not that large");
});

const paths = [
  "../hub.js",
  "a/../../b",
  "/etc/passwd",
  "a//b",
  "a/",
  ".head",
  "a/.b",
  "a\\b",
  "C:b",
  "a\u0000b",
  "node_modules/x.js",
  "chunks/node_modules/x.js",
  `${"a".repeat(201)}`,
];
test.each(paths)("a path that leads elsewhere is refused: %j", (path) => {
  const bytes = withManifest((text) => text.replace('"app/index.html"', JSON.stringify(path)));
  expect(codeOf(bytes)).toBe("update_damaged");
});

test("what can be written in two ways is refused", () => {
  const changes: readonly ((text: string) => string)[] = [
    (text) => `${text} `,
    (text) => text.replace('{"model"', '{ "model"'),
    (text) => text.replace('"version":"1.1.0","counter":2', '"counter":2,"version":"1.1.0"'),
    (text) => text.replace('"model":"lampkeeper-hub"', '"model":"other","model":"lampkeeper-hub"'),
    (text) => text.replace('"counter":2', '"counter":2.0'),
    (text) => text.replace('"counter":2', '"counter":2,"more":1'),
    (text) => text.replace("lampkeeper-hub", "lampkeeper\\u002dhub"),
  ];
  expect(codeOf(withManifest((text) => text))).toBe("taken");
  for (const change of changes) expect(codeOf(withManifest(change))).toBe("update_damaged");
});

test("files come once, in order, and none is the folder of another", () => {
  const files = (...names: string[]) =>
    withManifest((text) => {
      const manifest = JSON.parse(text) as { files: { path: string }[] };
      manifest.files.forEach((file, at) => {
        file.path = names[at] ?? file.path;
      });
      return JSON.stringify(manifest);
    });
  expect(codeOf(files("a", "b", "c"))).toBe("taken");
  expect(codeOf(files("a", "a", "c"))).toBe("update_damaged");
  expect(codeOf(files("b", "a", "c"))).toBe("update_damaged");
  expect(codeOf(files("a", "a-b", "a/b"))).toBe("update_damaged");
});

test("noise, and bundles with a few bytes changed, are refused with a code and never anything else", () => {
  const noise = fc.uint8Array({ maxLength: 400 });
  const changed = fc
    .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const manifests = fc.json().map((text) => withManifest(() => text));
  fc.assert(
    fc.property(fc.oneof(noise, changed, manifests), (bytes) => {
      expect(codeOf(bytes)).toMatch(/^(taken|update_(truncated|damaged|algorithm_refused))$/);
    }),
    { numRuns: size(3_000, 300_000) },
  );
});
