import { describe, expect, test } from "vitest";
import {
  appealText,
  type DeclineCode,
  declineCodes,
  declineTexts,
  type IdentityLevel,
  identityLevels,
  neededIdentity,
  type RequestKind,
  requestKinds,
} from "../../../hub/domain/request.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Days, Hours, Minutes } from "../../../hub/domain/units.ts";
import { appealDays, formDays } from "../../../hub/rights/request-service.ts";
import { proves } from "../../support/proves.ts";
import { ana, ben, formOf, keeper, otherKeeper, RequestRig } from "./request-rig.ts";

const code = (code: string) => expect.objectContaining({ code });

describe("from the first word to the last", () => {
  test(`through every state, each step on record and none that can be changed unseen ${proves("H18", "D8", "A24")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("access");
    expect(() => rig.service.identify(id, ana, "session")).toThrow(code("identity_needed"));
    rig.service.identify(id, ana, "second-factor");
    rig.service.extend(id, "complexity", keeper);
    rig.service.investigate(id, keeper);
    await rig.service.decide(id, { outcome: "declined", code: "not-eligible" }, keeper);
    const appeal = rig.service.appeal(id, formOf("I think it is"), ana);
    await rig.service.decide(appeal.id, { outcome: "granted" }, otherKeeper);
    rig.service.close(id, ana);
    expect(rig.steps(id)).toEqual([
      "received",
      "identity-check",
      "identified",
      "investigating",
      "extended",
      "investigating",
      "declined",
      "appealed",
      "granted",
      "closed",
    ]);
    expect(rig.steps(appeal.id)).toEqual(["received", "identified", "granted"]);
    expect(rig.book.need(id)).toMatchObject({
      outcome: "granted",
      state: "closed",
      decider: otherKeeper.person,
    });
    expect(rig.chain.verify()).toMatchObject({ sound: true, entries: 13 });
  });

  test("a state that may not follow is refused, and nothing is written down", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    const before = rig.steps(id);
    expect(() => rig.service.investigate(id, keeper)).toThrow(code("wrong_request_state"));
    expect(() => rig.service.appeal(id, formOf("no"), ana)).toThrow(code("wrong_request_state"));
    await expect(rig.service.decide(id, { outcome: "granted" }, keeper)).rejects.toThrow(
      code("wrong_request_state"),
    );
    rig.service.close(id, ana);
    expect(() => rig.service.close(id, ana)).toThrow(code("wrong_request_state"));
    expect(rig.steps(id)).toEqual([...before, "closed"]);
    expect(rig.done).toEqual([`restrict ${ana}`]);
  });

  test(`help and opinions are taken, answered, and deleted by who gave them ${proves("H18", "D8", "IR8425:InformationReception")}`, async () => {
    const rig = new RequestRig();
    const help = rig.ask("support", "the lamp flickers");
    const opinion = rig.ask("feedback", "the dusk scene is lovely");
    await rig.service.decide(help.id, { outcome: "granted" }, keeper);
    expect(rig.steps(help.id)).toEqual(["received", "identified", "granted"]);
    for (const { id } of [help, opinion]) rig.service.remove(id, ana);
    expect(rig.service.of(ana)).toEqual([]);
    expect([...rig.store.collection("person-request-forms").entries()]).toEqual([]);
    expect(rig.steps(opinion.id)).toEqual(["received", "identified", "deleted"]);
    const right = rig.ask("access");
    expect(() => rig.service.remove(right.id, ana)).toThrow(code("wrong_request_state"));
  });

  test("what a right's own service refuses is not written down as done, and can be granted later", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    rig.refusal = new RangeError("the disk is full");
    await expect(rig.service.decide(id, { outcome: "granted" }, keeper)).rejects.toThrow("the disk is full");
    expect(rig.book.need(id).state).toBe("received");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    expect(rig.done).toEqual([`restrict ${ana}`]);
  });

  test("two answers at once are one", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    const both = await Promise.allSettled([
      rig.service.decide(id, { outcome: "granted" }, keeper),
      rig.service.decide(id, { outcome: "declined", code: "not-eligible" }, otherKeeper),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(rig.steps(id).filter((step) => step === "granted" || step === "declined")).toEqual(["granted"]);
  });

  test("after a restart everything stands as it did", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    const again = new RequestRig();
    for (const [name, records] of rig.store.records) again.store.records.set(name, records);
    again.book.start();
    expect(again.service.own(id, ana)).toEqual(rig.service.own(id, ana));
  });
});

describe("who asks", () => {
  const order = (level: IdentityLevel): number => identityLevels.indexOf(level);
  const cells = requestKinds
    .filter((kind) => kind !== "appeal")
    .flatMap((kind) => identityLevels.map((level) => [kind, level] as const));

  test.each(cells)(
    `%s by %s: done at the level it takes or a higher one, refused below ${proves("H55", "U34", "Z22", "U22")}`,
    async (kind, level) => {
      const rig = new RequestRig();
      const { id } = rig.ask(kind);
      const show = () => rig.service.identify(id, ana, level === "button" ? "session" : level);
      const isEnough = order(level) >= order(neededIdentity[kind]);
      if (level === "button" && neededIdentity[kind] !== "session") {
        expect(show).toThrow(code("identity_needed"));
        rig.press();
      }
      if (isEnough) expect(show().identity).toBeDefined();
      else expect(show).toThrow(code("identity_needed"));
      const decided = rig.service.decide(id, { outcome: "granted" }, keeper);
      if (isEnough) expect((await decided).outcome).toBe("granted");
      else await expect(decided).rejects.toThrow(code("identity_needed"));
      const acts = { erase: `erase ${ana}`, restrict: `restrict ${ana}`, object: `object ${ana} security` };
      const act = (acts as Partial<Record<RequestKind, string>>)[kind];
      expect(rig.done).toEqual(isEnough && act !== undefined ? [act] : []);
    },
  );

  test(`the button counts for one request, once, and for two minutes ${proves("H55", "Z22")}`, async () => {
    const rig = new RequestRig();
    const [first, second] = [rig.ask("erase", "all of it"), rig.ask("erase", "all of it, now")];
    rig.press();
    expect(() => rig.service.identify(first.id, ana, "second-factor")).toThrow(code("identity_needed"));
    expect(() => rig.service.identify(second.id, ana, "session")).toThrow(code("conflict"));
    await rig.clock.advance(Minutes(2));
    rig.press();
    expect(() => rig.service.identify(first.id, ana, "session")).toThrow(code("identity_needed"));
    rig.press();
    expect(rig.service.identify(first.id, ana, "session").identity).toBe("button");
    expect(() => rig.service.identify(second.id, ana, "session")).toThrow(code("identity_needed"));
  });

  test("somebody else's request is as unknown as none", () => {
    const rig = new RequestRig();
    const { id } = rig.ask("access");
    for (const ask of [
      () => rig.service.own(id, ben),
      () => rig.service.identify(id, ben, "button"),
      () => rig.service.appeal(id, formOf("x"), ben),
      () => rig.service.remove(id, ben),
    ])
      expect(ask).toThrow(code("not_found"));
  });

  test("the same once more, and a message that was taken already, are refused", () => {
    const rig = new RequestRig();
    rig.ask("access");
    expect(() => rig.ask("access")).toThrow(code("request_replayed"));
    expect(rig.service.intake("California Opt-Out", "message 1")?.outcome).toBe("granted");
    expect(() => rig.service.intake("California Opt-Out", "message 1")).toThrow(code("request_replayed"));
    expect(rig.service.list()).toHaveLength(2);
  });

  test("a request that the disk refuses is neither there nor half there", () => {
    const rig = new RequestRig();
    rig.store.refuse = new StoreFailed("the disk is full");
    expect(() => rig.ask("support")).toThrow(code("store_failed"));
    expect([rig.service.list(), ...rig.store.records.values()].flatMap((each) => [...each])).toEqual([]);
    expect(rig.ask("support").state).toBe("received");
  });

  test("nobody fills the house with requests", () => {
    const rig = new RequestRig();
    for (let count = 0; count < 50; count++) rig.ask("support", `number ${count}`);
    expect(() => rig.ask("support", "one more")).toThrow(code("too_many_attempts"));
    for (let count = 0; count < 50; count++) rig.service.intake("Nevada Sale Opt-Out", `message ${count}`);
    expect(() => rig.service.intake("Nevada Sale Opt-Out", "one more")).toThrow(code("too_many_attempts"));
    expect(rig.service.list()).toHaveLength(100);
  });
});

test("a message with one of the two subjects is an opt-out by that state's law, however it is written", () => {
  const rig = new RequestRig();
  expect(rig.service.intake("  california opt-out ", "m1")).toMatchObject({
    kind: "opt-out",
    jurisdiction: "US-CA",
    law: "ccpa-opt-out",
    outcome: "granted",
  });
  expect(rig.service.intake("Nevada Sale Opt-Out", "m2")).toMatchObject({ jurisdiction: "US-NV" });
  for (const subject of ["Re: lamps", "California", "Opt-Out", "California Opt-Out!"])
    expect(rig.service.intake(subject, subject)).toBeUndefined();
  expect(rig.service.list()).toHaveLength(2);
});

describe("agents", () => {
  const evidence = { kind: "power-of-attorney", sha256: "ab".repeat(32) } as const;
  const asAgent = (rig: RequestRig, kind: RequestKind = "access") =>
    rig.service.receive(
      { kind, form: formOf("for Ana", { relationship: "agent" }), subject: ana, evidence },
      ben,
    );

  test(`nothing is released without the person's own yes ${proves("A49")}`, async () => {
    const rig = new RequestRig();
    const { id } = asAgent(rig);
    expect(() => rig.service.identify(id, ben, "button")).toThrow(code("not_found"));
    await expect(rig.service.decide(id, { outcome: "granted" }, keeper)).rejects.toThrow(
      code("agent_unproven"),
    );
    await expect(rig.service.copy(id, ben)).rejects.toThrow(code("wrong_request_state"));
    expect(rig.done).toEqual([]);
    rig.service.identify(id, ana, "second-factor");
    expect(rig.steps(id)).toContain("confirmed");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    expect(`${await rig.service.copy(id, ben)}`).toContain(ana);
  });

  test(`a yes at too low a level is none ${proves("A49")}`, async () => {
    const rig = new RequestRig();
    const { id } = asAgent(rig, "erase");
    expect(() => rig.service.identify(id, ana, "second-factor")).toThrow(code("identity_needed"));
    await expect(rig.service.decide(id, { outcome: "granted" }, keeper)).rejects.toThrow(
      code("agent_unproven"),
    );
    expect(rig.people.has(ana)).toBe(true);
  });

  test(`without a power of attorney or a signed letter nothing is taken ${proves("A49")}`, () => {
    const rig = new RequestRig();
    const form = formOf("for Ana", { relationship: "agent" });
    expect(() => rig.service.receive({ kind: "access", form, subject: ana }, ben)).toThrow(
      code("agent_unproven"),
    );
    expect(() => rig.service.receive({ kind: "access", form }, ben)).toThrow(code("invalid_input"));
    const self = { kind: "access", form: formOf("hers"), subject: ana, evidence } as const;
    expect(() => rig.service.receive(self, ben)).toThrow(code("invalid_input"));
    expect(rig.service.list()).toEqual([]);
    const letter = { kind: "signed-letter", sha256: "cd".repeat(32) } as const;
    expect(
      rig.service.receive({ kind: "access", form, subject: ana, evidence: letter }, ben).evidence,
    ).toEqual(letter);
  });
});

describe("answers", () => {
  test.each(declineCodes)(
    `%s is a reason, and its text names the way to appeal ${proves("A48", "H54")}`,
    async (reason) => {
      const rig = new RequestRig();
      const { id } = rig.ask("rectify");
      await rig.service.decide(id, { outcome: "declined", code: reason }, keeper);
      expect(rig.book.need(id).declined).toBe(reason);
      expect(`${declineTexts[reason]} ${appealText}`).toMatch(
        /appeal.*somebody else.*supervisory authority.*costs anything/s,
      );
      expect(rig.service.appeal(id, formOf("please look again"), ana).against).toBe(id);
    },
  );

  test(`no refusal without a reason, and no reason without a refusal ${proves("H54", "A48", "GDPR:12")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("rectify");
    for (const decision of [
      { outcome: "declined" },
      { outcome: "partly-granted" },
      { outcome: "granted", code: "excessive" as DeclineCode },
    ] as const)
      await expect(rig.service.decide(id, decision, keeper)).rejects.toThrow(code("reason_needed"));
    expect(rig.book.need(id).state).toBe("identity-check");
  });

  test(`whoever decided does not judge that decision ${proves("A50")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    await rig.service.decide(id, { outcome: "declined", code: "not-eligible" }, keeper);
    const appeal = rig.service.appeal(id, formOf("please look again"), ana);
    expect(appeal).toMatchObject({ kind: "appeal", against: id });
    const again = (by: typeof keeper) => rig.service.decide(appeal.id, { outcome: "granted" }, by);
    await expect(again(keeper)).rejects.toThrow(code("same_decider"));
    // The same person by another credential, and a credential of which nobody knows whose it is.
    await expect(again({ ...keeper, id: "t-mmmmmmmmmmmm" })).rejects.toThrow(code("same_decider"));
    await expect(again({ id: "t-mmmmmmmmmmmm" })).rejects.toThrow(code("same_decider"));
    // Nor does anybody judge their own appeal.
    await expect(again({ id: "t-aaaaaaaaaaaa", person: ana })).rejects.toThrow(code("same_decider"));
    expect(rig.done).toEqual([]);
    await again(otherKeeper);
    expect(rig.done).toEqual([`restrict ${ana}`]);
    expect(rig.book.need(id)).toMatchObject({ state: "granted", outcome: "granted" });
  });

  test("an appeal that is declined leaves the decision as it was", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    await rig.service.decide(id, { outcome: "declined", code: "not-eligible" }, keeper);
    const appeal = rig.service.appeal(id, formOf("please look again"), ana);
    await rig.service.decide(appeal.id, { outcome: "declined", code: "not-eligible" }, otherKeeper);
    expect(rig.book.need(id)).toMatchObject({
      state: "declined",
      declined: "not-eligible",
      decider: keeper.person,
    });
    expect(rig.done).toEqual([]);
  });

  test("whoever refuses is a person: a program's refusal could not be appealed", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    const refused = rig.service.decide(id, { outcome: "declined", code: "excessive" }, { id: keeper.id });
    await expect(refused).rejects.toThrow(code("identity_needed"));
  });

  test(`the second copy is as free as the first, and only not every minute ${proves("U33", "H54", "GDPR:12")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("copy");
    rig.service.identify(id, ana, "second-factor");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    for (let count = 0; count < 6; count++) expect(`${await rig.service.copy(id, ana)}`).toContain(ana);
    await expect(rig.service.copy(id, ana)).rejects.toMatchObject({
      code: "too_many_attempts",
      context: { seconds: 3_600 },
    });
    await rig.clock.advance(Hours(1));
    expect(`${await rig.service.copy(id, ana)}`).toContain(ana);
    // There is no word for money anywhere in what a request is or can be answered with.
    expect(JSON.stringify([rig.book.need(id), declineTexts, appealText])).not.toMatch(
      /fee|charge|pay|price/i,
    );
    // The same once more, the next day: another request, served like the first.
    await rig.clock.advance(Hours(20));
    const second = rig.ask("copy");
    rig.service.identify(second.id, ana, "second-factor");
    await rig.service.decide(second.id, { outcome: "granted" }, keeper);
    expect(`${await rig.service.copy(second.id, ana)}`).toContain(ana);
  });
});

describe("time", () => {
  test(`investigating stops no clock, and the deadline is there to see ${proves("A24")}`, async () => {
    const rig = new RequestRig();
    const { id, due } = rig.ask("restrict");
    rig.service.investigate(id, keeper);
    expect(rig.book.need(id)).toMatchObject({ state: "investigating", due, lastDay: "2026-11-30" });
    await rig.clock.advance(Days(29));
    expect(rig.book.need(id).due).toBe(due);
    expect(rig.clock.now()).toBeGreaterThanOrEqual(due);
    expect(rig.steps(id).filter((step) => step === "alarm")).toHaveLength(3);
  });

  test(`alarms at seven days, one day and none, by the clock, each once ${proves("A25")}`, async () => {
    const rig = new RequestRig();
    const { id, due } = rig.ask("restrict");
    const alarms = () => rig.book.historyOf(id).flatMap(({ content }) => content?.daysLeft ?? []);
    const upTo = (days: number) =>
      rig.clock.advance((due - Days(days) - rig.clock.now()) as ReturnType<typeof Days>);
    await rig.clock.advance((due - Days(7) - 1 - rig.clock.now()) as ReturnType<typeof Days>);
    expect(alarms()).toEqual([]);
    await upTo(7);
    expect(alarms()).toEqual([7]);
    await upTo(1);
    expect(alarms()).toEqual([7, 1]);
    await upTo(0);
    expect(alarms()).toEqual([7, 1, 0]);
    await rig.clock.advance(Days(3));
    expect(alarms()).toEqual([7, 1, 0]);
    expect(rig.board.list(undefined).map(({ title }) => title)).toEqual([
      "The answer to a request is late",
      "A request has to be answered by tomorrow",
      "A request has to be answered within a week",
    ]);
  });

  test("an alarm that the disk refuses is raised an hour later, and the hub goes on", async () => {
    const rig = new RequestRig();
    const { id, due } = rig.ask("restrict");
    rig.store.refuse = new StoreFailed("the disk is full");
    rig.clock.step(due - Days(7) - rig.clock.now());
    await rig.clock.advance(Minutes(1));
    expect(rig.log.lines.map(({ event }) => event)).toContain("requests.not-watched");
    expect(rig.board.list(undefined)).toEqual([]);
    await rig.clock.advance(Hours(1));
    expect(rig.board.list(undefined)).toHaveLength(1);
    expect(rig.book.need(id).alarms).toBe(1);
  });

  test(`a clock that steps over an alarm raises it, and one that steps back raises none twice ${proves("A25")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    rig.clock.step(Days(40));
    await rig.clock.advance(Hours(1));
    rig.clock.step(-Days(39));
    await rig.clock.advance(Days(2));
    expect(rig.steps(id).filter((step) => step === "alarm")).toHaveLength(3);
  });

  test(`longer only once, with a reason, in time, and where the first law due allows it ${proves("A25", "GDPR:12")}`, async () => {
    const rig = new RequestRig();
    const { id, due } = rig.ask("restrict");
    const extended = rig.service.extend(id, "number-of-requests", keeper);
    expect(extended).toMatchObject({
      state: "extended",
      extended: "number-of-requests",
      lastDay: "2026-12-29",
    });
    expect(extended.due).toBeGreaterThan(due);
    rig.service.investigate(id, keeper);
    expect(() => rig.service.extend(id, "complexity", keeper)).toThrow(code("no_extension"));
    const vietnam = new RequestRig("2026-11-02T03:00:00Z", "VN", "Asia/Ho_Chi_Minh");
    const strict = vietnam.ask("restrict");
    expect(strict).toMatchObject({ law: "pdpd", due: strict.received + Hours(72) });
    expect(() => vietnam.service.extend(strict.id, "complexity", keeper)).toThrow(code("no_extension"));
    const late = new RequestRig();
    const over = late.ask("restrict");
    await late.clock.advance(Days(40));
    expect(() => late.service.extend(over.id, "complexity", keeper)).toThrow(code("no_extension"));
  });

  test(`who builds on the hub has an answer within fifteen working days ${proves("D22")}`, () => {
    const rig = new RequestRig();
    const form = formOf("why was my token refused", { relationship: "developer" });
    expect(rig.service.receive({ kind: "support", form }, ana)).toMatchObject({
      law: "developer",
      lastDay: "2026-11-23",
    });
  });

  test(`after closing and its time the form is gone and the outcome stays ${proves("A47")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("rectify", "my name is spelt Anna");
    expect(Object.keys(rig.book.formOf(rig.book.need(id)) ?? {}).sort()).toEqual([
      "name",
      "relationship",
      "request",
    ]);
    rig.service.identify(id, ana, "second-factor");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    await rig.clock.advance(Days(appealDays + 1));
    expect(rig.book.need(id).state).toBe("closed");
    expect(rig.book.formOf(rig.book.need(id))).toBeDefined();
    await rig.clock.advance(Days(formDays));
    expect(rig.book.formOf(rig.book.need(id))).toBeUndefined();
    expect([...rig.store.collection("person-request-forms").entries()]).toEqual([]);
    expect(rig.book.need(id)).toMatchObject({ state: "closed", outcome: "granted" });
    expect(rig.steps(id)).toContain("form-erased");
  });

  test(`who is erased leaves the outcome and no word of theirs ${proves("A47")}`, async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("erase", "forget me");
    expect(() => rig.service.identify(id, ana, "session")).toThrow(code("identity_needed"));
    rig.press();
    rig.service.identify(id, ana, "session");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    expect(rig.done).toEqual([`erase ${ana}`]);
    expect(rig.book.formOf(rig.book.need(id))).toBeUndefined();
    await rig.clock.advance(Days(70));
    expect(rig.book.need(id)).toMatchObject({ state: "closed", outcome: "granted" });
  });

  test("nobody's word closes what a clock that cannot be trusted calls old", async () => {
    const rig = new RequestRig();
    const { id } = rig.ask("restrict");
    await rig.service.decide(id, { outcome: "granted" }, keeper);
    rig.clock.setTrust({ level: "unknown" });
    rig.clock.step(Days(4_000));
    await rig.clock.advance(Hours(2));
    expect(rig.book.need(id).state).toBe("granted");
  });
});
