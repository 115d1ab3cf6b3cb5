import type { BenchRadio, CapturedPacket } from "../../testing/bench/bench.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CliOption, CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";
import { type Bench, countOf, radioOption, withRadio } from "./radio.ts";

export const withKeysOption: CliOption = {
  name: "with-keys",
  help: "keep keys in the capture too: whoever has the file can then read along",
};

/** Keeps every packet from now on. @returns ends it, and says how many there were. @throws CliError */
export const captureTo = (
  context: Context,
  options: Options,
  radio: BenchRadio,
  { btsnoopHeader, btsnoopRecord }: Bench,
  path: string,
): (() => number) => {
  if (radio.capture === undefined)
    throw new CliError(
      "refused",
      "nothing_to_capture",
      "a virtual radio has no controller, so there are no packets",
      "a simulated controller: npm run ble-air -- SOCKET, then --radio hci:SOCKET",
    );
  const file = context.growFile(path);
  file.write(btsnoopHeader());
  let packets = 0;
  const keep = (packet: CapturedPacket) => {
    packets++;
    file.write(btsnoopRecord(packet));
  };
  const capture = radio.capture(keep, { withKeys: options["with-keys"] === true });
  return () => {
    capture.cancel();
    file.close();
    return packets;
  };
};

const captured = async (context: Context, options: Options): Promise<Result> => {
  const { out } = options;
  if (typeof out !== "string") throw usageError("--out names the file to write");
  const seconds = countOf(options, "seconds", 1, 86_400) ?? 60;
  const packets = await withRadio(options, async (radio, bench) => {
    const end = captureTo(context, options, radio, bench, out);
    const scan = radio.central.scan(() => {}, { active: true });
    await bench.listened(radio.clock, bench.Seconds(seconds), context.signal);
    scan.cancel();
    return end();
  });
  return { data: { file: out, packets }, text: `${packets} packets in ${out}` };
};

export const captureCommand: CommandDefinition = {
  path: "ble capture",
  summary: "Keep every packet between this machine and its adapter while it scans, for btmon and Wireshark",
  details:
    "A file in BTSnoop. Keys, and what would let somebody find one, are zeros. Ctrl-C ends it, and the file is whole. For the packets of a connection: ble conform --capture",
  options: [
    radioOption,
    { name: "out", value: "FILE", help: "a new file", completes: "file" },
    { name: "seconds", value: "N", help: "how long (default 60)" },
    withKeysOption,
  ],
  examples: ["lampkeeper ble capture --out lamp.btsnoop --seconds 30"],
  run: async (context, _, options) => await captured(context, options),
};
