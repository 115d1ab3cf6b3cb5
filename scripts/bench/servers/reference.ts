/** Lamps as plain objects that are called directly, with the same JSON parsed and built: the floor under any house. */
interface Lamp {
  on: boolean;
  brightness: number;
}

const lamps: Lamp[] = Array.from({ length: Number(process.argv[2]) }, () => ({ on: false, brightness: 0 }));
const repeats = Number(process.argv[3]);

/** Bytes in, bytes out: a command is parsed, a state is built. */
const obey = (lamp: Lamp, payload: Buffer): Buffer => {
  const command = JSON.parse(payload.toString()) as { state: string; brightness: number };
  lamp.on = command.state === "ON";
  lamp.brightness = command.brightness;
  return Buffer.from(JSON.stringify({ state: lamp.on ? "ON" : "OFF", brightness: lamp.brightness }));
};

const took: number[] = [];
let shown = 0;
for (let repeat = 0; repeat < repeats; repeat++) {
  const startedAt = performance.now();
  for (const lamp of lamps) {
    const command = { state: "ON", brightness: 2 + (repeat % 250), transition: 0 };
    const state = obey(lamp, Buffer.from(JSON.stringify(command)));
    shown += (JSON.parse(state.toString()) as { brightness: number }).brightness;
  }
  took.push(performance.now() - startedAt);
}
took.sort((a, b) => a - b);
const houseMs = took[took.length >> 1];
process.stdout.write(`${JSON.stringify({ port: 0, houseMs, shown })}\n`);
