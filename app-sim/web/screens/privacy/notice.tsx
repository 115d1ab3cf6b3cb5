import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../../hub/api/contract.ts";
import { hub } from "../../store/hub.ts";
import { me } from "../../store/me.ts";
import type { Panel } from "./panel.ts";

type Notice = Shape<"Notice">;
type Language = Notice["language"];
type Layer = Notice["layers"][number];

const languages = [
  ["en", "English"],
  ["vi", "Tiếng Việt"],
] as const;

/** Some sixty kinds of them: whoever looks for one opens the list. */
const others = {
  en: "Each kind of device, and each connector",
  vi: "Từng loại thiết bị và từng kết nối",
} as const satisfies Record<Language, string>;

const language = signal<Language>("en");
const notice = signal<Notice | undefined>(undefined);
const own = signal<Shape<"OwnNotice"> | undefined>(undefined);
const changed = signal<Shape<"NoticeChanges">["data"]>([]);

const isPerson = computed(() => me.value?.caller.person !== undefined);

const load = async (): Promise<void> => {
  const lang = language.value;
  notice.value = await hub.call("readNotice", { query: { lang } });
  if (!isPerson.value) return;
  own.value = await hub.call("getOwnNotice");
  const { pending, inForce } = own.value;
  if (pending === undefined) return;
  const { data } = await hub.call("compareNotices", { query: { from: inForce, to: pending, lang } });
  changed.value = data;
};

const accept = async (version: number): Promise<void> => {
  own.value = await hub.call("acceptNotice", { body: { version } });
};

const partOf = (id: string): Layer | undefined => notice.value?.layers.find((layer) => layer.id === id);

/** A sentence, and behind it what it answers: each of these is a line of the conformance table. */
const Sentence = ({ sentence: { id, text, rows } }: { sentence: Layer["sentences"][number] }) => (
  <li id={`notice-${id}`} class="row">
    <span class="row__name">
      <span>{text}</span>
      <span class="quiet">{rows.join(" ")}</span>
    </span>
  </li>
);

const Part = ({ layer }: { layer: Layer }) => (
  <details>
    <summary>{layer.title}</summary>
    <ul class="rows">
      {layer.sentences.map((sentence) => (
        <Sentence key={sentence.id} sentence={sentence} />
      ))}
      {layer.items.map((item) => (
        <li key={item.id} class="row">
          <span class="row__name">
            <strong>{item.what}</strong>
            <span>{item.purpose}</span>
            <span class="quiet">{item.examples}</span>
            <span class="quiet">
              {item.source}; {item.kept}
            </span>
            <span class="quiet">{item.need}</span>
          </span>
        </li>
      ))}
    </ul>
  </details>
);

/** A new version that does not count before somebody has said yes to it. */
const Pending = () => {
  const version = own.value?.pending;
  if (version === undefined) return null;
  return (
    <>
      <h3>Changed for you</h3>
      <ul class="rows">
        {changed.value.map(({ what, axis, says }) => (
          <li key={`${axis} ${what}`} class="row">
            {says}
          </li>
        ))}
      </ul>
      <p class="quiet">Until you accept, what you agreed to before goes on, and nothing new begins.</p>
      <button type="button" class="button button--primary" onClick={() => void accept(version)}>
        Accept
      </button>
    </>
  );
};

const Languages = () => (
  <p>
    {languages.map(([key, name]) => (
      <button
        key={key}
        type="button"
        class="button"
        lang={key}
        aria-pressed={language.value === key}
        onClick={() => {
          language.value = key;
          void load();
        }}
      >
        {name}
      </button>
    ))}
  </p>
);

const NoticeCard = () => {
  useEffect(() => void load(), []);
  const [summary, hubPart] = [partOf("summary"), partOf("hub")];
  return (
    <section class="card" aria-label="Privacy notice">
      <h2>Privacy notice</h2>
      <Languages />
      <Pending />
      <div lang={language.value}>
        <ul class="rows">
          {summary?.sentences.map((sentence) => (
            <Sentence key={sentence.id} sentence={sentence} />
          ))}
        </ul>
        {hubPart && <Part layer={hubPart} />}
        <details>
          <summary>{others[language.value]}</summary>
          {notice.value?.layers
            .filter(({ id }) => id !== "summary" && id !== "hub")
            .map((layer) => (
              <Part key={layer.id} layer={layer} />
            ))}
        </details>
      </div>
      <p class="quiet">
        Version {notice.value?.version}, in effect from {notice.value?.effective}
      </p>
    </section>
  );
};

export const noticePanel: Panel = {
  key: "notice",
  weight: 12,
  isFor: () => true,
  Content: NoticeCard,
};
