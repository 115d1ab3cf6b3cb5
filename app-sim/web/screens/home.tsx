import { countOf, readingWords } from "../model/words.ts";
import { Columns } from "../parts/columns.tsx";
import { Icon } from "../parts/icon.tsx";
import { RoomCard, RoomSkeleton, roomWeight } from "../parts/room-card.tsx";
import { SceneChip } from "../parts/scene-chip.tsx";
import { WallScenes } from "../parts/wall-scenes.tsx";
import { commandLamp, commandRoom } from "../store/commander.ts";
import { home } from "../store/home.ts";
import { isGuest } from "../store/me.ts";

const lightWords = (lit: number, all: number): string => {
  if (lit === 0) return "Every lamp is off.";
  if (lit === all) return all === 1 ? "The lamp is on." : `All ${all} lamps are on.`;
  return `${lit} of ${countOf(all, "lamp")} ${lit === 1 ? "is" : "are"} on.`;
};

const list = new Intl.ListFormat("en", { type: "conjunction" });

/** What the sensors make of it: who moves where, what stands open. */
const homeWords = (): string => {
  const sensors = [...home.sensors.value.values()].filter(({ reachable }) => reachable);
  const open = sensors.filter(({ reading }) => reading?.contact === false).map(({ name }) => name);
  const moving = sensors
    .filter(({ reading }) => reading?.occupancy === true)
    .map(({ name, room }) => home.roomName(room) ?? name);
  const lost = [...home.lamps.value.values()].filter((lamp) => !lamp.light.value.reachable).length;
  const warm = sensors.find(({ reading }) => reading?.temperature !== undefined);
  const degrees = warm && readingWords(warm.reading ?? {}).find(({ key }) => key === "temperature")?.value;
  return [
    moving.length > 0 ? `Motion: ${list.format(new Set(moving))}.` : "",
    open.length > 0 ? `Open: ${list.format(open)}.` : "",
    degrees ? `${degrees} in ${home.roomName(warm.room) ?? "the house"}.` : "",
    lost > 0 ? `${countOf(lost, "lamp")} ${lost === 1 ? "does" : "do"} not answer.` : "",
  ]
    .filter(Boolean)
    .join(" ");
};

const switchEverythingOff = (): void => {
  for (const { room, lamps } of home.cards.value) {
    const lit = lamps.filter((lamp) => lamp.isLit);
    if (room && lit.length > 0) commandRoom(room.id, lamps, { on: false });
    else for (const lamp of lit) commandLamp(lamp, { on: false });
  }
};

const Empty = () => (
  <section class="empty">
    <h2>No lamps yet</h2>
    <p>
      Here your rooms will glow as your lamps do. Add a lamp with <code>lampkeeper device add</code>, or start
      a simulated home with <code>npm start</code>.
    </p>
  </section>
);

export const HomeScreen = () => {
  if (!home.isLoaded.value) return <HomeSkeleton />;
  const all = home.lamps.value.size;
  const lit = home.lit.value.length;
  const everywhere = home.scenes.value.filter(({ room }) => room === null);
  return (
    <>
      <header class="greeting">
        <div>
          <h1>{all === 0 ? "A quiet house." : lightWords(lit, all)}</h1>
          <p class="greeting__more">{homeWords()}</p>
        </div>
      </header>
      {isGuest.value && <WallScenes />}
      {all > 0 && (
        <ul class="chips chips--wide" aria-label="The whole home">
          <li>
            <button type="button" class="chip" disabled={lit === 0} onClick={switchEverythingOff}>
              <Icon name="off" />
              Everything off
            </button>
          </li>
          {everywhere.map((scene) => (
            <SceneChip key={scene.id} scene={scene} />
          ))}
        </ul>
      )}
      {all === 0 && home.cards.value.length === 0 && !isGuest.value ? (
        <Empty />
      ) : (
        <Columns
          pieces={home.cards.value.map((card) => ({
            key: card.room?.id ?? "none",
            weight: roomWeight(card),
            content: <RoomCard card={card} />,
          }))}
        />
      )}
    </>
  );
};

const HomeSkeleton = () => (
  <div class="late" role="status" aria-label="Loading the home">
    <div class="greeting">
      <div class="bone bone--greeting" />
    </div>
    <div class="rooms">
      <RoomSkeleton />
      <RoomSkeleton />
      <RoomSkeleton />
    </div>
  </div>
);
