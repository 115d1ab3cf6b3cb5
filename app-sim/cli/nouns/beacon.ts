import type { Shape } from "../../../hub/api/contract.ts";
import { type BeaconKind, beaconKinds, identityBytes } from "../../../hub/domain/beacon.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { hexSecret } from "../hex-secret.ts";
import { settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

type Person = Shape<"Person">;

const peopleOf = async (context: Context): Promise<readonly Person[]> =>
  (await context.hub().call("listPeople")).data;

const kindOf = (word: string | boolean | undefined): BeaconKind => {
  const kind = beaconKinds.find((each) => each === word);
  if (kind === undefined) throw usageError(`--kind takes ${beaconKinds.join(", ")}`);
  return kind;
};

/** `kind (1) | identity`; the caller wipes it. */
const packed = (kind: BeaconKind, identity: Uint8Array): Buffer => {
  if (identity.length !== identityBytes[kind])
    throw usageError(`the identity of this kind has ${2 * identityBytes[kind]} hexadecimal digits`);
  return Buffer.concat([Buffer.of(beaconKinds.indexOf(kind) + 1), identity]);
};

export const beaconCommands: readonly CommandDefinition[] = [
  {
    path: "beacon add",
    summary: "Register something a person carries; its identity is sealed, and shown to nobody again",
    details:
      "An iBeacon by UUID, major and minor; an Eddystone-UID by namespace and instance; a phone by the key with which it resolves its changing addresses (IRK), in either order of bytes. All as hexadecimal digits.",
    args: [{ name: "person", help: "id or name of a person", completes: "person" }],
    options: [
      {
        name: "kind",
        value: "KIND",
        help: "ibeacon, eddystone or phone",
        completes: { choices: beaconKinds },
      },
      {
        name: "identity-file",
        value: "FILE",
        help: "file with the identity; - reads standard input. Absent: it is asked for, unseen",
        completes: "file",
      },
    ],
    examples: [
      "lampkeeper beacon add Ana --kind phone --identity-file irk.txt",
      "lampkeeper beacon add Ben --kind ibeacon --identity-file -",
    ],
    run: async (context, [word = ""], options) => {
      const kind = kindOf(options["kind"]);
      const { id, name } = findOne("person", word, await peopleOf(context));
      if (context.dryRun) return { data: { id, kind }, text: `a beacon of ${name} would be registered` };
      const identity = await hexSecret(context, options, "identity-file", "Identity of the beacon");
      const bytes = packed(kind, identity);
      const beacon = await context.hub().call("addBeacon", { id, bytes });
      for (const each of [identity, bytes]) each.fill(0);
      return { data: beacon, text: `a beacon of ${name} is registered: ${beacon.id}` };
    },
  },
  {
    path: "beacon list",
    summary: "Whose beacons there are; by what they are known is not shown",
    examples: ["lampkeeper beacon list"],
    run: async (context) => {
      const timeZone = settingOf(context.settings, "time-zone").value;
      const beacons = (await peopleOf(context)).flatMap(({ name, beacons }) =>
        beacons.map((beacon) => ({ ...beacon, person: name })),
      );
      return {
        data: beacons,
        text: {
          columns: ["PERSON", "KIND", "ADDED", "ID"],
          rows: beacons.map(({ person, kind, added, id }) => [
            person,
            kind,
            timeText(added, timeZone),
            { text: id, dim: true },
          ]),
          empty: "no beacons yet",
        },
      };
    },
  },
  {
    path: "beacon remove",
    summary: "Remove a beacon; it counts for nothing at once",
    args: [{ name: "beacon", help: "id of a beacon; see: lampkeeper beacon list" }],
    examples: ["lampkeeper beacon remove b-aaaaaaaaaaaa"],
    run: async (context, [word = ""]) => {
      const beacons = (await peopleOf(context)).flatMap(({ beacons }) => beacons);
      const { id } = findOne(
        "beacon",
        word,
        beacons.map(({ id }) => ({ id, name: id })),
      );
      if (context.dryRun) return { data: { id }, text: `the beacon ${id} would be removed` };
      await context.confirm("Remove this beacon?");
      await context.hub().call("removeBeacon", { id });
      return { data: { id }, text: `the beacon ${id} is removed` };
    },
  },
];
