import type { BenchRadio } from "../../testing/bench/bench.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";
import { namedProfile, profileOption } from "./lamp-choice.ts";
import { addressOf, type Bench, countOf, heardAt, loadBench, radioOption, withRadio } from "./radio.ts";

type Link = Awaited<ReturnType<BenchRadio["central"]["connect"]>>;

const addressArgument = { name: "address", help: "of the device, such as a4:c1:38:02:83:f4" } as const;
const placeArgument = {
  name: "characteristic",
  help: "SERVICE/CHARACTERISTIC, by their UUIDs: ffd5/ffd9",
} as const;

/** Behind the eight digits of a UUID that the Bluetooth SIG assigned. */
const assigned = "00001000800000805f9b34fb";

const uuidOf = (word: string): string => {
  const digits = word.replaceAll("-", "").toLowerCase();
  if (!/^([0-9a-f]{4}|[0-9a-f]{32})$/.test(digits))
    throw usageError(`"${word}" is no UUID`, "four digits, or 32 with dashes or without");
  return digits.startsWith("0000") && digits.endsWith(assigned) ? digits.slice(4, 8) : digits;
};

const placeOf = (word: string) => {
  const [service = "", characteristic = "", ...more] = word.split("/");
  if (characteristic === "" || more.length > 0) throw usageError(`"${word}" is not SERVICE/CHARACTERISTIC`);
  return { service: uuidOf(service), characteristic: uuidOf(characteristic) };
};

const bytesOf = (word: string): Buffer => {
  const digits = word.replaceAll(/[\s:-]/g, "");
  if (digits === "" || digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits))
    throw usageError(`"${word}" is not hex`, "pairs of digits: 56ff000000f0aa");
  return Buffer.from(digits, "hex");
};

/** A link for so long as the work takes. */
const onLink = async <Done>(
  context: Context,
  options: Options,
  address: string,
  work: (link: Link, radio: BenchRadio, bench: Bench) => Promise<Done>,
  isLive = false,
): Promise<Done> =>
  await withRadio(
    options,
    async (radio, bench) => {
      const { addressType } = await heardAt(radio, bench, context, address);
      const bond = radio.central.capabilities.bonding ? "if-needed" : "never";
      const link = await radio.central.connect({ address, addressType }, { bond, signal: context.signal });
      try {
        return await work(link, radio, bench);
      } finally {
        await link.close();
      }
    },
    isLive,
  );

const browsed = async (
  context: Context,
  [address = ""]: readonly string[],
  options: Options,
): Promise<Result> =>
  await onLink(context, options, addressOf(address), async (link, _, bench) => {
    const attributes = await bench.attributesOf(link, namedProfile(bench, options));
    return {
      data: { mtu: link.mtu, attributes },
      text: {
        columns: ["SERVICE", "CHARACTERISTIC", "CAN", "VALUE", "MEANS"],
        rows: attributes.map(({ service, characteristic, properties, value, means, refused }) => [
          service,
          characteristic,
          properties.join(","),
          value ?? (refused === undefined ? "" : `(${refused})`),
          means ?? "",
        ]),
        empty: "it has no characteristics",
      },
    };
  });

const readOnce = async (
  context: Context,
  [address = "", word = ""]: readonly string[],
  options: Options,
): Promise<Result> => {
  const place = placeOf(word);
  return await onLink(context, options, addressOf(address), async (link, _, { entryAt }) => {
    const id = entryAt(await link.entries(), place, ["read"]);
    const value = Buffer.from(await link.read(id)).toString("hex");
    return { data: { ...place, value }, text: value };
  });
};

const writtenOnce = async (
  context: Context,
  [address = "", word = "", hex = ""]: readonly string[],
  options: Options,
): Promise<Result> => {
  const place = placeOf(word);
  const bytes = bytesOf(hex);
  const data = { ...place, value: bytes.toString("hex") };
  const denied = (await loadBench()).deniedBy({ ...place, bytes });
  if (denied !== undefined && options["dangerous"] !== true)
    throw new CliError(
      "refused",
      "dangerous_write",
      `this write ${denied.why}`,
      "to do it all the same: --dangerous",
    );
  if (context.dryRun) return { data, text: `would write ${data.value}` };
  return await onLink(context, options, addressOf(address), async (link, _, { entryAt }) => {
    const id = entryAt(await link.entries(), place, ["write", "write-command"]);
    const mode = id.properties.includes("write") ? "request" : "command";
    await link.write(id, bytes, mode);
    return { data: { ...data, mode }, text: mode === "request" ? "confirmed by the device" : "sent" };
  });
};

const watched = async (
  context: Context,
  [address = "", word = ""]: readonly string[],
  options: Options,
): Promise<Result | undefined> => {
  const place = placeOf(word);
  const seconds = countOf(options, "seconds", 1, 86_400) ?? 60;
  const { json, ndjson } = context.out.voice;
  const told: { readonly atMs: number; readonly value: string }[] = [];
  const watch = async (link: Link, { clock }: BenchRadio, { entryAt, listened, Seconds }: Bench) => {
    const id = entryAt(await link.entries(), place, ["notify", "indicate"]);
    const from = clock.monotonic();
    await link.notify(id, (bytes) => {
      const each = { atMs: Math.round(clock.monotonic() - from), value: Buffer.from(bytes).toString("hex") };
      if (ndjson) context.out.line(each);
      else if (json) told.push(each);
      else context.out.text(`${(each.atMs / 1_000).toFixed(3)}\t${each.value}\n`);
    });
    const gone = new AbortController();
    void link.closed.then(() => gone.abort());
    await listened(clock, Seconds(seconds), AbortSignal.any([context.signal, gone.signal]));
  };
  await onLink(context, options, addressOf(address), watch, context.out.isTerminal);
  return json ? { data: told, text: "" } : undefined;
};

export const attributeCommands: readonly CommandDefinition[] = [
  {
    path: "ble gatt",
    summary: "Services and characteristics of a device, with their values",
    args: [addressArgument],
    options: [radioOption, { ...profileOption, help: "also say what its values mean" }],
    examples: ["lampkeeper ble gatt a4:c1:38:02:83:f4 --profile philips-hue/white"],
    run: browsed,
  },
  {
    path: "ble read",
    summary: "Read a characteristic, as hex",
    args: [addressArgument, placeArgument],
    options: [radioOption],
    examples: ["lampkeeper ble read a4:c1:38:02:83:f4 180a/2a29"],
    run: readOnce,
  },
  {
    path: "ble write",
    summary: "Write hex to a characteristic",
    details:
      "What makes a lamp forget its owner, sets its PIN or wears out its flash is refused (docs/bluetooth-lamps.md). Answered by the device where it can answer",
    args: [addressArgument, placeArgument, { name: "hex", help: "the bytes: 56ff000000f0aa" }],
    options: [radioOption, { name: "dangerous", help: "also what cannot be undone" }],
    examples: ["lampkeeper ble write a4:c1:38:02:83:f4 ffd5/ffd9 cc2333"],
    run: writtenOnce,
  },
  {
    path: "ble watch",
    summary: "Show what a characteristic notifies of, as hex",
    args: [addressArgument, placeArgument],
    options: [radioOption, { name: "seconds", value: "N", help: "how long (default 60)" }],
    examples: ["lampkeeper ble watch a4:c1:38:02:83:f4 ffd0/ffd4 --ndjson"],
    run: watched,
  },
];
