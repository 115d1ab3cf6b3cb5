import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Shape } from "../../../hub/api/contract.ts";
import type { Candidate } from "../model/shapes.ts";
import { Choice, Input } from "../parts/rule-fields.tsx";
import { Sheet } from "../parts/sheet.tsx";
import { home } from "../store/home.ts";
import { hub } from "../store/hub.ts";
import { isStale } from "../store/live.ts";
import {
  addCandidate,
  distanceWords,
  endPairing,
  identify,
  isAtWork,
  lookForLamps,
  pairing,
  problem,
} from "../store/pairing.ts";
import { linkTo } from "../store/route.ts";

const steps = ["Prepare", "Find", "Identify", "Name", "Done"] as const;
type Step = (typeof steps)[number];

/** Whom somebody means, and by which driver. */
interface Chosen {
  readonly candidate: Candidate;
  readonly profile: string;
}

const Steps = ({ now }: { now: Step }) => (
  <ol class="steps" aria-label="Steps">
    {steps.map((step) => (
      <li key={step} aria-current={step === now ? "step" : undefined}>
        {step}
      </li>
    ))}
  </ol>
);

const Prepare = () => (
  <div class="sheet__part">
    <p>
      Put the lamp within two metres of the hub and switch its mains on. Close its maker's app: it may hold
      the lamp.
    </p>
    <button
      type="button"
      class="button button--primary"
      disabled={isAtWork.value}
      onClick={() => void lookForLamps()}
    >
      Look for lamps
    </button>
  </div>
);

/** What can be done with somebody who is heard. */
const Act = ({ candidate, onChoose }: { candidate: Candidate; onChoose: (chosen: Chosen) => void }) => {
  const { address, device, kind, profiles, sealed, wantsWifi, connectable } = candidate;
  const [profile = ""] = profiles;
  const choose = () => onChoose({ candidate, profile });
  const blink = async (): Promise<void> => {
    const isDone = await identify({ address, profile });
    // Where the likeliest driver was the wrong one, another can be chosen in the next step.
    if (isDone || profiles.length > 1) choose();
  };
  if (device !== undefined) return <span class="row__value">Yours already</span>;
  if (kind === undefined || sealed)
    return (
      <span class="row__value">
        {wantsWifi ? "Wants Wi-Fi" : "Has a key"}: <code>lampkeeper pair</code>
      </span>
    );
  if (kind === "lamp" && !connectable) return <span class="row__value">In use elsewhere</span>;
  return (
    <button
      type="button"
      class="button"
      aria-label={`${kind === "lamp" ? "Let it blink" : "Choose"}: ${candidate.name ?? address}, ${address}`}
      disabled={isAtWork.value}
      onClick={() => (kind === "lamp" ? void blink() : choose())}
    >
      {kind === "lamp" ? "Let it blink" : "Choose"}
    </button>
  );
};

const Find = ({ onChoose }: { onChoose: (chosen: Chosen) => void }) => {
  const { candidates = [], trouble } = pairing.value ?? {};
  return (
    <div class="sheet__part">
      <ul class="rows">
        {candidates.map((candidate) => (
          <li key={candidate.address} class="row" data-candidate={candidate.address}>
            <div class="row__name">
              <strong>{candidate.name ?? "Without a name"}</strong>
              <span class="quiet">{`${candidate.address} ${distanceWords(candidate)}`}</span>
            </div>
            <Act candidate={candidate} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      <p class="quiet" role="status">
        {isAtWork.value
          ? "Speaking to the lamp"
          : trouble === undefined
            ? "Listening. Lamps that are heard appear here."
            : `${trouble.found}; ${trouble.next}.`}
      </p>
    </div>
  );
};

const Identify = ({
  chosen,
  onChoose,
  onYes,
  onNo,
}: {
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onYes: () => void;
  onNo: () => void;
}) => {
  const { candidate, profile } = chosen;
  return (
    <div class="sheet__part">
      <p>Did the lamp that you mean blink?</p>
      <div class="chips">
        <button type="button" class="button button--primary" disabled={isAtWork.value} onClick={onYes}>
          Yes, this one
        </button>
        <button
          type="button"
          class="button"
          disabled={isAtWork.value}
          onClick={() => void identify({ address: candidate.address, profile })}
        >
          Once more
        </button>
        <button type="button" class="button" disabled={isAtWork.value} onClick={onNo}>
          No, another
        </button>
      </div>
      <Driver chosen={chosen} onChoose={onChoose} />
    </div>
  );
};

/** Two dialects of one kind of lamp look alike. */
const Driver = ({ chosen, onChoose }: { chosen: Chosen; onChoose: (chosen: Chosen) => void }) => {
  const { candidate, profile } = chosen;
  if (candidate.profiles.length < 2) return null;
  return (
    <form class="form">
      <Choice
        label="Driver"
        value={profile}
        choices={Object.fromEntries(candidate.profiles.map((id) => [id, id]))}
        onChoose={(other) => onChoose({ candidate, profile: other })}
      />
    </form>
  );
};

/** What is to be known of it before it joins: to add it is to accept this. */
const Terms = ({ terms }: { terms: Shape<"DeviceTerms"> | undefined }) =>
  terms === undefined ? null : (
    <section aria-label="Its terms">
      <h3>Before it joins</h3>
      <p class="quiet">{`It keeps ${terms.stores.join("; ")}. ${terms.forgets}`}</p>
      <p class="quiet">{`To decline: ${terms.declined}`}</p>
    </section>
  );

const Name = ({ chosen, onChoose }: { chosen: Chosen; onChoose: (chosen: Chosen) => void }) => {
  const name = useSignal(chosen.candidate.name ?? "");
  const room = useSignal("");
  const rooms = Object.fromEntries(home.rooms.value.map(({ id, name: called }) => [id, called]));
  const terms = useSignal<Shape<"DeviceTerms"> | undefined>(undefined);
  const { profile } = chosen;
  useEffect(() => {
    void hub.call("readDeviceTerms", { query: { profile } }).then((read) => {
      terms.value = read;
    });
  }, [profile]);
  const add = (answer: "accepted" | "declined") =>
    addCandidate({
      address: chosen.candidate.address,
      profile: chosen.profile,
      name: name.value,
      room: room.value === "" ? null : room.value,
      ...(terms.value === undefined ? {} : { terms: answer }),
    });
  return (
    <>
      {chosen.candidate.kind === "sensor" && <Driver chosen={chosen} onChoose={onChoose} />}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void add("accepted");
        }}
      >
        <Input
          label="Name"
          type="text"
          required
          maxLength={64}
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
        <Choice
          label="Room"
          value={room.value}
          choices={{ "": "No room", ...rooms }}
          onChoose={(id) => {
            room.value = id;
          }}
        />
        <Terms terms={terms.value} />
        <button type="submit" class="button button--primary" disabled={isAtWork.value}>
          {isAtWork.value ? "Adding" : "Add"}
        </button>
        <button
          type="button"
          class="button"
          disabled={isAtWork.value || name.value === ""}
          onClick={() => void add("declined")}
        >
          Decline these terms, and use it in this home alone
        </button>
      </form>
    </>
  );
};

const Done = ({ device, onAnother }: { device: string; onAnother: () => void }) => (
  <div class="sheet__part">
    <p>It is yours.</p>
    <div class="chips">
      <a class="button button--primary" href={linkTo("devices", device)}>
        Show it
      </a>
      <button type="button" class="button" onClick={onAnother}>
        Add another
      </button>
    </div>
  </div>
);

/** What had the focus is gone with the step before: whoever uses the keyboard goes on in the next. */
const useFocusOn = (step: Step) => {
  const part = useRef<HTMLElement>(null);
  const before = useRef(step);
  useLayoutEffect(() => {
    if (before.current !== step) part.current?.focus();
    before.current = step;
  }, [step]);
  return part;
};

/** Adds a lamp or sensor that the hub's radio hears: prepare, find, identify, name, done. */
export const AddLampSheet = ({ id }: { id: string }) => {
  const chosen = useSignal<Chosen | undefined>(undefined);
  const isIdentified = useSignal(false);
  useEffect(() => endPairing, []);
  const choose = (next: Chosen | undefined): void => {
    chosen.value = next;
    isIdentified.value = next?.candidate.kind === "sensor";
  };
  const again = (): void => {
    choose(undefined);
    endPairing();
  };
  const view = (): readonly [Step, ComponentChildren] => {
    const { value: whom } = chosen;
    if (pairing.value === undefined) return ["Prepare", <Prepare key="prepare" />];
    const { device } = pairing.value;
    if (device !== undefined) return ["Done", <Done key="done" device={device} onAnother={again} />];
    if (whom === undefined) return ["Find", <Find key="find" onChoose={choose} />];
    if (isIdentified.value) return ["Name", <Name key="name" chosen={whom} onChoose={choose} />];
    return [
      "Identify",
      <Identify
        key="identify"
        chosen={whom}
        onChoose={choose}
        onYes={() => {
          isIdentified.value = true;
        }}
        onNo={() => choose(undefined)}
      />,
    ];
  };
  const [step, content] = view();
  const part = useFocusOn(step);
  return (
    <Sheet id={id}>
      <article class="sheet__body" data-sheet={id} inert={isStale.value}>
        <header class="sheet__head">
          <h2 id="sheet-title" tabIndex={-1} autofocus>
            Add a lamp
          </h2>
        </header>
        <Steps now={step} />
        <p class="problem" role="alert">
          {problem.value}
        </p>
        <section ref={part} aria-label={step} tabIndex={-1}>
          {content}
        </section>
      </article>
    </Sheet>
  );
};
