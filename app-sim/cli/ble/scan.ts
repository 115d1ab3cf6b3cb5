import type { FoundDevice } from "../../testing/bench/found-devices.ts";
import { usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";
import { alignedTable, oneLine, type Table } from "../table.ts";
import { countOf, radioOption, withRadio } from "./radio.ts";

const kinds = ["lamp", "bthome", "mibeacon", "ibeacon", "eddystone", "improv", "other"] as const;

type Filter = (device: FoundDevice) => boolean;

const filterOf = (options: Options): Filter => {
  const { name, kind, rssi } = options;
  const least = typeof rssi === "string" ? Number(rssi) : -128;
  if (!(least >= -128 && least <= 20))
    throw usageError(`--rssi takes dBm, such as -80; not "${String(rssi)}"`);
  if (typeof kind === "string" && !kinds.some((each) => each === kind))
    throw usageError(`--kind takes ${kinds.join(", ")}; not "${kind}"`);
  return (device) =>
    (device.rssi ?? -128) >= least &&
    (typeof kind !== "string" || device.decoded.kind === kind) &&
    (typeof name !== "string" || (device.decoded.name ?? "").toLowerCase().includes(name.toLowerCase()));
};

const columns = ["ADDRESS", "RSSI", "NAME", "KIND", "SAYS", "PACKETS", "INTERVAL"];

const cellsOf = ({ address, rssi, decoded, packets, intervalMs }: FoundDevice): readonly string[] => [
  address,
  rssi === undefined ? "" : String(rssi),
  decoded.name ?? "",
  decoded.kind,
  decoded.says,
  String(packets),
  intervalMs === undefined ? "" : `${intervalMs} ms`,
];

const tableOf = (devices: readonly FoundDevice[]): Table => ({
  columns,
  rows: devices.map(cellsOf),
  empty: "nobody advertises here",
});

/** RFC 4180, of one line. A name that a spreadsheet would take for a formula is made a text. */
const csvCell = (text: string): string => {
  const harmless = oneLine(/^[=+@]/.test(text) ? `'${text}` : text);
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const csvOf = (devices: readonly FoundDevice[]): string =>
  [
    "address,type,rssi,name,kind,says,packets,interval_ms,advertisement,scan_response",
    ...devices.map(
      ({ address, addressType, rssi, decoded, packets, intervalMs, advertisement, scanResponse }) =>
        [
          ...[address, addressType, rssi ?? "", decoded.name ?? "", decoded.kind, decoded.says],
          ...[packets, intervalMs ?? "", advertisement, scanResponse ?? ""],
        ]
          .map((each) => csvCell(String(each)))
          .join(","),
    ),
  ].join("\n");

/** Home, the table, and nothing below it. */
const redrawn = (table: string): string => `\u001b[H\u001b[J${table}\n`;

const scanned = async (context: Context, options: Options, isLive: boolean): Promise<Result> => {
  const fits = filterOf(options);
  const seconds = countOf(options, "seconds", 1, 86_400) ?? 10;
  const { ndjson, color } = context.out.voice;
  const found = await withRadio(
    options,
    async ({ central, clock }, { FoundDevices, listened, Seconds }) => {
      const devices = new FoundDevices();
      const listed = () => devices.list().filter(fits);
      const tell = (address: string, atMs: number) => {
        const device = devices.at(address);
        if (device !== undefined && fits(device)) context.out.line({ atMs: Math.round(atMs), ...device });
      };
      const scan = central.scan(
        (heard) => {
          devices.hear(heard);
          if (ndjson) tell(heard.address, heard.at);
        },
        { active: true },
      );
      const draw = () => context.out.text(redrawn(alignedTable(tableOf(listed()), color)));
      const redraw = isLive ? clock.every(Seconds(1), draw) : undefined;
      await listened(clock, Seconds(seconds), context.signal);
      redraw?.cancel();
      scan.cancel();
      if (isLive) draw();
      return listed();
    },
    isLive,
  );
  return { data: found, text: options["csv"] === true ? csvOf(found) : tableOf(found) };
};

export const scanCommand: CommandDefinition = {
  path: "ble scan",
  summary: "Who advertises over Bluetooth, and what it says",
  details:
    "In a terminal the table is drawn anew each second; with --ndjson each packet is a line. Knows the lamps of docs/bluetooth-lamps.md, BTHome, MiBeacon, iBeacon, Eddystone and Improv. Needs no hub, and keeps nothing of what is heard",
  options: [
    radioOption,
    { name: "seconds", value: "N", help: "how long it listens (default 10)" },
    { name: "name", value: "TEXT", help: "only those with this in their name" },
    { name: "kind", value: "KIND", help: `only these: ${kinds.join(", ")}`, completes: { choices: kinds } },
    { name: "rssi", value: "DBM", help: "only those at least so loud, such as -80" },
    { name: "csv", help: "comma-separated values, with the raw bytes" },
  ],
  examples: ["lampkeeper ble scan --radio virtual", "lampkeeper ble scan --kind lamp --rssi -80 --csv"],
  run: async (context, _, options) => {
    const { json, ndjson, plain } = context.out.voice;
    const isLive = context.out.isTerminal && !json && !ndjson && !plain && options["csv"] !== true;
    const result = await scanned(context, options, isLive);
    // Either has been written by then.
    return ndjson || isLive ? undefined : result;
  },
};
