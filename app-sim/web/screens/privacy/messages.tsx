import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { Input } from "../../parts/rule-fields.tsx";
import { actThen } from "../../store/act-then.ts";
import { hub } from "../../store/hub.ts";
import { me } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Contact = Shape<"Contact">;
type Channel = Contact["channel"];

const contacts = signal<readonly Contact[]>([]);
const links = signal<readonly Shape<"ProviderLink">[]>([]);
/** Of the letter that is the second yes. */
const subject = signal<string | undefined>(undefined);

const load = async (): Promise<void> => {
  contacts.value = (await hub.call("listContacts")).data;
  links.value = (await hub.call("listProviderLinks")).data;
};

const act = actThen(load);

const channels: Readonly<Record<Channel, string>> = {
  email: "E-mail address",
  "text-message": "Number for text messages",
};

const newsWords: Readonly<Record<Contact["news"], string>> = {
  none: "No news",
  asked: "News asked for once; now write from that address",
  confirmed: "You get news",
};

const ask = (channel: Channel) =>
  act(async () => {
    subject.value = (await hub.call("askForNews", { body: { channel } })).subject;
  });

const Kept = ({ contact: { channel, address, news } }: { contact: Contact }) => (
  <li class="row">
    <span class="row__name">
      <strong>{address}</strong>
      <span class="quiet">{newsWords[news]}</span>
    </span>
    {news !== "confirmed" && (
      <button type="button" class="button" onClick={() => void ask(channel)}>
        {`News to ${address}`}
      </button>
    )}
    <button
      type="button"
      class="button"
      onClick={() => void act(() => hub.call("removeContact", { body: { channel } }))}
    >
      {`Remove ${address}`}
    </button>
  </li>
);

const Add = ({ channel }: { channel: Channel }) => {
  const address = useSignal("");
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void act(() => hub.call("setContact", { body: { channel, address: address.value.trim() } }));
      }}
    >
      <Input
        label={channels[channel]}
        maxLength={254}
        value={address.value}
        onInput={(event) => {
          address.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button" disabled={address.value.trim() === ""}>
        {`Keep this ${channel === "email" ? "address" : "number"}`}
      </button>
    </form>
  );
};

const Messages = () => {
  useEffect(() => void load(), []);
  const missing = (Object.keys(channels) as Channel[]).filter(
    (channel) => !contacts.value.some((contact) => contact.channel === channel),
  );
  return (
    <section class="card" aria-label="Messages to you">
      <h2>Messages to you</h2>
      <p class="quiet">
        What you have to know is written to you here if you like, and shown in the app in any case. News come
        only if you ask for them twice.
      </p>
      <ul class="rows">
        {contacts.value.map((contact) => (
          <Kept key={contact.channel} contact={contact} />
        ))}
      </ul>
      {subject.value && (
        <p role="status">
          Now write from that address, with the subject <code>{subject.value}</code>
        </p>
      )}
      {missing.map((channel) => (
        <Add key={channel} channel={channel} />
      ))}
      {contacts.value.some(({ news }) => news !== "none") && (
        <button type="button" class="button" onClick={() => void act(() => hub.call("stopNews"))}>
          No more news
        </button>
      )}
      {links.value.map(({ connector, account, email }) => (
        <p
          key={connector}
        >{`You can sign in with ${account}${email ? `, ${email},` : ""} at ${connector}.`}</p>
      ))}
      {links.value.length > 0 && (
        <button type="button" class="button" onClick={() => void act(() => hub.call("removeProviderLinks"))}>
          Forget those accounts
        </button>
      )}
      <button
        type="button"
        class="button"
        onClick={() => void act(() => hub.call("optOut", { body: { law: "california" } }))}
      >
        Do not sell or share my data
      </button>
    </section>
  );
};

export const messagesPanel: Panel = {
  key: "messages",
  weight: 4,
  isFor: () => me.value?.caller.person !== undefined,
  Content: Messages,
};
