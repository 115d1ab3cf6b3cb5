import { describe, expect, test } from "vitest";
import { checkCertificate, type Refusal } from "../../../app-sim/verify/certificate-check.ts";
import { canonicalJson, type Json } from "../../../hub/codec/canonical-json.ts";
import { openDeviceKey } from "../../../hub/vault/device-key.ts";
import { ResetHome } from "../../hub/reset/reset-home.ts";

/** A device that was reset twice, and another one. */
const device = await ResetHome.left("factory");
const first = await device.finish();
const again = device.hub();
await again.start();
device.ask(again, "factory");
await again.close();
const second = await device.finish();
const stranger = await (await ResetHome.left("factory", false, 77)).finish();
const { store, entropy } = device.platform({});
const key = openDeviceKey(store.keyFiles, entropy);
const expected = { deviceKey: key.publicKey, counter: 2, challenge: "aabbccddeeff0011" };

type Fields = Readonly<Record<string, unknown>>;
const good = second as unknown as Fields;
const edited = (path: readonly string[], value: unknown): string => {
  const copy = structuredClone(good) as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  const holder = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, copy);
  holder[last] = value;
  return JSON.stringify(copy);
};
const refusalOf = (text: string, wanted = expected): Refusal | "good" => {
  const verdict = checkCertificate(text, wanted);
  return verdict.isGood ? "good" : verdict.refusal;
};

test("a genuine one is accepted, also offline, re-indented and with its fields in another order", () => {
  expect(refusalOf(JSON.stringify(good))).toBe("good");
  expect(refusalOf(JSON.stringify(good, null, 4))).toBe("good");
  expect(refusalOf(JSON.stringify(Object.fromEntries(Object.entries(good).reverse())))).toBe("good");
  expect(refusalOf(JSON.stringify(good), { deviceKey: key.publicKey } as typeof expected)).toBe("good");
});

test("hub and verifier mean the same bytes, each by its own reading", () => {
  const { signature: _, ...statement } = second as { signature: unknown };
  expect(canonicalJson(statement as Json)).toBe(canonicalJson(JSON.parse(JSON.stringify(statement)) as Json));
  expect(canonicalJson({ b: [1, { d: null, c: "ü" }], a: true, z: undefined })).toBe(
    '{"a":true,"b":[1,{"c":"ü","d":null}]}',
  );
});

describe("refused, each for its own reason:", () => {
  test.each<[what: string, text: string, refusal: Refusal]>([
    ["noise", "{", "malformed"],
    ["something else", '{"schema":"lampkeeper.ready/1"}', "malformed"],
    ["nothing", "null", "malformed"],
    ["a counter that is none", edited(["reset", "counter"], 2.5), "malformed"],
    ["one of another device", JSON.stringify(stranger), "other-device"],
    [
      "one whose key was put in its place",
      edited(["device", "publicKey"], key.publicKey.toString("hex").replace(/^../, "ff")),
      "other-device",
    ],
    [
      "one of another device under this one's key",
      JSON.stringify({ ...(stranger as object), device: good["device"] as object }),
      "forged",
    ],
    ["an edited level", edited(["reset", "level"], "hand-over"), "forged"],
    ["an edited counter", edited(["reset", "counter"], 3), "forged"],
    ["an edited description", edited(["sanitization", "description"], "Purge"), "forged"],
    ["edited devices", edited(["devices", "unable"], ["s-aaaaaaaaaaaa"]), "forged"],
    ["an edited count deep inside", edited(["items", "user.name"], 0), "forged"],
    ["a field more", JSON.stringify({ ...good, note: "sold as new" }), "forged"],
    [
      "a field less",
      JSON.stringify(Object.fromEntries(Object.entries(good).filter(([name]) => name !== "items"))),
      "forged",
    ],
    ["another signature", edited(["signature", "value"], "00".repeat(64)), "forged"],
    ["a short signature", edited(["signature", "value"], "00"), "forged"],
    ["an earlier reset of this device", JSON.stringify(first), "replayed"],
  ])("%s", (_, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });

  test("one with the challenge of somebody else", () => {
    expect(refusalOf(JSON.stringify(good), { ...expected, challenge: "00".repeat(8) })).toBe("replayed");
  });
});
