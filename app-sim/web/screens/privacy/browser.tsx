import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { SwitchRow } from "../../parts/switch-row.tsx";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy, me } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Page = Shape<"BrowserPage">;
type StorageClass = keyof Page["storage"];

const page = signal<Page | undefined>(undefined);

const load = async (): Promise<void> => {
  page.value = await hub.call("readBrowser");
};

const limit = async (route: "limitOwnUse" | "limitHomeUse", limited: boolean): Promise<void> => {
  await hub.call(route, { body: { limited } });
  await load();
};

const signalWords = { gpc: "Global Privacy Control", dnt: "Do Not Track" } as const;

const heard = ({ browser, account }: Page): string => {
  if (browser === null) return "This browser asks for nothing in particular.";
  const where = account === null ? "for this browser" : "for this browser and your account";
  return `This browser sends ${signalWords[browser]}: sharing and evaluation are off ${where}.`;
};

const classes: Readonly<Record<StorageClass, string>> = {
  necessary: "Operationally necessary",
  performance: "Performance",
  functionality: "Functionality",
  advertising: "Advertising",
};

const Kept = ({ name, items }: { name: string; items: Page["storage"]["necessary"] }) => (
  <li class="row" data-storage={name}>
    <span class="row__name">
      <strong>{name}</strong>
      {items.length === 0 && <span class="quiet">Nothing.</span>}
      {items.map((item) => (
        <span key={item.name} class="quiet" data-kept={`${item.kind} ${item.name}`}>
          {`${item.kind} ${item.name}: ${item.whatFor}. Until ${item.until}.`}
        </span>
      ))}
    </span>
  </li>
);

const Browser = () => {
  useEffect(() => void load(), []);
  const shown = page.value;
  if (shown === undefined) return <section class="card" aria-label="This browser" />;
  return (
    <section class="card" aria-label="This browser">
      <h2>This browser</h2>
      <p>{heard(shown)}</p>
      <p class="quiet">
        {shown.keptIn === "account"
          ? "What you choose here is kept with your account, for every browser you sign in with."
          : "What you choose here is kept until this browser signs out."}
      </p>
      <ul class="rows">
        {me.value?.caller.person !== undefined && (
          <SwitchRow
            name="Limit the use of my data"
            words="To what the hub is for, whatever you have agreed to."
            isOn={shown.accountLimited}
            onSwitch={() => void limit("limitOwnUse", !shown.accountLimited)}
          />
        )}
        {mayKeepPrivacy.value && (
          <SwitchRow
            name="Limit the use of everybody's data"
            words="One switch for every person, browser and device: nothing is shared, evaluated or mailed."
            isOn={shown.homeLimited}
            onSwitch={() => void limit("limitHomeUse", !shown.homeLimited)}
          />
        )}
      </ul>
      <h3>What this browser keeps</h3>
      <ul class="rows">
        {(Object.keys(classes) as StorageClass[]).map((key) => (
          <Kept key={key} name={classes[key]} items={shown.storage[key]} />
        ))}
      </ul>
      <p class="quiet">There is nothing to opt out of: nobody counts, follows or evaluates visits.</p>
    </section>
  );
};

export const browserPanel: Panel = {
  key: "browser",
  weight: 6,
  isFor: () => me.value !== undefined,
  Content: Browser,
};
