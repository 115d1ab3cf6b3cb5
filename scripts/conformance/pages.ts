import { standards } from "../../test/conformance/provisions.ts";
import { notices } from "../../test/conformance/requirements.ts";
import type { ProvisionVerdict, RequirementVerdict, Statement } from "./statement.ts";
import type { Result, Verdict } from "./verdict.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const words: Readonly<Record<Result, string>> = {
  proven: "proven",
  failed: "failed",
  unproven: "not proven",
  "not-applicable": "not applicable",
};

const testList = ({ tests, because }: Verdict): string => {
  if (because !== undefined) return `<p class="quiet">Looked at: ${escaped(because)}.</p>`;
  const items = tests.map(
    ({ file, title, outcome }) =>
      `<li class="${outcome}"><code>${escaped(file)}</code> ${escaped(title)} <em>${outcome}</em></li>`,
  );
  return items.length === 0 ? "" : `<ul>${items.join("")}</ul>`;
};

const article = (verdict: Verdict, body: string): string =>
  `<article id="${verdict.id}" class="${verdict.result}"><h3>${verdict.id} <em>${words[verdict.result]}</em></h3>${body}${testList(verdict)}</article>`;

const requirementArticle = (verdict: RequirementVerdict): string =>
  article(verdict, `<blockquote>${escaped(verdict.quote)}</blockquote><p>${escaped(verdict.promise)}</p>`);

const provisionArticle = (verdict: ProvisionVerdict): string =>
  article(verdict, `<p>${escaped(verdict.says)}${verdict.status ? ` (${verdict.status})` : ""}</p>`);

const countIn = (verdicts: readonly Verdict[]): string => {
  const proven = verdicts.filter(({ result }) => result === "proven").length;
  const none = verdicts.filter(({ result }) => result === "not-applicable").length;
  return `${proven} of ${verdicts.length} proven${none === 0 ? "" : `, ${none} not applicable`}`;
};

const section = (title: string, verdicts: readonly Verdict[], articles: readonly string[]): string =>
  `<section><h2>${escaped(title)}</h2><p>${countIn(verdicts)}</p>${articles.join("")}</section>`;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { margin: 1rem 0; padding: .5rem 1rem; border-left: .3rem solid #888; }
article.proven { border-color: #2a7d46; } article.failed { border-color: #b3261e; }
article.unproven { border-color: #c77700; }
h3 em { font-weight: 400; opacity: .7; } blockquote { margin: .25rem 0; opacity: .75; } blockquote::before { content: "“"; } blockquote::after { content: "”"; }
li.failed { color: #b3261e; } code { overflow-wrap: anywhere; }
`;

/** One page that stands alone: every requirement and provision, and the tests that prove it. */
export const conformancePage = (statement: Statement): string => {
  const { requirements, provisions, version, date } = statement;
  const bySource = Object.entries(notices).map(([letter, name]) => {
    const own = requirements.filter(({ id }) => id.startsWith(letter));
    return section(`What ${name} says`, own, own.map(requirementArticle));
  });
  const byStandard = Object.entries(standards).map(([prefix, name]) => {
    const own = provisions.filter(({ id }) =>
      prefix === "M" ? /^M\d/.test(id) : id.startsWith(`${prefix}:`),
    );
    return section(name, own, own.map(provisionArticle));
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Lampkeeper: what is promised, and what proves it</title><style>${style}</style>
<h1>What is promised, and what proves it</h1>
<p>Version ${escaped(version)}, run on ${escaped(date)}. Every result here comes from tests of that run: “proven” takes one that passed and none that failed.</p>
<p>${countIn(requirements)} of five vendors' notices; ${countIn(provisions)} of standards and guarantees.</p>
${[...bySource, ...byStandard].join("\n")}
</html>
`;
};
