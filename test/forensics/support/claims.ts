import { CanarySearch } from "../../../app-sim/verify/canary-search.ts";
import { checkWipe } from "../../../app-sim/verify/wipe-check.ts";
import type { YearEvidence } from "./year-evidence.ts";

/** What speaks against a claim; nothing: it holds. */
type Claim = (evidence: YearEvidence) => readonly string[];

/** Canaries, and the credentials that nobody chose. */
const wordsOf = ({ canaries, secrets }: YearEvidence): readonly string[] => [
  ...canaries.map(({ text }) => text),
  ...secrets,
];

const kindOf = ({ canaries }: YearEvidence, number: number): string => canaries[number]?.kind ?? "credential";

const inBytes =
  (bytesOf: (evidence: YearEvidence) => Iterable<Uint8Array>): Claim =>
  (evidence) => {
    const hits = [...new CanarySearch(wordsOf(evidence)).inPieces(bytesOf(evidence))];
    return [
      ...new Set(hits.map(({ canary, encoding }) => `${kindOf(evidence, canary)} ${canary} in ${encoding}`)),
    ];
  };

/** Each file's writes one after the other, so that what was written in two parts is one again. */
const byFile = ({ watch }: YearEvidence): Iterable<Uint8Array> => {
  const files = new Map<string, Uint8Array[]>();
  for (const { path, bytes } of watch.written) {
    const pieces = files.get(path);
    if (pieces === undefined) files.set(path, [bytes]);
    else pieces.push(bytes);
  }
  return [...files.values()].flat();
};

/** Keys and addresses are kept as text; as bytes they would be as readable. */
const rawBytes: Claim = (evidence) => {
  const binary = evidence.canaries.flatMap(({ kind, bytes }, number) =>
    kind === "phone key" ? [{ number, bytes }] : [],
  );
  const found = new Set<number>();
  for (const written of evidence.watch.written)
    for (const { number, bytes } of binary) if (written.bytes.includes(bytes)) found.add(number);
  return [...found].map((number) => `${kindOf(evidence, number)} ${number} as bytes`);
};

/** What a device calls itself is where it is spoken to; that is declared (hub/privacy/outlets.ts). */
const inTopics: Claim = (evidence) => {
  const hits = new CanarySearch(wordsOf(evidence)).in(Buffer.from(evidence.topics.join("\n")));
  const numbers = new Set(hits.map(({ canary }) => canary));
  return [...numbers]
    .map((number) => `${kindOf(evidence, number)} ${number}`)
    .filter((found) => !/ address/.test(found));
};

/** What a year in a home is held against. */
export const claims = {
  "nothing readable is written": (evidence) => [
    ...inBytes(byFile)(evidence),
    ...rawBytes(evidence),
    ...checkWipe([evidence.folder], wordsOf(evidence)).leftovers.map(
      ({ canary }) => `${kindOf(evidence, canary)} on the disk`,
    ),
  ],
  "nothing readable is in a name": inBytes(({ watch }) => [...watch.names].map((name) => Buffer.from(name))),
  "nothing readable is logged": inBytes(({ log }) => [log]),
  "nothing readable is in a topic": inTopics,
  "nothing of the Wi-Fi is in an answer": ({ answered }) => answered,
  "nothing is kept outside the data folder": ({ watch }) => [...watch.outside],
  "nothing is written unseen": ({ watch, unread }) => [
    ...watch.unseen,
    ...(unread === 0 ? [] : [`${unread} lines of the trace`]),
  ],
} as const satisfies Readonly<Record<string, Claim>>;

export type ClaimName = keyof typeof claims;

/** The claims that do not hold. */
export const fallen = (evidence: YearEvidence): readonly ClaimName[] =>
  (Object.keys(claims) as ClaimName[]).filter((name) => claims[name](evidence).length > 0);
