import type { Caller } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import { Conflict, InvalidInput, NotFound } from "../../domain/errors.ts";
import { isId, type PersonId } from "../../domain/ids.ts";
import { isoText, parseInstant } from "../../domain/instant-text.ts";
import { Days, kelvinOf, Mireds } from "../../domain/units.ts";
import { changeDays, disposalDays, type StoredHold } from "../../privacy/data-map.ts";
import { fewestSamples, learnedTrigger } from "../../rights/tastes.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { outcomeJson } from "../home-json.ts";
import type { Services } from "../traits.ts";

type Names =
  | "listRetention"
  | "listDisposals"
  | "readRetentionClock"
  | "confirmDate"
  | "setTimeKey"
  | "askTime"
  | "giveSignedTime"
  | "listHolds"
  | "openHold"
  | "closeHold"
  | "chooseEnd"
  | "listChanges"
  | "readRecording"
  | "setRecording"
  | "readInsights"
  | "makeSupportBundle"
  | "listTastes"
  | "forgetTastes"
  | "showTaste";

const dayLetters = "YYYY-MM-DD".length;

export const retentionHandlers = ({ privacy, lights, home, places }: Services): Handlers<Names> => {
  const {
    retention,
    disposals,
    time,
    signedTime,
    holds,
    months,
    changes,
    recording,
    insights,
    tastes,
    support,
  } = privacy.retained;

  const clock = (): Shape<"RetentionClock"> => {
    const { believed, civil, off } = time.view();
    return {
      state: believed === undefined ? "unknown" : off === undefined ? "believed" : "doubted",
      clock: isoText(civil),
      ...(believed === undefined ? {} : { believed: isoText(believed) }),
      ...(off === undefined ? {} : { off: Math.round(off / 1_000) }),
    };
  };

  return {
    listRetention: () => ({
      data: retention.view().map(({ item, terms, oldest, ...counts }) => ({
        item,
        kind: terms.kind,
        ...(terms.kind === "days" ? { days: terms.days } : {}),
        ...(terms.while === undefined ? {} : { while: terms.while }),
        ...counts,
        ...(oldest === undefined ? {} : { oldest: isoText(oldest) }),
      })),
    }),
    listDisposals: () => ({
      data: disposals
        .entries()
        .flatMap(({ order, at, content }) =>
          content === undefined || time.isOver(at, Days(disposalDays))
            ? []
            : [{ order, at: isoText(at), ...content }],
        ),
    }),
    readRetentionClock: clock,
    confirmDate: ({ body: { date } }) => {
      const { civil } = time.view();
      const shown = [places.zone().civil(civil).date as string, isoText(civil).slice(0, dayLetters)];
      if (!shown.includes(date))
        throw new Conflict("the hub's clock shows another date: set it right first, then confirm", {
          path: "date",
        });
      time.confirm();
      return clock();
    },
    setTimeKey: ({ body: { key } }) => {
      signedTime.setKey(key ?? undefined);
      return { key: signedTime.key() ?? null };
    },
    askTime: () => ({ nonce: signedTime.ask() }),
    giveSignedTime: ({ body }) => {
      const signature = Buffer.from(body.signature, "base64url");
      time.confirm(signedTime.accept({ nonce: body.nonce, time: parseInstant(body.time), signature }));
      return clock();
    },
    listHolds: () => ({ data: holds.list().map(holdJson) }),
    openHold: ({ body: { item, reason, person } }) => {
      if (person !== undefined && !isId("person", person))
        throw new InvalidInput("not the id of a person", { path: "person" });
      const hold = holds.open({ item, reason, ...(person === undefined ? {} : { person }) });
      retention.withhold(item);
      return holdJson(hold);
    },
    closeHold: ({ id }) => {
      holds.close(id);
      return undefined;
    },
    chooseEnd: ({ body: { end } }) => {
      months.choose(end);
      return { end: months.isWanted() ? "anonymise" : "delete" };
    },
    listChanges: () => ({
      data: changes
        .list((at) => time.isOver(at, Days(changeDays)))
        .map(({ at, ...rest }) => ({ at: isoText(at), ...rest })),
    }),
    readRecording: () => recording.view(),
    setRecording: ({ body }) => recording.set(body),
    readInsights: () => ({
      counters: insights.counters,
      counts: insights.view(),
      months: months.list(),
      developers: privacy.retained.developers(),
    }),
    makeSupportBundle: ({ body }) => {
      const { schema, made, facts, parts } = support.make(body.with ?? []);
      return {
        schema,
        made: isoText(made),
        facts: JSON.stringify(facts),
        parts: parts.map(({ isTicked, content, ...part }) => ({
          ...part,
          ticked: isTicked,
          content: JSON.stringify(content),
        })),
      };
    },
    listTastes: ({ caller }) => ({
      data: tastes.of(personOf(caller)).map(({ room, part, samples, brightness, mireds }) => ({
        room,
        part,
        samples,
        brightness: Math.round(brightness),
        ...(mireds === undefined ? {} : { colorTemperature: Math.round(kelvinOf(Mireds(mireds))) }),
        enough: samples >= fewestSamples,
      })),
    }),
    forgetTastes: ({ caller }) => {
      tastes.forget(personOf(caller));
      return undefined;
    },
    showTaste: ({ id, caller }) => {
      if (home.room(id) === undefined) throw new NotFound("no such room");
      const suggestion = tastes.suggestion(personOf(caller), id);
      if (suggestion === undefined)
        throw new Conflict("too little is known of how you like this room at this time of day");
      const { brightness, colorTemperature } = suggestion;
      const light = { on: true, brightness, ...(colorTemperature === undefined ? {} : { colorTemperature }) };
      return outcomeJson(
        lights.command(id, light, { kind: "person", actor: present(caller).id, trigger: learnedTrigger }),
      );
    },
  };
};

const holdJson = ({ opened, ...hold }: StoredHold): Shape<"Hold"> => ({ ...hold, opened: isoText(opened) });

/** @throws NoAccount */
const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};
