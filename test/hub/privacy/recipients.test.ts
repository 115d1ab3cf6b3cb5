import { expect, test } from "vitest";
import { loaded, type Recipient } from "../../../hub/privacy/recipient.ts";
import { recipients } from "../../../hub/privacy/recipients.ts";
import { assistant } from "../../support/made-recipients.ts";
import { proves } from "../../support/proves.ts";

const refusal = (recipient: Partial<Recipient>): unknown => {
  try {
    loaded({ "a-connector": recipient });
    return "loaded";
  } catch (error) {
    return (error as { context: { missing?: string } }).context.missing;
  }
};

test(`those that ship are declared in full, and none of them is abroad ${proves("A15")}`, () => {
  expect(Object.keys(loaded(recipients))).toEqual(Object.keys(recipients));
  expect(new Set(Object.values(recipients).map(({ country }) => country))).toEqual(new Set(["home"]));
});

test(`a connector without country, safeguard, purpose or any other declaration does not load, and what it lacks is named ${proves("H35", "A15", "H62")}`, () => {
  expect(refusal(assistant)).toBe("loaded");
  for (const key of Object.keys(assistant)) {
    const { [key as keyof Recipient]: _left, ...rest } = assistant;
    expect([key, refusal(rest)]).toEqual([key, key]);
  }
  expect(refusal({ ...assistant, fields: [] })).toBe("fields");
  expect(refusal({ ...assistant, country: "far away" })).toBe("country");
});

test(`another region needs a safeguard of its own ${proves("H35", "A15", "GDPR:44", "GDPR:46")}`, () => {
  expect(refusal({ ...assistant, safeguard: "same-law" })).toBe("safeguard");
  expect(refusal({ ...assistant, safeguard: "owner-keeps-it" })).toBe("safeguard");
  expect(refusal({ ...assistant, safeguard: "nothing" as "consent" })).toBe("safeguard");
  expect(refusal({ ...assistant, country: "DE", safeguard: "same-law" })).toBe("loaded");
});

test(`an endpoint in clear off this machine does not load ${proves("H62", "A37", "EN303645:5.8-1")}`, () => {
  expect(refusal({ ...assistant, hosts: ["tcp://assistant.example:443"] })).toBe("tls");
  expect(refusal({ ...assistant, hosts: ["tcp://10.0.0.7:1883"] })).toBe("tls");
  expect(refusal({ ...assistant, hosts: ["http://assistant.example:443"] })).toBe("hosts");
  expect(refusal({ ...assistant, hosts: ["tcp://127.0.0.1:443"] })).toBe("loaded");
});

test("nobody can have a purpose that nobody can agree to", () => {
  expect(refusal({ ...assistant, purpose: "lighting" as "assistant" })).toBe("purpose");
});

test(`there is no purpose by which data could be sold ${proves("H32", "U20", "Z28")}`, () => {
  for (const { purpose } of Object.values(recipients)) expect(purpose).not.toMatch(/sale|sell|advert/);
  expect(refusal({ ...assistant, purpose: "sale" as "assistant" })).toBe("purpose");
});
