import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import type { DeveloperId } from "../../../../hub/domain/ids.ts";
import { HubProblem } from "../../../client/hub-problem.ts";
import { home } from "../../store/home.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import { tell } from "../../store/notices.ts";
import type { Panel } from "./panel.ts";

type Program = Shape<"Developer">;
type Wish = Program["resources"][number];

const programs = signal<readonly Program[]>([]);

const load = async (): Promise<void> => {
  programs.value = (await hub.call("listDevelopers")).data;
};

const doing: Readonly<Record<Wish["action"], string>> = {
  list: "know that it is there",
  read: "see what it shows",
  command: "switch it",
};

const deviceName = (device: string): string =>
  device === "all" ? "Every device" : (home.lamps.value.get(device)?.light.value.name ?? "A device");

const states: Readonly<Record<Wish["state"], string>> = {
  pending: "waits for your answer",
  approved: "allowed",
  refused: "refused",
  revoked: "taken back",
};

type Decision = Shape<"DeveloperDecision">["decision"];

const decide = async (program: Program, { device, action }: Wish, decision: Decision): Promise<void> => {
  const reason = decision === "refuse" ? { reason: "The owner does not want this." } : {};
  try {
    const id = program.id as DeveloperId;
    await hub.call("decideResource", { id, body: { device, action, decision, ...reason } });
    await load();
  } catch (problem) {
    if (problem instanceof HubProblem && problem.code === "step_up_needed")
      tell("Sign in again first: this asks for your password just before.", "danger", problem.code);
    else tell("The hub did not take it.", "danger");
  }
};

const Choice = ({
  program,
  wish,
  to,
  words,
}: {
  program: Program;
  wish: Wish;
  to: Decision;
  words: string;
}) => (
  <button type="button" class="button" onClick={() => void decide(program, wish, to)}>
    {words}
    <span class="unseen">
      {" "}
      {program.label}: {deviceName(wish.device)}, {doing[wish.action]}
    </span>
  </button>
);

const WishRow = ({ program, wish }: { program: Program; wish: Wish }) => (
  <li class="row">
    <span class="row__name">
      <strong>{deviceName(wish.device)}</strong>
      <span class="quiet">
        {doing[wish.action]}: {states[wish.state]}
      </span>
    </span>
    {wish.state === "pending" && <Choice program={program} wish={wish} to="approve" words="Allow" />}
    {wish.state === "pending" && <Choice program={program} wish={wish} to="refuse" words="Refuse" />}
    {wish.state === "approved" && <Choice program={program} wish={wish} to="revoke" words="Take back" />}
  </li>
);

const Programs = () => {
  useEffect(() => void load(), []);
  return (
    <section class="card" aria-label="Programs that may ask">
      <h2>Programs that may ask</h2>
      <p class="quiet">
        Programs of others get what you allow, device by device. They see no name that you gave to anything.
      </p>
      {programs.value.length === 0 && <p class="quiet">None has asked.</p>}
      {programs.value.map((program) => (
        <div key={program.id}>
          <h3>{program.label}</h3>
          <ul class="rows">
            {program.resources.map((wish) => (
              <WishRow key={`${wish.device} ${wish.action}`} program={program} wish={wish} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
};

export const programsPanel: Panel = {
  key: "programs",
  weight: 3,
  isFor: () => mayKeepPrivacy.value,
  Content: Programs,
};
