import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { Input } from "../../parts/rule-fields.tsx";
import { actThen } from "../../store/act-then.ts";
import { home } from "../../store/home.ts";
import { hub } from "../../store/hub.ts";
import { mayKeepPrivacy } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Service = Shape<"ConnectorList">["data"][number];
type Connection = Shape<"Connection">;

const services = signal<readonly Service[]>([]);
const connections = signal<readonly Connection[]>([]);
const unconfirmed = signal<readonly Shape<"ServiceNotice">[]>([]);
/** What an assistant's app asks for; shown until the next one. */
const linkingCode = signal<(Shape<"LinkingCode"> & { readonly service: string }) | undefined>(undefined);

const load = async (): Promise<void> => {
  services.value = (await hub.call("listConnectors")).data;
  connections.value = (await hub.call("listConnections")).data;
  unconfirmed.value = (await hub.call("listServiceNotices")).data.filter(
    ({ confirmed }) => confirmed === null,
  );
};

const act = actThen(load);

const reasons: Readonly<Record<string, string>> = {
  terms: "its terms have changed",
  host: "it wants to use another machine",
  "sub-recipient": "it wants to hand data to somebody else",
  field: "it wants to know more",
  key: "it has another key",
  "no-consent": "nobody has agreed to it any more",
};

const stateWords = (connection: Connection | undefined): string => {
  if (connection === undefined) return "Off";
  if (connection.state === "paused") return `Rests: ${reasons[connection.reason ?? ""] ?? connection.reason}`;
  return connection.state === "over" ? "Its time is over" : "On";
};

const Facts = ({ service }: { service: Service }) => (
  <>
    <p>{service.warning}</p>
    <p>It gets exactly this:</p>
    <ul>
      {service.fields.map(({ field, says }) => (
        <li key={field}>{says}</li>
      ))}
    </ul>
    <p>
      {`At ${service.hosts.join(", ")} in ${service.country}. It keeps it: ${service.retention}. `}
      {service.subRecipients.length === 0
        ? "It hands it on to nobody."
        : `It hands it on to ${service.subRecipients.map(({ name, purpose }) => `${name} for ${purpose}`).join(", ")}.`}
    </p>
    <p class="quiet">{`Terms, version ${service.terms.version}: ${service.terms.text}`}</p>
  </>
);

/** An assistant gets the lamps that have a name here, and no others. */
const LetIn = ({ service }: { service: Service }) => {
  const names = useSignal<Readonly<Record<string, string>>>({});
  const isAssistant = service.kind === "assistant";
  const lamps = Object.entries(names.value)
    .filter(([, alias]) => alias.trim() !== "")
    .map(([lamp, alias]) => ({ lamp, alias }));
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const { name: connector, preview, terms } = service;
        const body = { connector, preview, terms: terms.version, ...(isAssistant ? { lamps } : {}) };
        void act(() => hub.call("addConnection", { body }));
      }}
    >
      {isAssistant && (
        <p>Give a name to each lamp that it may command. Lamps without one stay unknown to it.</p>
      )}
      {isAssistant &&
        [...home.lamps.value.values()].map(({ id, light }) => (
          <Input
            key={id}
            label={light.value.name}
            maxLength={64}
            value={names.value[id] ?? ""}
            onInput={(event) => {
              names.value = { ...names.value, [id]: event.currentTarget.value };
            }}
          />
        ))}
      <button type="submit" class="button" disabled={isAssistant && lamps.length === 0}>
        {`Let ${service.name} in`}
      </button>
    </form>
  );
};

const Keep = ({ service, connection }: { service: Service; connection: Connection }) => {
  const { id } = connection;
  const { name, preview, terms } = service;
  const accept = () => hub.call("acceptConnection", { id, body: { preview, terms: terms.version } });
  const link = async (): Promise<void> => {
    linkingCode.value = { ...(await hub.call("linkConnection", { id })), service: name };
  };
  return (
    <>
      {connection.state === "paused" && connection.reason !== "no-consent" && (
        <button type="button" class="button" onClick={() => void act(accept)}>
          {`Agree to what ${name} has changed`}
        </button>
      )}
      {service.kind === "assistant" && connection.state === "on" && (
        <button type="button" class="button" onClick={() => void act(link)}>
          {`Code for the app of ${name}`}
        </button>
      )}
      {linkingCode.value?.service === name && (
        <p>
          Type this into its app: <code>{linkingCode.value.code}</code> with the key{" "}
          <code>{linkingCode.value.key}</code>
        </p>
      )}
      <button
        type="button"
        class="button"
        onClick={() => void act(() => hub.call("removeConnection", { id }))}
      >
        {`Take ${name} back`}
      </button>
    </>
  );
};

const ServiceRow = ({ service }: { service: Service }) => {
  const connection = connections.value.find(({ connector }) => connector === service.name);
  const isOpen = useSignal(false);
  return (
    <li class="row">
      <details
        class="service"
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary>
          <span class="row__name">
            <strong>{service.title}</strong>
            <span class="quiet">{stateWords(connection)}</span>
          </span>
        </summary>
        {isOpen.value && <Facts service={service} />}
        {isOpen.value && connection === undefined && <LetIn service={service} />}
        {isOpen.value && connection !== undefined && <Keep service={service} connection={connection} />}
      </details>
    </li>
  );
};

const Connections = () => {
  useEffect(() => void load(), []);
  return (
    <section class="card" aria-label="Connections">
      <h2>Connections</h2>
      <p class="quiet">
        {services.value.length === 0
          ? "This hub knows no services of others."
          : "Services of others. Each is off until you let it in, and gets what stands here and nothing else."}
      </p>
      <ul class="rows">
        {services.value.map((service) => (
          <ServiceRow key={service.name} service={service} />
        ))}
      </ul>
      {unconfirmed.value.length > 0 && (
        <>
          <p>
            {`Not confirmed yet: ${unconfirmed.value.map(({ connector, what }) => `${connector} was told to ${what}`).join(", ")}.`}
          </p>
          <button
            type="button"
            class="button"
            onClick={() => void act(() => hub.call("retryServiceNotices"))}
          >
            Ask again
          </button>
        </>
      )}
    </section>
  );
};

export const connectionsPanel: Panel = {
  key: "connections",
  weight: 6,
  isFor: () => mayKeepPrivacy.value,
  Content: Connections,
};
