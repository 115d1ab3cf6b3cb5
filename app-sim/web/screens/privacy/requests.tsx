import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { HubProblem } from "../../../client/hub-problem.ts";
import { Choice, Input } from "../../parts/rule-fields.tsx";
import { problemWords } from "../../store/day.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy, me, myName } from "../../store/me.ts";
import { tell } from "../../store/notices.ts";
import type { Panel } from "./panel.ts";

type Request = Shape<"Request">;
type Code = NonNullable<Shape<"RequestDecision">["code"]>;

const own = signal<readonly Request[]>([]);
const others = signal<readonly Request[]>([]);

/** What can be asked with one line; what needs more is asked by the command line. */
const kinds = {
  access: "What do you know of me?",
  copy: "A copy of it",
  rectify: "Something is wrong",
  restrict: "Stop using it for now",
  erase: "Forget me",
  support: "I need help",
  feedback: "An opinion",
} as const;

const kindNames: Readonly<Record<Request["kind"], string>> = {
  ...kinds,
  object: "Do not do that with my data",
  portability: "To take it along",
  withdraw: "I take my consent back",
  "opt-out": "Do not sell",
  appeal: "An appeal",
};

const stateNames: Readonly<Record<Request["state"], string>> = {
  received: "Received",
  "identity-check": "Waits until it is sure who asks",
  investigating: "Being looked into",
  extended: "Takes longer",
  granted: "Done",
  "partly-granted": "Done in part",
  declined: "Declined",
  appealed: "Being judged once more",
  closed: "Closed",
};

const identityWords: Readonly<Record<Request["neededIdentity"], string>> = {
  session: "Say that it is you.",
  "second-factor":
    "Show a code of your authenticator, or press the button of the hub; then say that it is you.",
  button: "Say that it is you, press the button of the hub, and say it again.",
};

const reasons: Readonly<Record<Code, string>> = {
  "not-eligible": "The law or another person's rights do not allow it",
  identity: "It is not sure who asks",
  "not-found": "Nothing is kept under that name",
  excessive: "Asked again and again",
};

const isWaiting = ({ state }: Request): boolean =>
  ["received", "identity-check", "investigating", "extended"].includes(state);

const load = async (): Promise<void> => {
  if (me.value?.caller.person !== undefined) own.value = (await hub.call("listOwnRequests")).data;
  if (mayKeepPrivacy.value)
    others.value = (await hub.call("listRequests")).data.filter((request) => isWaiting(request));
};

/** Does it, says what came of it, and shows how things stand. */
const doing = async (act: () => Promise<unknown>, done: string): Promise<boolean> => {
  try {
    await act();
    tell(done);
    await load();
    return true;
  } catch (problem) {
    tell(problemWords(problem), "danger", problem instanceof HubProblem ? problem.code : "hub_unreachable");
    return false;
  }
};

const Ask = () => {
  const [kind, words] = [useSignal<keyof typeof kinds>("access"), useSignal("")];
  const send = async (): Promise<void> => {
    const form = { name: myName.value, relationship: "self", request: words.value } as const;
    const isSent = await doing(
      () => hub.call("addRequest", { body: { kind: kind.value, ...form } }),
      "Your request was received.",
    );
    if (isSent) words.value = "";
  };
  return (
    <form
      class="form"
      aria-label="Ask for something"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Choice
        label="What you ask for"
        value={kind.value}
        choices={kinds}
        onChoose={(chosen) => {
          kind.value = chosen;
        }}
      />
      <Input
        label="In your words; no passwords, no numbers of cards"
        type="text"
        required
        maxLength={4_000}
        value={words.value}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button button--primary">
        Ask; it costs nothing
      </button>
    </form>
  );
};

const Own = ({ request }: { request: Request }) => {
  const { id, kind, state, lastDay, neededIdentity, declined, form } = request;
  return (
    <li class="row">
      <span class="row__name">
        <strong>{kindNames[kind]}</strong>
        <span class="quiet">
          {stateNames[state]}
          {isWaiting(request) && `; you are owed an answer by ${lastDay}`}
        </span>
        {state === "identity-check" && <span class="quiet">{identityWords[neededIdentity]}</span>}
        {declined && (
          <span class="quiet">
            {declined.text} {declined.appeal}
          </span>
        )}
      </span>
      {state === "identity-check" && (
        <button
          type="button"
          class="button"
          onClick={() =>
            void doing(() => hub.call("identifyForRequest", { id }), "It is sure that it is you.")
          }
        >
          It is me
        </button>
      )}
      {(state === "declined" || state === "partly-granted") && form && (
        <button
          type="button"
          class="button"
          onClick={() =>
            void doing(
              () => hub.call("appealRequest", { id, body: form }),
              "Somebody else will judge it once more.",
            )
          }
        >
          Appeal
        </button>
      )}
    </li>
  );
};

const Other = ({ request: { id, kind, lastDay, form } }: { request: Request }) => {
  const reason = useSignal<Code>("not-eligible");
  return (
    <li class="row">
      <span class="row__name">
        <strong>{kindNames[kind]}</strong>
        <span class="quiet">{form === undefined ? "" : `${form.name}: ${form.request}`}</span>
        <span class="quiet">Answer by {lastDay}</span>
      </span>
      <button
        type="button"
        class="button"
        onClick={() =>
          void doing(
            () => hub.call("decideRequest", { id, body: { outcome: "granted" } }),
            "Granted, and done.",
          )
        }
      >
        Grant
      </button>
      <form
        class="form"
        aria-label="Decline"
        onSubmit={(event) => {
          event.preventDefault();
          const body = { outcome: "declined", code: reason.value } as const;
          void doing(() => hub.call("decideRequest", { id, body }), "Declined, with the reason.");
        }}
      >
        <Choice
          label="Or decline, because"
          value={reason.value}
          choices={reasons}
          onChoose={(chosen) => {
            reason.value = chosen;
          }}
        />
        <button type="submit" class="button">
          Decline
        </button>
      </form>
    </li>
  );
};

const Requests = () => {
  useEffect(() => void load().catch(() => undefined), []);
  const isPerson = me.value?.caller.person !== undefined;
  return (
    <section class="card" aria-label="Requests">
      <h2>Requests</h2>
      {isPerson && <Ask />}
      {own.value.length > 0 && (
        <ul class="rows" aria-label="What you have asked for">
          {own.value.map((request) => (
            <Own key={request.id} request={request} />
          ))}
        </ul>
      )}
      {mayKeepPrivacy.value && (
        <>
          <h3>What others ask</h3>
          {others.value.length === 0 && <p class="quiet">Nobody waits for an answer.</p>}
          <ul class="rows">
            {others.value.map((request) => (
              <Other key={request.id} request={request} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

export const requestsPanel: Panel = {
  key: "requests",
  weight: 5,
  isFor: () => mayKeepPrivacy.value || me.value?.caller.person !== undefined,
  Content: Requests,
};
