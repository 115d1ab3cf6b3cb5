import { setTimeout as sleep } from "node:timers/promises";
import type { Shape } from "../../../hub/api/contract.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { hexSecret } from "../hex-secret.ts";
import type { Result } from "../output.ts";
import { fileOption } from "../secret-options.ts";
import type { Options } from "../settings.ts";
import { alignedTable, type Table } from "../table.ts";
import { shareByImprov } from "./wifi.ts";

type Pairing = Shape<"Pairing">;
type Candidate = Pairing["candidates"][number];

/** Of the hub's seconds: as long as most lamps take to be heard, and as long as one that is known by its address may take. */
const listens = 4;
const listensForOne = 20;
const looksEveryMs = 200;
/** A lamp that asks to be paired with, on an adapter that is at work. */
const longCallMs = 120_000;
const keyBytes = 16;

const text = (option: Options[string]): string | undefined =>
  typeof option === "string" ? option : undefined;

const fits = ({ kind, wantsWifi, profiles, device }: Candidate): string => {
  if (device !== undefined) return "yours already";
  if (wantsWifi) return "wants Wi-Fi";
  return kind === undefined ? "unknown" : `${kind}: ${profiles.slice(0, 3).join(", ")}`;
};

const distance = ({ rssi, weak, connectable, kind }: Candidate): string => {
  if (kind === "lamp" && !connectable) return "in use elsewhere";
  return rssi === undefined ? "" : `${rssi} dBm${weak ? ", far" : ""}`;
};

const tableOf = (candidates: readonly Candidate[]): Table => ({
  columns: ["#", "ADDRESS", "NAME", "DISTANCE", "FITS"],
  rows: candidates.map((candidate, at) => [
    `${at + 1}`,
    candidate.address,
    candidate.name ?? "-",
    distance(candidate),
    fits(candidate),
  ]),
  empty: "nobody is heard",
});

const troubleError = ({ code, found, next }: NonNullable<Pairing["trouble"]>): CliError =>
  new CliError(
    code === "pairing_no_adapter" || code === "pairing_adapter_denied" ? "hardwareMissing" : "refused",
    code,
    found,
    next,
  );

/** A pairing at the hub, for as long as one command lasts. */
class Wizard {
  readonly #context: Context;
  readonly #id: string;

  private constructor(context: Context, id: string) {
    this.#context = context;
    this.#id = id;
  }

  static async during<Answer>(context: Context, all: boolean, act: (wizard: Wizard) => Promise<Answer>) {
    const { id } = await context.hub().call("beginPairing", { body: { all } });
    try {
      return await act(new Wizard(context, id));
    } finally {
      // One that is over by now has ended by itself.
      await context
        .hub()
        .call("endPairing", { id })
        .catch((error: unknown) => {
          if (!(error instanceof CliError)) throw error;
        });
    }
  }

  /** Listens for so many seconds of the hub's, or until it is enough. */
  async heard(seconds: number, isEnough: (pairing: Pairing) => boolean): Promise<Pairing> {
    const look = () => this.#context.hub().call("readPairing", { id: this.#id });
    let pairing = await look();
    const until = Math.max(0, pairing.expiresIn - seconds);
    while (pairing.expiresIn > until && !isEnough(pairing)) {
      await sleep(looksEveryMs, undefined, { signal: this.#context.signal });
      pairing = await look();
    }
    return pairing;
  }

  /** @throws CliError: it is not heard */
  async one(address: string): Promise<Candidate> {
    const wanted = address.toLowerCase();
    const named = ({ candidates }: Pairing) => candidates.find((each) => each.address === wanted);
    const pairing = await this.heard(listensForOne, (now) => named(now) !== undefined);
    const found = named(pairing);
    if (found !== undefined) return found;
    if (pairing.trouble !== undefined) throw troubleError(pairing.trouble);
    throw new CliError(
      "notFound",
      "not_found",
      `${address} is not heard`,
      "see who is: lampkeeper pair --list",
    );
  }

  async identify({ address }: Candidate, profile: string | undefined): Promise<void> {
    const body = { address, ...(profile === undefined ? {} : { profile }) };
    await this.#context.hub().call("identifyCandidate", { id: this.#id, body, timeoutMs: longCallMs });
  }

  async add(body: Shape<"NamedCandidate">): Promise<string> {
    const { device } = await this.#context
      .hub()
      .call("addCandidate", { id: this.#id, body, timeoutMs: longCallMs });
    return device ?? "";
  }
}

/** What is said of a candidate before it is added. */
interface Choice {
  readonly candidate: Candidate;
  readonly profile: string | undefined;
  /** Absent: it is the second link of a lamp. */
  readonly name?: string | undefined;
  readonly room: string | undefined;
}

/** @throws CliError: no key, or none of its length. The caller wipes it. */
const keyOf = async (
  context: Context,
  options: Options,
  { sealed }: Candidate,
): Promise<Buffer | undefined> => {
  if (!sealed && options["key-file"] === undefined) return undefined;
  const key = await hexSecret(context, options, "key-file", "Key of the sensor, 32 digits");
  if (key.length === keyBytes) return key;
  key.fill(0);
  throw usageError(`the key of a sensor has ${keyBytes} bytes`);
};

/** A sensor that seals is added with its key, or not at all. */
const added = async (context: Context, wizard: Wizard, options: Options, choice: Choice): Promise<Result> => {
  const { candidate, profile, name = "", room } = choice;
  const link = text(options["link"]);
  if (link !== undefined) return await linked(context, wizard, choice, link);
  const rooms = room === undefined ? [] : (await context.hub().call("listRooms")).data;
  const key = await keyOf(context, options, candidate);
  try {
    const id = await wizard.add({
      address: candidate.address,
      name,
      ...(profile === undefined ? {} : { profile }),
      ...(room === undefined ? {} : { room: findOne("room", room, rooms).id }),
    });
    if (key !== undefined) await sealedBy(context, id, key);
    return { data: { device: id, name }, text: `${name} is yours (${id})` };
  } finally {
    key?.fill(0);
  }
};

/** It is a lamp of the home already, on the network. */
const linked = async (
  context: Context,
  wizard: Wizard,
  { candidate: { address }, profile }: Choice,
  word: string,
): Promise<Result> => {
  const lamp = findOne("device", word, (await context.hub().call("listDevices")).data);
  const device = await wizard.add({ address, link: lamp.id, ...(profile === undefined ? {} : { profile }) });
  return { data: { device }, text: `${lamp.name} can be reached over Bluetooth, too` };
};

const sealedBy = async (context: Context, id: string, key: Buffer): Promise<void> => {
  try {
    await context.hub().call("setBindKey", { id, bytes: key });
  } catch (error) {
    await context.hub().call("removeDevice", { id });
    throw error;
  }
};

/** By its options alone. */
const scripted = async (context: Context, options: Options, address: string): Promise<Result> => {
  const name = text(options["name"]);
  const isWanted = name !== undefined || options["link"] !== undefined;
  if (!isWanted && options["identify"] !== true)
    throw usageError(
      "say --name to add it, --link where it is a lamp of yours, or --identify to let it blink",
    );
  if (context.dryRun) return { data: { address }, text: `${address} would be paired` };
  const choice = { profile: text(options["profile"]), room: text(options["room"]) };
  const found = await Wizard.during(context, true, async (wizard) => {
    const candidate = await wizard.one(address);
    if (isOfWifi(candidate)) return candidate;
    if (options["identify"] === true) await wizard.identify(candidate, choice.profile);
    return isWanted
      ? await added(context, wizard, options, { ...choice, candidate, name })
      : { data: candidate, text: `${address} blinks` };
  });
  return "text" in found ? found : await toldNetwork(context, found, options);
};

const isOfWifi = ({ wantsWifi, kind }: Candidate): boolean => wantsWifi && kind === undefined;

/** It is reached over Wi-Fi afterwards: by the words of its maker, as any other of its kind. */
const toldNetwork = async (context: Context, { address }: Candidate, options: Options): Promise<Result> => {
  await context.hub().call("openProvisioning", { body: {} });
  return {
    ...(await shareByImprov(context, address, options)),
    next: "then enrol it: lampkeeper device add",
  };
};

const listed = async (context: Context, options: Options): Promise<Result> =>
  await Wizard.during(context, options["all"] === true, async (wizard) => {
    const { candidates } = await wizard.heard(listens, () => false);
    return { data: candidates, text: tableOf(candidates) };
  });

/** Step by step, with somebody who answers. */
const guided = async (context: Context, options: Options): Promise<Result> => {
  context.out.say("Put the lamp within two metres of the hub, and its mains on. Close its maker's app.");
  const found = await Wizard.during(context, options["all"] === true, async (wizard) => {
    const candidate = await chosen(context, wizard, text(options["profile"]));
    if (isOfWifi(candidate)) return candidate;
    if (options["link"] !== undefined)
      return await added(context, wizard, options, {
        candidate,
        profile: text(options["profile"]),
        room: undefined,
      });
    const name = text(options["name"]) ?? (await context.ask("Name: "));
    const room = text(options["room"]) ?? ((await context.ask("Room (Enter: none): ")) || undefined);
    return await added(context, wizard, options, {
      candidate,
      profile: text(options["profile"]),
      name,
      room,
    });
  });
  return "text" in found ? found : await toldNetwork(context, found, options);
};

/** The one that somebody means: the lamp that blinked, or a sensor. @throws CliError: they gave up */
const chosen = async (context: Context, wizard: Wizard, profile: string | undefined): Promise<Candidate> => {
  for (;;) {
    const { candidates, trouble } = await wizard.heard(listens, () => false);
    context.out.say(alignedTable(tableOf(candidates), false));
    if (trouble !== undefined) context.out.say(`${trouble.found}\n  ${trouble.next}`);
    const number = await context.ask("Number (Enter: listen on, q: end): ");
    if (number === "q") throw new CliError("refused", "not_confirmed", "nothing was added");
    const candidate = candidates[Number(number) - 1];
    if (candidate === undefined) continue;
    if (candidate.kind === "sensor" || isOfWifi(candidate)) return candidate;
    if (await blinks(context, wizard, candidate, profile)) return candidate;
  }
};

const blinks = async (
  context: Context,
  wizard: Wizard,
  candidate: Candidate,
  profile: string | undefined,
): Promise<boolean> => {
  try {
    await wizard.identify(candidate, profile);
  } catch (error) {
    // What a lamp does not do is no reason to begin anew.
    if (!(error instanceof CliError) || error.exit !== "refused") throw error;
    context.out.error(error);
    return false;
  }
  return /^y(es)?$/i.test(await context.ask("Did it blink? [y/N] "));
};

export const pairCommand: CommandDefinition = {
  path: "pair",
  summary: "Add a lamp or sensor of the air: find, identify, name, done",
  details:
    "At a terminal it asks step by step. With --address it asks nothing; with --list it says who is heard. A lamp is added whole or not at all. A lamp that waits for its Wi-Fi network (Improv) is told it, in clear only with --confirm unencrypted.",
  options: [
    { name: "list", help: "say who is heard, and add nothing" },
    { name: "all", help: "also who no driver is known for" },
    { name: "address", value: "ADDRESS", help: "of the lamp or sensor, such as a4:c1:38:02:83:f4" },
    { name: "profile", value: "PROFILE", help: "its driver (default: the likeliest)" },
    { name: "identify", help: "let it blink first" },
    { name: "name", value: "NAME", help: "1 to 64 visible characters" },
    { name: "room", value: "ROOM", help: "id or name of its room", completes: "room" },
    {
      name: "link",
      value: "LAMP",
      help: "it is this lamp of yours, reached over MQTT: its second link",
      completes: "lamp",
    },
    fileOption("key-file", "file with the key of a sensor that seals what it says"),
    fileOption("code-file", "file with the code printed on a lamp that wants Wi-Fi"),
    { name: "confirm", value: "WORD", help: "unencrypted: let the password be read by whoever is near" },
  ],
  examples: [
    "lampkeeper pair",
    "lampkeeper pair --list --json",
    "lampkeeper pair --address a4:c1:38:02:83:f4 --identify --name Shelf --room Study",
    "lampkeeper pair --address a4:c1:38:02:83:f4 --identify --link Hall",
    "lampkeeper pair --address a4:c1:38:5b:00:09 --name 'Hall climate' --key-file key.txt",
  ],
  run: async (context, _, options) => {
    const address = text(options["address"]);
    if (options["list"] === true) return await listed(context, options);
    if (address !== undefined) return await scripted(context, options, address);
    if (!context.canAsk) throw usageError("nobody can answer here: say --address, or --list");
    return await guided(context, options);
  },
};
