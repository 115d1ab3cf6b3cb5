import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { me } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Grant = Shape<"Grant">;

const grants = signal<readonly Grant[]>([]);
const signIns = signal<readonly Shape<"SignIn">[]>([]);

const load = async (): Promise<void> => {
  grants.value = (await hub.call("listGrants")).data;
  if (me.value?.caller.person !== undefined) signIns.value = (await hub.call("listSignIns")).data;
};

const kinds: Readonly<Record<Grant["kind"], string>> = {
  person: "",
  token: "a program",
  pass: "a code for guests",
  program: "a program that may ask",
};

const ways: Readonly<Record<Shape<"SignIn">["by"], string>> = {
  browser: "a browser",
  "shared-browser": "a browser that others use too",
  token: "a program",
  invitation: "an invitation",
};

const grantWords = ({ kind, role, signedIn, scopes }: Grant): string =>
  [
    kinds[kind],
    role,
    scopes.length === 0 ? "may do nothing now" : "",
    signedIn > 0 ? `signed in ${signedIn === 1 ? "once" : `${signedIn} times`}` : "",
  ]
    .filter(Boolean)
    .join(", ");

const seen = async (): Promise<void> => {
  await hub.call("seeSignIns");
  await load();
};

const SignIns = () => {
  const news = signIns.value.filter((each) => !each.seen).slice(0, 5);
  if (news.length === 0) return null;
  return (
    <>
      <h3>Somebody signed in under your name</h3>
      <ul class="rows">
        {news.map(({ at, by }) => (
          <li class="row" key={at}>
            <span class="row__name">
              <strong>With {ways[by]}</strong>
              <span class="quiet">{new Date(at).toLocaleString()}</span>
            </span>
          </li>
        ))}
      </ul>
      <button type="button" class="button" onClick={() => void seen()}>
        That was me
      </button>
    </>
  );
};

const Members = () => {
  useEffect(() => void load(), []);
  return (
    <section class="card" aria-label="Who may do something here">
      <h2>Who may do something here</h2>
      <p class="quiet">Everybody and everything. There is nobody who is not in this list.</p>
      <ul class="rows">
        {grants.value.map((grant) => (
          <li class="row" key={grant.id}>
            <span class="row__name">
              <strong>{grant.name === "" ? "Whoever has the code" : grant.name}</strong>
              <span class="quiet">{grantWords(grant)}</span>
            </span>
          </li>
        ))}
      </ul>
      <SignIns />
    </section>
  );
};

export const membersPanel: Panel = {
  key: "members",
  weight: 5,
  isFor: () => me.value?.caller.scopes.includes("people:read") ?? false,
  Content: Members,
};
