/** How many promises of each of five vendors' privacy notices this house keeps; test/conformance/requirements.ts has them. */
export const requirementCounts = { H: 64, A: 58, U: 48, Z: 32, D: 26 } as const;

/** One promise, such as `H12`. */
export type RequirementId = `${keyof typeof requirementCounts}${number}`;

export const requirementIds: readonly RequirementId[] = (
  Object.entries(requirementCounts) as [keyof typeof requirementCounts, number][]
).flatMap(([source, count]) =>
  Array.from({ length: count }, (_, index) => `${source}${index + 1}` as RequirementId),
);

export const isRequirement = (id: string): id is RequirementId =>
  (requirementIds as readonly string[]).includes(id);
