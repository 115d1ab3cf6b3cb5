import type { ComponentChildren } from "preact";
import { timeOfDay } from "../model/words.ts";
import { home } from "../store/home.ts";
import { connect, connection, isStale } from "../store/live.ts";
import { isGuest, myName } from "../store/me.ts";
import { dismiss, notices } from "../store/notices.ts";
import { linkTo, route, type Screen } from "../store/route.ts";
import { signOut } from "../store/session.ts";
import { nextTheme, theme } from "../store/theme.ts";
import { homeZone, hubClock, now } from "../store/time.ts";
import { Banners } from "./banners.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { UpdateBanner } from "./update-banner.tsx";

const places: readonly { readonly screen: Screen; readonly name: string; readonly icon: IconName }[] = [
  { screen: "home", name: "Home", icon: "home" },
  { screen: "day", name: "Day", icon: "day" },
  { screen: "devices", name: "Devices", icon: "devices" },
  { screen: "why", name: "Why", icon: "why" },
  { screen: "privacy", name: "Privacy", icon: "privacy" },
];

const connectionWords = (): string => {
  const state = connection.value;
  switch (state.kind) {
    case "live":
      return "Live";
    case "reconnecting":
      return state.inSeconds > 0 ? `Reconnecting in ${state.inSeconds} s` : "Reconnecting";
    case "offline":
      return `Offline since ${timeOfDay(state.since)}`;
    case "connecting":
      return "Connecting";
    case "signed-out":
      return "Signed out";
  }
};

const Connection = () => {
  const { kind } = connection.value;
  return (
    <div class={`status status--connection status--${kind}`}>
      <span class="status__dot" aria-hidden="true" />
      <span class="status__words">{connectionWords()}</span>
      {(kind === "offline" || kind === "reconnecting") && (
        <button type="button" class="status__retry" onClick={connect}>
          Try now
        </button>
      )}
    </div>
  );
};

const trustWords = {
  trusted: "trusted",
  restored: "not confirmed since the restart",
  unknown: "not known",
} as const;

/** The hub's time, and whether rules may rely on it. */
const HubTime = () => {
  const clock = hubClock.value;
  if (!clock) return null;
  const words = `Hub clock ${trustWords[clock.trust]}${clock.source ? `, by ${clock.source}` : ""}`;
  return (
    <div class={`status status--clock status--clock-${clock.trust}`} title={words}>
      <Icon name="clock" />
      <time dateTime={clock.now}>{timeOfDay(now.value, homeZone.value)}</time>
      <span class={clock.trust === "trusted" ? "unseen" : "status__words"}>{words}</span>
    </div>
  );
};

const themeIcons = { auto: "auto", light: "sun", dark: "moon" } as const;
const themeWords = { auto: "as the system", light: "light", dark: "dark" } as const;

const ThemeSwitch = () => (
  <button type="button" class="round" aria-label={`Colours: ${themeWords[theme.value]}`} onClick={nextTheme}>
    <Icon name={themeIcons[theme.value]} />
  </button>
);

/** Who is signed in here, and the way out. */
const Who = () => {
  // Together with the clock: what comes later would push it about.
  if (!home.isLoaded.value) return null;
  return (
    <div class="status status--who">
      <span class="status__words">{myName.value}</span>
      <button
        type="button"
        class="round"
        aria-label={`Sign out ${myName.value}`}
        onClick={() => void signOut()}
      >
        <Icon name="leave" />
      </button>
    </div>
  );
};

/** A guest is told of nothing but lamps. */
const placesOfGuests: readonly Screen[] = ["home", "why"];

const Places = () => (
  <nav class="places" aria-label="Main">
    {places
      .filter(({ screen }) => !isGuest.value || placesOfGuests.includes(screen))
      .map(({ screen, name, icon }) => (
        <a
          key={screen}
          href={linkTo(screen)}
          aria-current={route.value.screen === screen ? "page" : undefined}
        >
          <Icon name={icon} />
          <span>{name}</span>
        </a>
      ))}
  </nav>
);

/** Results of what was done, not every step of it; read out by screen readers as they come. */
const Notices = () => (
  <div class="notices" role="status" aria-live="polite">
    {notices.value.map(({ id, tone, text, code }) => (
      <div key={id} class={`notice notice--${tone}`}>
        <p>
          {text}
          {code && <code>{code}</code>}
        </p>
        <button type="button" class="round" aria-label="Dismiss" onClick={() => dismiss(id)}>
          <Icon name="close" />
        </button>
      </div>
    ))}
  </div>
);

export const Frame = ({
  children,
  inspector,
}: {
  children: ComponentChildren;
  inspector: ComponentChildren;
}) => {
  return (
    <div class={`frame ${inspector ? "frame--inspecting" : ""}`} data-connection={connection.value.kind}>
      <button type="button" class="skip" onClick={skip}>
        Skip to content
      </button>
      <header class="top">
        <a class="wordmark" href={linkTo("home")} aria-label="Lampkeeper">
          <span class="wordmark__light" aria-hidden="true" />
          <span class="wordmark__name">Lampkeeper</span>
        </a>
        <Connection />
        <Who />
        <HubTime />
        <ThemeSwitch />
      </header>
      <Places />
      <main class="content" id="content" tabIndex={-1} inert={isStale.value} aria-busy={isStale.value}>
        <Banners />
        <UpdateBanner />
        {children}
      </main>
      {inspector}
      <Notices />
    </div>
  );
};

/** Not a link: the address is the router's. */
const skip = (): void => document.getElementById("content")?.focus();
