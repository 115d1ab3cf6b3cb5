import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { type ScopePart, scopeParts } from "../../../../hub/domain/device-scope.ts";
import { SwitchRow } from "../../parts/switch-row.tsx";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Device = Shape<"Device">;
type Scope = Shape<"DeviceScope">;

const devices = signal<readonly Device[]>([]);
/** Of the device that is looked at. */
const scope = signal<Scope | undefined>(undefined);

const load = async (): Promise<void> => {
  devices.value = (await hub.call("listDevices")).data;
};

const look = async (id: string): Promise<void> => {
  scope.value = id === "" ? undefined : await hub.call("readDeviceScope", { id });
};

const set = async (id: string, body: Shape<"ScopeChange">): Promise<void> => {
  scope.value = await hub.call("setDeviceScope", { id, body });
};

const parts: Readonly<Record<ScopePart, readonly [name: string, words: string]>> = {
  state: ["Show its state", "Its newest state is kept and shown."],
  events: ["Tell of changes", "Each change is told as it happens, and sets off rules."],
  history: ["Keep history", "What it did is kept, to answer why."],
  sharing: ["Share it", "It is shown on MQTT, to Home Assistant and to programs of developers."],
  assistants: ["Show it to assistants", "Linked assistants may see and command it."],
};

const answers = {
  accepted: "You accepted its terms.",
  declined: "You declined its terms: it is used in this home alone.",
} as const;

const Terms = ({ device, terms, answer }: Scope) =>
  terms === undefined ? null : (
    <>
      <p class="quiet">{`It keeps ${terms.stores.join("; ")}. ${terms.forgets}`}</p>
      <p class="quiet">{answer === undefined ? `Declined: ${terms.declined}` : answers[answer]}</p>
      <div class="chips">
        <button type="button" class="button" onClick={() => void set(device, { answer: "accepted" })}>
          Accept its terms
        </button>
        <button type="button" class="button" onClick={() => void set(device, { answer: "declined" })}>
          Decline
        </button>
      </div>
    </>
  );

const Scopes = () => {
  useEffect(() => void load(), []);
  const shown = scope.value;
  return (
    <section class="card" aria-label="What devices may tell">
      <h2>What devices may tell</h2>
      <form class="form">
        <label>
          Device
          <select value={shown?.device ?? ""} onChange={(event) => void look(event.currentTarget.value)}>
            <option value="">Choose one</option>
            {devices.value.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </form>
      {shown !== undefined && (
        <>
          <ul class="rows">
            {scopeParts.map((part) => (
              <SwitchRow
                key={part}
                name={parts[part][0]}
                words={parts[part][1]}
                isOn={shown[part]}
                onSwitch={() => void set(shown.device, { [part]: !shown[part] })}
              />
            ))}
          </ul>
          <Terms {...shown} />
        </>
      )}
    </section>
  );
};

export const deviceScopesPanel: Panel = {
  key: "device-scopes",
  weight: 4,
  isFor: () => mayKeepPrivacy.value,
  Content: Scopes,
};
