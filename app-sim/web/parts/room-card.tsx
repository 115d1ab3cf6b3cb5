import { lampColor } from "../model/lamp-color.ts";
import { readingWords, stateWords } from "../model/words.ts";
import { commandLamp, commandRoom } from "../store/commander.ts";
import type { LampModel, RoomModel } from "../store/home.ts";
import { Icon } from "./icon.tsx";
import { LampTile, lightPaint } from "./lamp-tile.tsx";
import { SceneChip } from "./scene-chip.tsx";
import { Slider } from "./slider.tsx";

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const commandAll = ({ room, lamps }: RoomModel, command: { on?: boolean; brightness?: number }): void => {
  if (room) commandRoom(room.id, lamps, command);
  else for (const lamp of lamps) commandLamp(lamp, command);
};

/** Lit lamps, "all off", "1 does not answer": the room in a line. */
const roomWords = (lamps: readonly LampModel[], lit: number): string => {
  const lost = lamps.filter((lamp) => !lamp.light.value.reachable).length;
  const light = lit === 0 ? "All off" : lit === lamps.length ? "All on" : `${lit} of ${lamps.length} on`;
  return lost === 0 ? light : `${light}, ${lost} not answering`;
};

/** The light of a room: one soft pool per lit lamp, spread over the card. */
const Glow = ({ lamps }: { lamps: readonly LampModel[] }) => (
  <div class="glow" aria-hidden="true">
    {lamps.map((lamp, at) => (
      <i key={lamp.id} style={{ ...lightPaint(lamp), "--at": String((at + 0.5) / lamps.length) }} />
    ))}
  </div>
);

/** The slider is filled with the light that is there: every colour of the room's lit lamps, left to right. */
const trackStops = (lit: readonly LampModel[]): string => {
  const colors = lit.map((lamp) => lampColor(lamp.shown.value));
  return colors.length === 0 ? "var(--control)" : [colors[0], ...colors].join(", ");
};

const RoomDimmer = ({ card }: { card: RoomModel }) => {
  const dimmable = card.lamps.filter((lamp) => lamp.light.value.capabilities.brightness);
  if (dimmable.length === 0) return null;
  const lit = dimmable.filter((lamp) => lamp.isLit);
  const level = Math.round(mean(lit.map((lamp) => lamp.shown.value.brightness)));
  return (
    <Slider
      tone="room"
      label={`${card.room?.name ?? "Other lamps"} brightness`}
      words={lit.length === 0 ? "off" : `${level} percent`}
      value={level}
      min={0}
      max={100}
      step={1}
      paint={{ "--stops": trackStops(lit) }}
      onChange={(value) => commandAll(card, value === 0 ? { on: false } : { on: true, brightness: value })}
    />
  );
};

const Readings = ({ card }: { card: RoomModel }) => {
  const measures = card.sensors
    .filter((sensor) => sensor.reachable)
    .flatMap((sensor) =>
      readingWords(sensor.reading ?? {}).map((measure) => ({ sensor: sensor.id, ...measure })),
    )
    .filter(({ key }) => key === "occupancy" || key === "contact" || key === "temperature");
  if (measures.length === 0) return null;
  return (
    <ul class="readings" aria-label="Sensors">
      {measures.map(({ sensor, key, value, active }) => (
        <li key={`${sensor}${key}`} class={active ? "reading reading--active" : "reading"}>
          <Icon name={key} />
          {value}
        </li>
      ))}
    </ul>
  );
};

export const RoomCard = ({ card }: { card: RoomModel }) => {
  const { room, lamps, scenes } = card;
  const lit = lamps.filter((lamp) => lamp.isLit).length;
  const name = room?.name ?? "Other lamps";
  const heading = `room-${room?.id ?? "none"}`;
  return (
    <section class="card room" aria-labelledby={heading} data-room={room?.id}>
      <Glow lamps={lamps} />
      <header class="room__head">
        <div>
          <h2 id={heading}>{name}</h2>
          <p class="room__words">{roomWords(lamps, lit)}</p>
        </div>
        {lamps.length > 0 && (
          <button
            type="button"
            role="switch"
            class="switch"
            aria-checked={lit > 0}
            aria-label={`${name} light`}
            onClick={() => commandAll(card, { on: lit === 0 })}
          />
        )}
      </header>
      <RoomDimmer card={card} />
      <Readings card={card} />
      {scenes.length > 0 && (
        <ul class="chips" aria-label={`Scenes of ${name}`}>
          {scenes.map((scene) => (
            <SceneChip key={scene.id} scene={scene} />
          ))}
        </ul>
      )}
      {lamps.length === 0 ? (
        <p class="quiet">No lamps in this room yet.</p>
      ) : (
        <ul class="tiles" aria-label={`Lamps of ${name}`}>
          {lamps.map((lamp) => (
            <LampTile key={lamp.id} lamp={lamp} />
          ))}
        </ul>
      )}
    </section>
  );
};

/** How high a room's card is, in lamp tiles. */
export const roomWeight = ({ lamps, scenes, sensors }: RoomModel): number =>
  2 + Math.max(1, lamps.length) + (scenes.length > 0 ? 0.8 : 0) + (sensors.length > 0 ? 0.4 : 0);

/** A room before its first word: the card's own shape, so that nothing moves when it comes. */
export const RoomSkeleton = () => (
  <div class="card room skeleton" aria-hidden="true">
    <div class="bone bone--title" />
    <div class="bone bone--slider" />
    <div class="bone bone--tile" />
    <div class="bone bone--tile" />
    <div class="bone bone--tile" />
  </div>
);

export const lampWords = (lamp: LampModel): string =>
  stateWords(lamp.shown.value, lamp.light.value.capabilities.brightness !== undefined);
