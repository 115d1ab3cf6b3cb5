import { expect, test } from "vitest";
import { InvalidInput } from "../../../../hub/domain/errors.ts";
import type { Purpose } from "../../../../hub/domain/purpose.ts";
import { MemoryLog } from "../../../../hub/platform/sim/memory-log.ts";
import { AuditedLog } from "../../../../hub/privacy/audited-log.ts";
import { canariesOf } from "../../../../hub/privacy/documents/canaries.ts";
import { ccpaTable } from "../../../../hub/privacy/documents/ccpa.ts";
import { dpvDocument } from "../../../../hub/privacy/documents/dpv.ts";
import { impactAssessment } from "../../../../hub/privacy/documents/impact-assessment.ts";
import { mapHash, type PrivacyMap } from "../../../../hub/privacy/documents/privacy-map.ts";
import { recordOfProcessing } from "../../../../hub/privacy/documents/record-of-processing.ts";
import {
  gpcSupport,
  securityText,
  supportStatement,
  usageDescription,
} from "../../../../hub/privacy/documents/support.ts";
import { threats } from "../../../../hub/privacy/threats.ts";
import { thisMap } from "../../../support/privacy-map.ts";
import { proves } from "../../../support/proves.ts";

const hash = mapHash(thisMap);
const without = (...ids: readonly string[]): PrivacyMap => ({
  ...thisMap,
  items: thisMap.items.filter((item) => !ids.includes(item.id)),
});

test(`the record of processing has purpose, categories, recipients, retention and security for each activity ${proves("A20", "GDPR:30")}`, () => {
  const record = recordOfProcessing(thisMap);
  expect(record.mapHash).toBe(hash);
  for (const activity of record.activities) {
    for (const column of [
      "categories",
      "recipients",
      "retention",
      "security",
      "legalBasis",
      "subjects",
    ] as const)
      expect(activity[column].length, `${activity.purpose}.${column}`).toBeGreaterThan(0);
    expect(activity.name).not.toBe("");
  }
  // Each purpose that something is bound to, and no other, is an activity.
  const bound = new Set<Purpose>([
    ...thisMap.items.flatMap(({ purposes }) => purposes),
    ...thisMap.recipients.map(({ purpose }) => purpose),
  ]);
  expect(record.activities.map(({ purpose }) => purpose).sort()).toEqual([...bound].sort());
});

test(`an item that goes takes its line out of the record, and the hash with it ${proves("A20")}`, () => {
  const other = recordOfProcessing(without("data.wifi"));
  expect(other.mapHash).not.toBe(hash);
  expect(other.activities.some(({ purpose }) => purpose === "provisioning")).toBe(false);
});

test(`the CCPA table has eleven rows; location is collected here and disclosed to nobody ${proves("Z27", "A42")}`, () => {
  const { rows } = ccpaTable(thisMap, []);
  expect(rows).toHaveLength(11);
  expect(new Set(rows.map(({ row }) => row)).size).toBe(11);
  expect(rows.find(({ row }) => row === "geolocation")).toMatchObject({ collected: "Yes", disclosed: "No" });
  for (const row of ["biometric", "employment", "education"])
    expect(rows.find((each) => each.row === row)).toMatchObject({ collected: "No", disclosed: "No" });
  // An account of somebody under age needs a guardian, and a service of others is obtained: each by these items alone.
  const few = {
    "protected-characteristics": ["data.people.age"],
    commercial: ["data.connections.connector", "data.service-notices.connector"],
  };
  for (const [row, items] of Object.entries(few)) {
    expect(thisMap.items.filter(({ ccpa }) => ccpa === row).map(({ id }) => id)).toEqual(items);
    expect(rows.find((each) => each.row === row)).toMatchObject({ collected: "Yes", disclosed: "No" });
  }
  for (const row of rows) expect([row.sold, row.shared]).toEqual(["No", "No"]);
});

test(`a row flips when the map's last item of it goes, and when somebody is told of it ${proves("Z27")}`, () => {
  const at = (map: PrivacyMap, told: readonly string[], wanted: string) =>
    ccpaTable(map, told).rows.find(({ row }) => row === wanted);
  expect(at(thisMap, [], "inferences")?.collected).toBe("Yes");
  expect(at(without("data.evenings.shares"), [], "inferences")?.collected).toBe("Yes");
  expect(at(without("data.evenings.shares", "data.tastes.room"), [], "inferences")?.collected).toBe("No");
  expect(at(thisMap, [], "network-activity")?.disclosed).toBe("No");
  expect(at(thisMap, ["relay"], "network-activity")).toMatchObject({
    disclosed: "Yes",
    disclosedTo: ["Relay for a view from afar"],
  });
  // The owner's own broker stands in their own network: nobody else is told.
  expect(at(thisMap, ["owner-broker"], "network-activity")?.disclosed).toBe("No");
});

test(`the right to know is answered in six parts, and third parties by their names ${proves("A44")}`, () => {
  const { rightToKnow } = ccpaTable(thisMap, ["assistant", "relay"]);
  expect(Object.keys(rightToKnow)).toHaveLength(6);
  for (const part of Object.values(rightToKnow)) expect(part.length).toBeGreaterThan(0);
  expect(rightToKnow.thirdParties.map(({ name }) => name)).toEqual([
    "Voice assistant",
    "Relay for a view from afar",
  ]);
  expect(rightToKnow.soldOrShared).toMatch(/none/);
  expect(ccpaTable(thisMap, []).rightToKnow.thirdParties).toEqual([]);
});

test(`the impact assessment has the four parts of the law, from the map and the threats ${proves("U45", "GDPR:35")}`, () => {
  const assessment = impactAssessment(thisMap);
  expect(assessment.mapHash).toBe(hash);
  expect(assessment.description.length).toBeGreaterThan(5);
  expect(assessment.necessity.map(({ item }) => item)).toEqual(thisMap.items.map(({ id }) => id));
  expect(assessment.risks).toHaveLength(threats.length);
  for (const risk of assessment.risks) {
    expect(risk.data.length, risk.id).toBeGreaterThan(0);
    expect(risk.measures.length, risk.id).toBeGreaterThan(0);
    expect(risk.remains, risk.id).not.toBe("");
  }
  expect(assessment.measures.length).toBeGreaterThan(10);
});

test(`an impact assessment of yesterday's map is another than today's ${proves("U45")}`, () => {
  expect(impactAssessment(without("data.wifi"))).not.toEqual(impactAssessment(thisMap));
  const neighbour = impactAssessment(without("data.wifi")).risks.find(({ id }) => id === "radio-neighbour");
  expect(neighbour?.data).not.toContain("The home's Wi-Fi");
});

interface Node {
  readonly "@id": string;
}

/** What linked data says of an item, read back by nothing but the vocabulary. */
const readBack = (process: Record<string, unknown>) => {
  const ids = (name: string) => (process[name] as readonly Node[]).map((node) => node["@id"]);
  const storage = process["dpv:hasStorageCondition"] as Record<string, unknown>;
  const days = storage["lk:days"];
  const use = storage["lk:while"] as Node | undefined;
  const bases: Record<string, string> = {
    "1-a": "consent",
    "1-b": "contract",
    "1-c": "legal-obligation",
    "1-f": "legitimate-interest",
  };
  const sources: Record<string, string> = {
    "dpv:DataSubjectDataSource": "you",
    "lk:source-device": "device",
    "dpv:ThirdPartyDataSource": "assistant",
    "dpv:DataControllerDataSource": "derived",
  };
  return {
    id: `${process["@id"]}`.slice("lk:".length),
    label: Object.fromEntries(
      (process["dct:title"] as readonly Record<string, string>[]).map((title) => [
        title["@language"],
        title["@value"],
      ]),
    ),
    whatFor: process["dct:description"],
    purposes: ids("dpv:hasPurpose").map((id) => id.slice("lk:purpose-".length)),
    dpv: ids("dpv:hasPersonalData").map((id) => id.slice("pd:".length)),
    legalBasis: bases[(process["dpv:hasLegalBasis"] as Node)["@id"].slice("eu-gdpr:A6-".length)],
    source: sources[(process["dpv:hasDataSource"] as Node)["@id"]],
    subject: (process["dpv:hasDataSubject"] as Node)["@id"].slice("lk:subject-".length),
    need: (process["dpv:hasNecessity"] as Node)["@id"] === "dpv:Required" ? "essential" : "optional",
    recipients: (process["dpv:hasRecipient"] as readonly Record<string, string>[]).map(
      (who) => who["dct:title"],
    ),
    retention: {
      ...(days === undefined ? { kind: storage["lk:retention"] } : { kind: "days", days }),
      ...Object.fromEntries(
        ["end", "endsAsChosen", "afterwards"].flatMap((term) => {
          const value = storage[`lk:${term}`];
          return value === undefined ? [] : [[term, value]];
        }),
      ),
      ...(use === undefined ? {} : { while: use["@id"].slice("lk:purpose-".length) }),
    },
    atEnd: storage["lk:atEnd"],
    key: (process["dpv:hasTechnicalMeasure"] as Record<string, string>)["lk:key"],
    class: process["lk:class"],
    category: process["lk:category"],
    ccpa: process["lk:ccpa"],
    places: process["lk:place"],
  };
};

test(`every item of the map comes back from the linked data as it went in ${proves("A20", "GDPR:30")}`, () => {
  const document = JSON.parse(JSON.stringify(dpvDocument(thisMap)));
  expect(document["dct:identifier"]).toBe(hash);
  const back = (document["@graph"] as readonly Record<string, unknown>[])
    .filter((process) => !`${process["@id"]}`.startsWith("lk:recipient-"))
    .map(readBack);
  const went = thisMap.items.map(
    ({
      examples: _1,
      stopsIfRefused: _2,
      transfer: _3,
      egress: _4,
      isExportable: _5,
      survives: _6,
      canary: _7,
      rows: _8,
      standards: _9,
      ...rest
    }) => rest,
  );
  expect(back).toEqual(went);
  expect(document["@graph"]).toHaveLength(thisMap.items.length + thisMap.recipients.length);
});

test("linked data uses declared prefixes only, and every process has what its shape asks for", () => {
  const document = dpvDocument(thisMap);
  const known = Object.keys(document["@context"]);
  const used = [
    ...JSON.stringify(document["@graph"]).matchAll(/"((?:dpv|pd|eu-gdpr|dct|lk|skos|[a-z]+)):[A-Za-z]/g),
  ];
  expect(
    [...new Set(used.map((match) => match[1]))].filter((prefix) => !known.includes(`${prefix}`)),
  ).toEqual([]);
  for (const process of document["@graph"])
    for (const needed of ["dct:title", "dpv:hasPurpose", "dpv:hasProcessing", "dpv:hasLegalBasis"])
      expect(process).toHaveProperty([needed]);
});

test("each item has a canary that nothing else looks like, and another seed gives others", () => {
  const canaries = canariesOf(thisMap, "one");
  expect(canaries.map(({ item }) => item)).toEqual(thisMap.items.map(({ id }) => id));
  expect(new Set(canaries.map(({ value }) => value)).size).toBe(canaries.length);
  for (const { value } of canaries) expect(value.length).toBeGreaterThan(8);
  const others = new Set(canariesOf(thisMap, "two").map(({ value }) => value));
  expect(canaries.filter(({ value }) => others.has(value))).toEqual([]);
  expect(canariesOf(thisMap, "one")).toEqual(canaries);
});

test(`a value of any class that reaches the log under the name of its field is left out of it, and counted ${proves("U24")}`, () => {
  const inner = new MemoryLog();
  const log = new AuditedLog(inner);
  const canaries = new Map(canariesOf(thisMap, "log").map(({ item, value }) => [item, value]));
  for (const { id, places } of thisMap.items)
    for (const place of places) {
      const field = place.split("/").at(-1) ?? "";
      log.failed(
        "planted",
        new InvalidInput("planted", { [field]: canaries.get(id) ?? "", code: "planted" }),
      );
    }
  expect(inner.lines.length).toBeGreaterThan(80);
  const said = JSON.stringify(inner.lines);
  expect([...canaries.values()].filter((value) => said.includes(value))).toEqual([]);
  expect(log.refused).toBeGreaterThan(80);
});

const product = { model: "lampkeeper-hub", version: "1.2.3" };

test(`the support statement has a period, a contact with times, and no factory password ${proves("EN303645:5.2-1", "EN303645:5.3-13", "PSTI:2", "PSTI:3", "IR8425:InformationReception")}`, () => {
  const statement = supportStatement(thisMap, product);
  expect(statement.product).toMatchObject(product);
  expect(Date.parse(statement.supportPeriod.until)).toBeGreaterThan(Date.parse("2031-01-01"));
  expect(statement.passwords.factoryDefault).toBe("none");
  const policy = statement.vulnerabilityDisclosure;
  expect(policy.contact).toMatch(/^(mailto|https):/);
  expect(policy).toMatchObject({ isFree: true, asksFor: [], languages: expect.arrayContaining(["en"]) });
  for (const days of [policy.acknowledgedWithinDays, policy.statusEveryDays])
    expect(days).toBeLessThanOrEqual(30);
});

test(`security.txt reads as RFC 9116 asks: one contact, one date to come ${proves("EN303645:5.2-1", "PSTI:2")}`, () => {
  const fields = securityText()
    .trimEnd()
    .split("\n")
    .map((line) => /^([A-Za-z-]+): (.+)$/.exec(line)?.slice(1));
  expect(fields.every((field) => field !== undefined)).toBe(true);
  const named = new Map(fields.map((field) => [field?.[0], field?.[1]]));
  expect(named.get("Contact")).toMatch(/^(mailto|https):/);
  expect(Number.isNaN(Date.parse(`${named.get("Expires")}`))).toBe(false);
});

test("the usage description lets the device speak inside its own network alone", () => {
  const description = usageDescription(thisMap, product, "2026-11-27");
  const { acl } = description["ietf-access-control-list:acls"];
  for (const { aces } of acl)
    for (const { matches } of aces.ace)
      expect(matches).toEqual({ "ietf-mud:mud": { "local-networks": [null] } });
  // It says so because the map has no host.
  expect(thisMap.hosts).toEqual([]);
});

test("gpc.json has its two members and no other", () => {
  expect(gpcSupport("2026-11-27")).toEqual({ gpc: true, lastUpdate: "2026-11-27" });
});
