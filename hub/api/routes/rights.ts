import { Readable } from "node:stream";
import type { Caller } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { PersonId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import { mostPasswordBytes } from "../../domain/password.ts";
import { AsksThemselves, objectionables } from "../../domain/rights.ts";
import type { BackupContents } from "../../rights/backup-service.ts";
import type { ErasureReceipt } from "../../rights/erasure.ts";
import { exportJsonSchema } from "../../rights/export-schema.ts";
import { readableReport } from "../../rights/readable-report.ts";
import { sharedScene } from "../../rights/shared-scene.ts";
import { gathered } from "../../rights/whole-file.ts";
import { jsonText, stream, text } from "../answers.ts";
import type { rightsRoutes } from "../contract/rights.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { paletteJson, stateJson } from "../home-json.ts";
import type { Services } from "../traits.ts";

type RightsRoutes = keyof typeof rightsRoutes;

export const rightsHandlers = (services: Services): Handlers<RightsRoutes> => {
  const { accounts, scenes } = services;
  const { exports, rights, erasure, corrections, backups, moves, imports, calendar, rightToKnow } =
    services.privacy.personal;
  const shown = (person: PersonId): Shape<"OwnRights"> => rightsJson(rights.of(person));
  const after = (person: PersonId, change: (person: PersonId) => void) => {
    change(person);
    return shown(person);
  };
  /** Whoever asks for their own has seen what was announced to them. */
  const seen = (person: PersonId) => after(person, (id) => rights.noticeSeen(id));
  return {
    readOwnData: ({ caller }) => exports.ofPerson(personOf(caller)),
    readOwnReport: ({ caller }) =>
      text(readableReport(exports.ofPerson(personOf(caller))), "text/plain; charset=utf-8"),
    correctOwnData: ({ body: { name, addresses }, caller }) =>
      after(personOf(caller), (id) =>
        corrections.correct(id, {
          ...(name === undefined ? {} : { name }),
          ...(addresses === undefined ? {} : { addresses }),
        }),
      ),
    readOwnRights: ({ caller }) => seen(personOf(caller)),
    confirmOwnData: ({ caller }) => after(personOf(caller), (id) => rights.confirm(id)),
    readRightToKnow: ({ caller }) => rightToKnow(personOf(caller)),
    unlinkOwnPhone: ({ id, caller }) => {
      corrections.unlink(personOf(caller), id);
      return undefined;
    },
    restrictOwnData: ({ caller }) => after(personOf(caller), (id) => rights.restrict(id)),
    announceOwnLift: ({ caller }) =>
      after(personOf(caller), (id) => {
        rights.announceLift(id);
        rights.noticeSeen(id);
      }),
    liftOwnRestriction: ({ caller }) => after(personOf(caller), (id) => rights.lift(id)),
    setOwnObjection: ({ body: { purpose, objects }, caller }) =>
      after(personOf(caller), (id) => rights.setObjection(id, purpose, objects)),
    eraseOwnAccount: ({ caller }) => receiptJson(erasure.erase(personOf(caller))),
    readExportSchema: async () =>
      jsonText(exportJsonSchema((await services.privacy.library()).mapHash), "application/schema+json"),
    exportHome: () => exports.ofHome(),
    exportCalendar: () => text(calendar(), "text/calendar; charset=utf-8"),
    exportPerson: ({ id }) => {
      if (accounts.of(id) !== undefined)
        throw new AsksThemselves("this person can sign in, and asks for their copy themselves");
      return exports.ofPerson(id);
    },
    importHome: ({ bytes }) => ({ records: imports.take(bytes), applies: "at-next-start" }),
    erasePerson: ({ id }) => receiptJson(erasure.erase(id)),
    readPersonRights: ({ id }) => shown(id),
    restrictPerson: ({ id }) => after(id, () => rights.restrict(id)),
    announceLift: ({ id }) => after(id, () => rights.announceLift(id)),
    liftRestriction: ({ id }) => after(id, () => rights.lift(id)),
    shareScene: ({ id }) => {
      const scene = scenes.get(id);
      if (scene === undefined) throw new NotFound("no such scene");
      const { states, palette, schema } = sharedScene(scene);
      return { schema, states: states.map(stateJson), ...(palette && { palette: paletteJson(palette) }) };
    },
    readBackup: () => {
      const newest = backups.newest();
      return { newest: newest === undefined ? null : isoText(newest), waiting: backups.isWaiting() };
    },
    createBackup: ({ bytes }) => stream(Readable.from(backups.create(bytes)), "application/octet-stream"),
    verifyBackup: async ({ bytes }) =>
      withPassphrase(await gathered(bytes), (passphrase, file) =>
        contentsJson(backups.verify(passphrase, file)),
      ),
    restoreBackup: async ({ bytes }) =>
      withPassphrase(await gathered(bytes), (passphrase, file) => ({
        ...contentsJson(backups.restore(passphrase, file)),
        applies: "at-next-start" as const,
      })),
    offerMove: () => {
      const { publicKey, code, expires } = moves.offer();
      return { offer: publicKey.toString("base64url"), code, expires: isoText(expires) };
    },
    packMove: ({ body: { offer, code } }) =>
      stream(Readable.from(moves.pack(Buffer.from(offer, "base64url"), code)), "application/octet-stream"),
    takeMove: async ({ bytes }) => ({ ...moves.take(await gathered(bytes)), applies: "at-next-start" }),
  };
};

/** @throws NoAccount */
const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};

type RightsView = ReturnType<Services["privacy"]["personal"]["rights"]["of"]>;

const rightsJson = ({ confirmed, isDue, restriction, objections }: RightsView): Shape<"OwnRights"> => {
  const lift = restriction?.lift;
  const seen = lift?.delivered === undefined ? null : isoText(lift.delivered);
  return {
    confirmed: isoText(confirmed),
    due: isDue,
    restricted: restriction === undefined ? null : isoText(restriction.since),
    ...(lift && { notice: { announced: isoText(lift.announced), seen } }),
    objections,
    objectionable: objectionables,
  };
};

const receiptJson = ({ at, ...receipt }: ErasureReceipt): Shape<"ErasureReceipt"> => ({
  at: isoText(at),
  ...receipt,
});

const contentsJson = ({ created, records, people }: BackupContents): Shape<"BackupContents"> => ({
  created: isoText(created),
  records,
  people: people.all,
  readable: people.readable,
});

/** Length u16 | passphrase | file. The passphrase is wiped. @throws InvalidInput */
const withPassphrase = <Result>(sent: Buffer, use: (passphrase: Buffer, file: Buffer) => Result): Result => {
  const length = sent.length < 2 ? 0 : sent.readUInt16BE();
  const file = sent.subarray(2 + length);
  if (length === 0 || length > mostPasswordBytes || file.length === 0)
    throw new InvalidInput("send two bytes length, the passphrase, and the file", { path: "passphrase" });
  const passphrase = sent.subarray(2, 2 + length);
  try {
    return use(passphrase, file);
  } finally {
    passphrase.fill(0);
  }
};
