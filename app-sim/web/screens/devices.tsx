import type { Device } from "../model/shapes.ts";
import { ago, countOf, type Measure, readingWords } from "../model/words.ts";
import { Columns } from "../parts/columns.tsx";
import { Icon } from "../parts/icon.tsx";
import { lightPaint } from "../parts/lamp-tile.tsx";
import { lampWords } from "../parts/room-card.tsx";
import { home, type LampModel, type RoomModel } from "../store/home.ts";
import { mayAddDevices } from "../store/me.ts";
import { linkTo, newLamp } from "../store/route.ts";
import { now } from "../store/time.ts";

const Reading = ({ measure }: { measure: Measure }) => (
  <div class={measure.active ? "measure measure--active" : "measure"}>
    <dt>
      <Icon name={measure.key} />
      {measure.label}
    </dt>
    <dd>{measure.value}</dd>
  </div>
);

const SensorRow = ({ sensor }: { sensor: Device }) => {
  const measures = readingWords(sensor.reading ?? {});
  const age = sensor.readAt ? ago(sensor.readAt, now.value) : "nothing heard yet";
  return (
    <li class="row" data-sensor={sensor.id}>
      <div class="row__name">
        <strong>{sensor.name}</strong>
        <span class="quiet">{sensor.reachable ? age : `does not answer, last heard ${age}`}</span>
      </div>
      <dl class="measures">
        {measures.map((measure) => (
          <Reading key={measure.key} measure={measure} />
        ))}
      </dl>
    </li>
  );
};

const LampRow = ({ lamp }: { lamp: LampModel }) => {
  const { name, profile, reachable } = lamp.light.value;
  return (
    <li class="row" style={lightPaint(lamp)}>
      <a class="row__link" href={linkTo("devices", lamp.id)}>
        <span class="swatch" aria-hidden="true" />
        <span class="row__name">
          <strong>{name}</strong>
          <span class="quiet">{profile}</span>
        </span>
        <span class="row__value">{reachable ? lampWords(lamp) : "Does not answer"}</span>
        <Icon name="more" />
      </a>
    </li>
  );
};

const RoomDevices = ({ card }: { card: RoomModel }) => (
  <section class="card" aria-label={card.room?.name ?? "No room"}>
    <h2>{card.room?.name ?? "No room"}</h2>
    <ul class="rows">
      {card.sensors.map((sensor) => (
        <SensorRow key={sensor.id} sensor={sensor} />
      ))}
      {card.lamps.map((lamp) => (
        <LampRow key={lamp.id} lamp={lamp} />
      ))}
    </ul>
  </section>
);

export const DevicesScreen = () => {
  const cards = home.cards.value.filter(({ lamps, sensors }) => lamps.length + sensors.length > 0);
  return (
    <>
      <header class="greeting">
        <div>
          <h1>Devices</h1>
          <p class="greeting__more">
            {`${countOf(home.lamps.value.size, "lamp")} and ${countOf(home.sensors.value.size, "sensor")}.`}
          </p>
        </div>
        {mayAddDevices.value && (
          <a class="button" href={linkTo("devices", newLamp)}>
            Add a lamp
          </a>
        )}
      </header>
      <Columns
        pieces={cards.map((card) => ({
          key: card.room?.id ?? "none",
          weight: 1 + card.lamps.length + card.sensors.length,
          content: <RoomDevices card={card} />,
        }))}
      />
    </>
  );
};
