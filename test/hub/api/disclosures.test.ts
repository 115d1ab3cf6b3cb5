import { beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { egressOf } from "../../../hub/egress-wiring.ts";
import { reached, recipients } from "../../../hub/privacy/recipients.ts";
import { assistant } from "../../support/made-recipients.ts";
import { memoryChains } from "../../support/memory-chain.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { proves } from "../../support/proves.ts";
import { House } from "./house.ts";

type Recipient = Shape<"Recipient">;
type Preview = Shape<"RecipientPreview">;
type Line = Shape<"Disclosure">;
type Report = Shape<"DisclosureReport">;

/** A house beside which there is an assistant abroad. */
const houseWithAssistant = () => {
  const bare = new House();
  const egress = egressOf(
    {
      clock: bare.clock,
      network: bare.network,
      store: new MemoryGuardedStore(),
      chain: memoryChains()("ledger"),
      recipients: { ...reached, assistant },
    },
    { homeAssistant: false, base: "lampkeeper" },
  );
  egress.start();
  const privacy = { ...bare.privacy, sharing: egress.sharing, disclosures: egress.ledger };
  return { house: new House({ services: { privacy } }), egress };
};

let house: House;
let egress: ReturnType<typeof egressOf>;
beforeEach(() => {
  ({ house, egress } = houseWithAssistant());
});

const preview = (recipient = "assistant") =>
  house.ask<Preview>("POST", "/privacy/recipients/preview", { body: { recipient } });
const share = (hash: string, status = 200) =>
  house.ask<Recipient & { code?: string }>("PUT", "/privacy/recipients/sharing", {
    body: { recipient: "assistant", preview: hash },
    status,
  });

test(`every recipient is listed with country and safeguard, and all of them are off ${proves("U38", "A15", "H39", "GDPR:13(1)(f)")}`, async () => {
  const { data } = await house.ask<{ data: Recipient[] }>("GET", "/privacy/recipients");
  expect(data.map(({ id, on, country, safeguard }) => [id, on, country, safeguard])).toEqual([
    ["owner-broker", false, "home", "owner-keeps-it"],
    ["home-assistant", false, "home", "owner-keeps-it"],
    ["assistant", false, "US", "standard-clauses"],
  ]);
});

test("the list offers no switch that does nothing: who ships in it is reached by the guard, and a service is let in as a connection", async () => {
  const { data } = await new House().ask<{ data: Recipient[] }>("GET", "/privacy/recipients");
  expect(data.map(({ id }) => id)).toEqual(Object.keys(reached));
  const others = Object.keys(recipients).filter((id) => !Object.hasOwn(reached, id));
  for (const recipient of [...others, "mail"]) {
    await new House().ask("POST", "/privacy/recipients/preview", { body: { recipient }, status: 404 });
    const body = { recipient, preview: "0".repeat(64) };
    await new House().ask("PUT", "/privacy/recipients/sharing", { body, status: 404 });
  }
});

test(`nothing is switched on unseen: it takes the hash of what was shown, and the ledger says so ${proves("H33", "A52")}`, async () => {
  expect((await share("0".repeat(64), 409)).code).toBe("conflict");
  const shown = await preview();
  expect(shown).toMatchObject({
    purpose: "assistant",
    fields: ["lamp.name", "lamp.on"],
    country: "US",
    hosts: ["tls://assistant.example:443"],
  });
  expect(await share(shown.hash)).toMatchObject({ id: "assistant", on: true, atStart: false });
  const { data } = await house.ask<{ data: Line[] }>("GET", "/privacy/disclosures");
  expect(data.map(({ act, recipient, detail }) => [act, recipient, detail])).toEqual([
    ["switched-on", "assistant", shown.hash],
  ]);
  const off = await house.ask<Recipient>("POST", "/privacy/recipients/stop", {
    body: { recipient: "assistant" },
  });
  expect(off.on).toBe(false);
  expect(house.broken).toEqual([]);
});

test("what only the start switches on is not switched on here", async () => {
  const { hash } = await house.ask<Preview>("POST", "/privacy/recipients/preview", {
    body: { recipient: "owner-broker", hosts: ["tls://broker.example:8883"] },
  });
  const body = { recipient: "owner-broker", preview: hash, hosts: ["tls://broker.example:8883"] };
  const answer = await house.ask<{ code: string; detail: string }>("PUT", "/privacy/recipients/sharing", {
    body,
    status: 409,
  });
  expect(answer).toMatchObject({ code: "conflict" });
});

test.each([
  ["nobody", { recipient: "a broker of data" }, 404],
  ["no recipient", {}, 400],
  ["a host in clear", { recipient: "owner-broker", hosts: ["tcp://10.0.0.7:1883"] }, 403],
  ["a host that is none", { recipient: "owner-broker", hosts: ["nowhere"] }, 403],
  ["a host where none can be chosen", { recipient: "assistant", hosts: ["tls://other.example:443"] }, 400],
  ["a field that is none", { recipient: "assistant", everything: true }, 400],
])("a preview of %s is refused", async (_what, body, status) => {
  await house.ask("POST", "/privacy/recipients/preview", { body, status });
  expect(egress.ledger.lines()).toEqual([]);
});

test(`the report of a year counts what left and who asked, and says where the kernel cannot tell ${proves("A10", "H64", "U21", "A33")}`, async () => {
  await share((await preview()).hash);
  for (let each = 0; each < 3; each++)
    egress.ledger.record({ recipient: "assistant", purpose: "assistant", fields: ["lamp.on"], bytes: 10 });
  const line = await house.ask<Line>("POST", "/privacy/legal-requests", {
    body: { reference: "district court, 3 C 17", gave: [] },
    status: 201,
  });
  expect(line).toMatchObject({ act: "legal-request", recipient: "authority", fields: [], bytes: 0 });
  const year = new Date(house.clock.now()).getUTCFullYear();
  const report = await house.ask<Report>("GET", `/privacy/disclosures/report?year=${year}`);
  expect(report).toMatchObject({
    recipients: [{ recipient: "assistant", messages: 3, bytes: 30, fields: ["lamp.on"], broken: 0 }],
    legalRequests: 1,
    answeredRequests: 0,
    kernel: { verifiable: false, counted: 30 },
  });
  const before = await house.ask<Report>("GET", `/privacy/disclosures/report?year=${year - 1}`);
  expect(before).toMatchObject({ recipients: [], legalRequests: 0 });
  await house.ask("GET", "/privacy/disclosures/report?year=soon", { status: 400 });
  expect(house.broken).toEqual([]);
});

test("a request about somebody who does not live here is refused, and nothing is written", async () => {
  await house.ask("POST", "/privacy/legal-requests", {
    body: { reference: "police", gave: [], people: ["p-zzzzzzzzzzzz"] },
    status: 400,
  });
  expect(egress.ledger.lines()).toEqual([]);
});
