import { compareVersions } from "../../hub/domain/firmware.ts";
import { disclosurePolicy } from "../../hub/privacy/documents/support.ts";
import type { Component } from "./sbom.ts";

/** A weakness of a component, in the words of OSV (ossf.github.io/osv-schema), and what this house says to it. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly affected: readonly {
    readonly package: { readonly ecosystem: "npm"; readonly name: string };
    readonly ranges: readonly {
      readonly type: "SEMVER";
      readonly events: readonly { readonly introduced?: string; readonly fixed?: string }[];
    }[];
  }[];
  /** When this house came to know of it, ISO date. */
  readonly noticed: string;
  /** Why it cannot be used against a hub, where it is there. */
  readonly notExploitable?: { readonly on: string; readonly why: string };
}

/** A weakness of the hub itself, that somebody reported. */
export interface Report {
  readonly id: string;
  readonly received: string;
  readonly acknowledged?: string;
  /** Each time that whoever reported it heard how it stands. */
  readonly told: readonly string[];
  readonly fixed?: { readonly on: string; readonly version: string };
}

export interface Register {
  /** When advisories were looked through last, and of which components. */
  readonly looked: { readonly on: string; readonly where: string; readonly components: readonly string[] };
  readonly advisories: readonly Advisory[];
  readonly reports: readonly Report[];
}

/** Something in the register that waits for an answer. `overdue`: longer than the policy promises. */
export interface Finding {
  readonly id: string;
  readonly what: string;
  readonly due: string;
  readonly overdue: boolean;
}

const dayMs = 86_400_000;
const dayAfter = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

/** Whether a version lies in one of the ranges. Events stand in ascending order, as OSV has it. */
export const isAffected = (
  { affected }: Pick<Advisory, "affected">,
  name: string,
  version: string,
): boolean =>
  affected
    .filter((each) => each.package.name === name)
    .flatMap(({ ranges }) => ranges)
    .some(({ events }) =>
      events.reduce((isIn, { introduced, fixed }) => {
        if (introduced !== undefined && (introduced === "0" || compareVersions(version, introduced) >= 0))
          return true;
        return fixed !== undefined && compareVersions(version, fixed) >= 0 ? false : isIn;
      }, false),
    );

const finding = (id: string, what: string, due: string, today: string): Finding => ({
  id,
  what,
  due,
  overdue: today > due,
});

/** Components that have a known weakness which nobody has shown to be harmless here. @param today ISO date */
export const exploitable = (
  parts: readonly Pick<Component, "name" | "version">[],
  { advisories }: Register,
  today: string,
): readonly Finding[] =>
  advisories
    .filter(({ notExploitable }) => notExploitable === undefined)
    .flatMap((advisory) =>
      parts
        .filter(({ name, version }) => isAffected(advisory, name, version))
        .map(({ name, version }) =>
          finding(
            advisory.id,
            `${name} ${version}: ${advisory.summary}`,
            dayAfter(advisory.noticed, disclosurePolicy.fixedWithinDays),
            today,
          ),
        ),
    );

/** Reports that wait for an acknowledgement, for news or for the mending, each by its next day. @param today ISO date */
export const waiting = ({ reports }: Register, today: string): readonly Finding[] =>
  reports.flatMap(({ id, received, acknowledged, told, fixed }) => {
    const { acknowledgedWithinDays, statusEveryDays, fixedWithinDays } = disclosurePolicy;
    const mended = finding(id, "is to be mended", dayAfter(received, fixedWithinDays), fixed?.on ?? today);
    if (fixed !== undefined) return mended.overdue ? [{ ...mended, what: "was mended late" }] : [];
    if (acknowledged === undefined)
      return [
        finding(id, "is to be acknowledged", dayAfter(received, acknowledgedWithinDays), today),
        mended,
      ];
    const last = [acknowledged, ...told].sort().at(-1) ?? acknowledged;
    return [finding(id, "whoever reported it is owed news", dayAfter(last, statusEveryDays), today), mended];
  });

/** What OSV says of a package of npm, as an entry of the register; what is not about npm is left out. @param noticed ISO date */
export const advisoryOf = (osv: Omit<Advisory, "noticed" | "notExploitable">, noticed: string): Advisory => ({
  id: osv.id,
  aliases: osv.aliases ?? [],
  summary: osv.summary,
  affected: osv.affected
    .filter(({ package: { ecosystem } }) => ecosystem === "npm")
    .map(({ package: { ecosystem, name }, ranges }) => ({
      package: { ecosystem, name },
      ranges: ranges.filter(({ type }) => type === "SEMVER").map(({ type, events }) => ({ type, events })),
    })),
  noticed,
});
