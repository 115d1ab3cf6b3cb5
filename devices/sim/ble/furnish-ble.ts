/** A lamp that a radio reaches, of a home that does not exist yet. */
export interface PlannedBleLamp {
  readonly room: string;
  readonly name: string;
  /** Profile the hub drives it by, and model the simulator builds: the name of the product. */
  readonly profile: string;
}

/** The BLE lamps of a simulated home, in this order: one that is paired with, one that never says what it shows, one that does. */
const spots: readonly PlannedBleLamp[] = [
  { room: "Bedroom", name: "Reading light", profile: "philips-hue/color" },
  { room: "Living room", name: "Sofa strip", profile: "elk/bledom" },
  { room: "Study", name: "Corner bulb", profile: "triones/triones" },
];

/** From the second round on they are numbered. */
export const furnishBle = (lamps: number): readonly PlannedBleLamp[] =>
  Array.from({ length: lamps }, (_, at) => {
    const spot = spots[at % spots.length] as PlannedBleLamp;
    const round = Math.floor(at / spots.length);
    return round === 0 ? spot : { ...spot, name: `${spot.name} ${round + 1}` };
  });
