import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";
import { countOf, radioOption, withRadio } from "./radio.ts";

const captured = async (context: Context, options: Options): Promise<Result> => {
  const { out } = options;
  if (typeof out !== "string") throw usageError("--out names the file to write");
  const seconds = countOf(options, "seconds", 1, 86_400) ?? 60;
  const withKeys = options["with-keys"] === true;
  const packets = await withRadio(options, async (radio, bench) => {
    if (radio.capture === undefined)
      throw new CliError(
        "refused",
        "nothing_to_capture",
        "a virtual radio has no controller, so there are no packets",
        "a simulated controller: npm run ble-air -- SOCKET, then --radio hci:SOCKET",
      );
    const file = context.growFile(out);
    file.write(bench.btsnoopHeader());
    let count = 0;
    const capture = radio.capture(
      (packet) => {
        count++;
        file.write(bench.btsnoopRecord(packet));
      },
      { withKeys },
    );
    const scan = radio.central.scan(() => {}, { active: true });
    await bench.listened(radio.clock, bench.Seconds(seconds), context.signal);
    scan.cancel();
    capture.cancel();
    file.close();
    return count;
  });
  return { data: { file: out, packets, withKeys }, text: `${packets} packets in ${out}` };
};

export const captureCommand: CommandDefinition = {
  path: "ble capture",
  summary: "Keep every packet between this machine and its adapter while it scans, for btmon and Wireshark",
  details:
    "A file in BTSnoop. Keys, and what would let somebody find one, are zeros. Ctrl-C ends it, and the file is whole",
  options: [
    radioOption,
    { name: "out", value: "FILE", help: "a new file", completes: "file" },
    { name: "seconds", value: "N", help: "how long (default 60)" },
    { name: "with-keys", help: "keep keys too: whoever has the file can then read along" },
  ],
  examples: ["lampkeeper ble capture --out lamp.btsnoop --seconds 30"],
  run: async (context, _, options) => await captured(context, options),
};
