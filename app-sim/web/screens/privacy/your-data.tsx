import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Input } from "../../parts/rule-fields.tsx";
import { me, myName } from "../../store/me.ts";
import {
  change,
  collected,
  downloadData,
  downloadReport,
  eraseMyself,
  learnCollected,
  learnData,
  liftRestriction,
  ownData,
  ownRights,
  showWhoIAm,
  unlinkPhone,
  waiting,
} from "../../store/own-data.ts";
import type { Panel } from "./panel.ts";
import { type RightOfPeople, rightsOfPeople } from "./rights-of-people.ts";

const day = (instant: string): string => instant.slice(0, 10);

/** What cannot be undone, and what needs an answer, opens a form below its row. */
const open: readonly RightOfPeople["right"][] = ["correct", "object", "erase"];

const does: Readonly<Record<RightOfPeople["right"], () => Promise<void>>> = {
  know: learnCollected,
  copy: learnData,
  move: downloadData,
  correct: () => Promise.resolve(),
  object: () => Promise.resolve(),
  erase: () => Promise.resolve(),
  restrict: () => (ownRights.value?.restricted ? liftRestriction() : change("restrictOwnData")),
};

const Collected = () => (
  <ul class="rows" aria-label="What was collected">
    {collected.value?.collected.map(({ category, source, purpose, records }) => (
      <li key={`${category} ${purpose}`} class="row">
        <span class="row__name">
          <strong>{`${category.split(".").slice(1).join(", ").replaceAll("_", " ")}: ${records}`}</strong>
          <span class="quiet">{`${purpose}; ${source}`}</span>
        </span>
      </li>
    ))}
    <li class="row">
      <span class="row__name">
        <strong>{`Given to: ${collected.value?.disclosed.map(({ recipient }) => recipient).join(", ") || "nobody"}`}</strong>
        <span class="quiet">Sold: nothing, to nobody</span>
      </span>
    </li>
  </ul>
);

const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : `${value}`);

const Held = () => (
  <>
    <ul class="rows" aria-label="What is held of you">
      {ownData.value?.sections.flatMap(({ collection, records }) =>
        records.map(({ key, value }) => (
          <li key={`${collection} ${key}`} class="row" data-held={collection}>
            <span class="row__name">
              <strong>{collection.replaceAll("-", " ")}</strong>
              <span class="quiet">
                {Object.entries(value)
                  .map(([field, each]) => `${field}: ${shown(each)}`)
                  .join(", ")}
              </span>
            </span>
            {collection === "phones" && (
              <button type="button" class="button" onClick={() => void unlinkPhone(`${value["id"]}`)}>
                Not mine
              </button>
            )}
          </li>
        )),
      )}
    </ul>
    <button type="button" class="button" onClick={() => void downloadReport()}>
      Keep it as text
    </button>
  </>
);

const Correct = () => {
  const name = useSignal(myName.value);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void change("correctOwnData", { body: { name: name.value } });
      }}
    >
      <Input
        label="Your name"
        type="text"
        required
        maxLength={64}
        value={name.value}
        onInput={(event) => {
          name.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button button--primary">
        Save
      </button>
    </form>
  );
};

const uses: Readonly<Record<string, string>> = {
  security: "Keeping a record of what I change, for security",
  newsletter: "Letters about new things",
};

const Objections = () => (
  <fieldset class="form">
    {ownRights.value?.objectionable.map((purpose) => (
      <label key={purpose}>
        <input
          type="checkbox"
          checked={ownRights.value?.objections.includes(purpose)}
          onChange={(event) =>
            void change("setOwnObjection", {
              body: { purpose: purpose as "security" | "newsletter", objects: event.currentTarget.checked },
            })
          }
        />
        {` I object: ${uses[purpose] ?? purpose}`}
      </label>
    ))}
  </fieldset>
);

const Erase = () => (
  <div class="form">
    <p class="quiet">
      Your name, phones, rules about you and your account are gone at once. It cannot be undone.
    </p>
    <button type="button" class="button" onClick={() => void eraseMyself()}>
      Erase me for good
    </button>
  </div>
);

const forms = { correct: Correct, object: Objections, erase: Erase } as const;
const hasForm = (right: RightOfPeople["right"]): right is keyof typeof forms => open.includes(right);

const Right = ({ right, label, says }: RightOfPeople) => {
  const isOpen = useSignal(false);
  const restricted = right === "restrict" && ownRights.value?.restricted;
  const Form = hasForm(right) ? forms[right] : undefined;
  return (
    <li class="row" data-right={right}>
      <span class="row__name">
        <span class="quiet">{restricted ? `Only kept since ${day(restricted)}` : says}</span>
        {isOpen.value && Form !== undefined && <Form />}
      </span>
      <button
        type="button"
        class="button"
        aria-expanded={Form === undefined ? undefined : isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
          void does[right]();
        }}
      >
        {restricted ? "Use it again" : label}
      </button>
    </li>
  );
};

/** Before what is asked for: somebody may have left this browser open. */
const ShowWhoYouAre = () => {
  const [password, code] = [useSignal(""), useSignal("")];
  return (
    <form
      class="form"
      aria-label="Show once more who you are"
      onSubmit={(event) => {
        event.preventDefault();
        void showWhoIAm(password.value, code.value);
      }}
    >
      <Input
        label="Your password, once more"
        type="password"
        value={password.value}
        onInput={(event) => {
          password.value = event.currentTarget.value;
        }}
      />
      <Input
        label="Code, if you have an authenticator"
        type="text"
        value={code.value}
        onInput={(event) => {
          code.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button button--primary">
        Go on
      </button>
    </form>
  );
};

const StillRight = () => (
  <div class="form" role="status">
    <p>It is a year since you last looked. Is what the hub holds of you still right?</p>
    <button type="button" class="button button--primary" onClick={() => void change("confirmOwnData")}>
      It is still right
    </button>
  </div>
);

const YourData = () => {
  useEffect(() => void change("readOwnRights"), []);
  return (
    <section class="card" aria-label="Your data">
      <h2>Your data</h2>
      {ownRights.value?.due && <StillRight />}
      {waiting.value !== undefined && <ShowWhoYouAre />}
      <ul class="rows">
        {rightsOfPeople.map((each) => (
          <Right key={each.right} {...each} />
        ))}
      </ul>
      {ownData.value !== undefined && <Held />}
      {collected.value !== undefined && <Collected />}
    </section>
  );
};

export const yourDataPanel: Panel = {
  key: "your-data",
  weight: 8,
  // Whoever came by a link or a token is nobody of whom something is held.
  isFor: () => me.value?.caller.person !== undefined,
  Content: YourData,
};
