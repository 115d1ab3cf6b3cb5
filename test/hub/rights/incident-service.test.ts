import { describe, expect, test } from "vitest";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { detectors, type IncidentNotice, noticeParts } from "../../../hub/domain/incident.ts";
import { parseInstant } from "../../../hub/domain/instant-text.ts";
import { noticeCaps } from "../../../hub/domain/notice.ts";
import { Days, Hours, Minutes } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { IncidentService } from "../../../hub/rights/incident-service.ts";
import { NoticeBoard } from "../../../hub/rights/notice-board.ts";
import { SuspicionDesk, thresholds } from "../../../hub/rights/suspicion-desk.ts";
import { memoryChains } from "../../support/memory-chain.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { proves } from "../../support/proves.ts";

const ana = "p-aaaaaaaaaaaa" as PersonId;
const ben = "p-bbbbbbbbbbbb" as PersonId;

const parts: IncidentNotice = {
  situation: "A token of the home lay in a public place. Names and presence may have been seen.",
  measures: "It is worth nothing any more.",
  suggestions: "Look at who is signed in.",
  remedies: "We help you to change what you want changed.",
  contact: "The keeper of the home, at the kitchen table.",
};

class Rig {
  readonly clock = new VirtualClock(parseInstant("2026-11-27T10:00:00Z"));
  readonly log = new MemoryLog();
  readonly store = new MemoryGuardedStore();
  readonly chain = memoryChains()("incidents");
  readonly board: NoticeBoard;
  readonly accounts = new Set([ana, ben]);
  readonly mail: string[] = [];
  readonly mailboxes = new Set<PersonId>();
  readonly service: IncidentService;

  constructor(people: readonly PersonId[] = [ana, ben]) {
    const entropy = new SeededEntropy(new SeededRandom(2));
    this.board = new NoticeBoard(this.clock, entropy, this.store);
    for (const id of people)
      this.store
        .collection("people")
        .put(id, { id, name: "somebody", isGuest: false, expires: null, addresses: [] });
    this.service = this.restarted(entropy);
  }

  restarted(entropy = new SeededEntropy(new SeededRandom(3))): IncidentService {
    const service = new IncidentService(
      this.clock,
      entropy,
      new AuditedLog(this.log),
      this.store,
      this.chain,
      this.board,
      {
        signsIn: (person) => this.accounts.has(person),
        send: (person, title, text) => {
          if (!this.mailboxes.has(person)) return false;
          this.mail.push(`${person} ${title} ${text}`);
          return true;
        },
      },
    );
    service.start();
    return service;
  }

  titles(to?: PersonId): readonly string[] {
    return this.board.list(to).map(({ title }) => title);
  }
}

describe("a drill", () => {
  test(`register, clock, draft and notices, all marked as a drill ${proves("U26", "Z24", "GDPR:33", "GDPR:34")}`, async () => {
    const rig = new Rig();
    const { id, due, since } = rig.service.register({ detector: "report", isDrill: true });
    expect(due - since).toBe(Hours(72));
    const draft = rig.service.draft(id);
    // GDPR Art. 33(3): nature with categories and numbers (a), contact (b), consequences (c), measures (d).
    expect(Object.keys(draft).sort()).toEqual([
      "categories",
      "consequences",
      "contact",
      "due",
      "incident",
      "isDrill",
      "measures",
      "nature",
      "people",
      "records",
    ]);
    expect(draft).toMatchObject({ isDrill: true, people: 2, records: 2 });
    expect(draft.categories).toContain("user.name");
    for (const text of [draft.nature, draft.consequences, draft.measures]) expect(text).not.toBe("");
    rig.mailboxes.add(ben);
    expect(rig.service.notify(id, parts, "t-owner")).toEqual({ reached: 2, banner: false });
    expect(rig.service.draft(id).contact).toBe(parts.contact);
    expect(rig.titles(ana)).toEqual(["Drill: An incident was reported"]);
    expect(rig.board.list(ana)[0]?.steps).toEqual(Object.values(parts));
    expect(rig.mail).toHaveLength(1);
    for (const part of Object.values(parts)) expect(rig.mail[0]).toContain(part);
    await rig.clock.advance(Hours(72));
    expect(rig.titles().filter((title) => title.startsWith("Drill: "))).toEqual(rig.titles());
    expect(rig.titles()[0]).toBe("Drill: The time to report an incident is over");
  });

  test(`the clock warns a day before, six hours before and at 72 hours, and not once it was reported ${proves("U26", "GDPR:33")}`, async () => {
    const rig = new Rig();
    const { id } = rig.service.register({ detector: "tampered-book", subject: "changes" });
    const reported = rig.service.register({ detector: "leaked-token", subject: "t-aaaaaaaaaaaa" });
    rig.service.reported(reported.id, "t-owner");
    const alarms = () =>
      rig.chain.entries().flatMap(({ content }) => (content?.step === "alarm" ? [content] : []));
    await rig.clock.advance(Hours(47));
    expect(alarms()).toEqual([]);
    await rig.clock.advance(Hours(1));
    expect(alarms().map(({ hoursLeft }) => hoursLeft)).toEqual([24]);
    await rig.clock.advance(Hours(18));
    expect(alarms().map(({ hoursLeft }) => hoursLeft)).toEqual([24, 6]);
    await rig.clock.advance(Hours(6));
    expect(alarms().map(({ hoursLeft, incident }) => [hoursLeft, incident])).toEqual([
      [24, id],
      [6, id],
      [0, id],
    ]);
    expect(rig.chain.verify().sound).toBe(true);
  });

  test("after a restart the register stands as it did, and the clock runs on", async () => {
    const rig = new Rig();
    const { id } = rig.service.register({ detector: "report", isDrill: true });
    rig.service.notify(id, parts, "t-owner");
    await rig.clock.advance(Hours(50));
    const before = rig.service.list();
    rig.service.close();
    const again = rig.restarted();
    expect(again.list()).toEqual(before);
    await rig.clock.advance(Hours(22));
    expect(again.need(id).alarms).toBe(3);
  });
});

describe("the notice", () => {
  test.each(noticeParts)(`without %s nobody is told anything ${proves("D13", "GDPR:34")}`, (missing) => {
    for (const empty of ["", "  \n"]) {
      const rig = new Rig();
      const { id } = rig.service.register({ detector: "report" });
      expect(() => rig.service.notify(id, { ...parts, [missing]: empty }, "t-owner")).toThrow(
        expect.objectContaining({ code: "notice_incomplete", context: { path: missing } }),
      );
      expect([rig.titles(ana), rig.titles(ben), rig.mail, rig.service.banners()].flat()).toEqual([]);
      expect(rig.service.need(id).notified).toBeUndefined();
    }
  });

  test(`who cannot be reached is told where everybody can read it, and nobody is named ${proves("D14", "Z24")}`, () => {
    const rig = new Rig();
    rig.accounts.delete(ben);
    const { id } = rig.service.register({ detector: "report" });
    expect(rig.service.notify(id, parts, "t-owner")).toEqual({ reached: 1, banner: true });
    const [banner] = rig.service.banners();
    expect(banner).toMatchObject({ title: "An incident was reported", notice: parts });
    expect(JSON.stringify(banner)).not.toMatch(/p-[a-z2-7]{12}/);
    rig.service.end(id, "t-owner");
    expect(rig.service.banners()).toEqual([]);
  });

  test(`who has a place for messages and no account is reached by message ${proves("D14")}`, () => {
    const rig = new Rig();
    rig.accounts.clear();
    rig.mailboxes.add(ana).add(ben);
    const { id } = rig.service.register({ detector: "report" });
    expect(rig.service.notify(id, parts, "t-owner")).toEqual({ reached: 2, banner: false });
    expect(rig.titles(ana)).toEqual([]);
  });

  test(`whom it concerns comes from the data map: all whose records may have been seen, and no others ${proves("U26")}`, () => {
    const rig = new Rig([ana]);
    const concerned = (detector: (typeof detectors)[number]) =>
      rig.service.register({ detector, isDrill: true }).people;
    rig.store.collection("presence").put(ben, { person: ben, home: true, since: rig.clock.now(), signs: {} });
    expect(concerned("leaked-token")).toEqual([ana, ben]);
    expect(concerned("replay")).toEqual([ana, ben]);
    rig.store.collection("people").remove(ana);
    expect(concerned("replay")).toEqual([ben]);
    expect(concerned("guessing")).toEqual([]);
  });
});

describe("what people are told unasked", () => {
  test.each(detectors)(
    `%s, seen often enough: one notice, with steps ${proves("A40", "EN303645:5.10-1", "IR8425:InformationDissemination")}`,
    (detector) => {
      const rig = new Rig();
      const desk = new SuspicionDesk(rig.clock, new AuditedLog(new MemoryLog()), rig.service, {
        counts: [],
        books: () => [],
      });
      for (let count = 1; count < thresholds[detector].times; count++) desk.note({ detector });
      expect(rig.titles()).toEqual([]);
      for (let count = 0; count < 100; count++) desk.note({ detector });
      expect(rig.titles()).toHaveLength(1);
      expect(rig.board.list(undefined)[0]?.steps.length).toBeGreaterThan(0);
      expect(rig.service.list()).toHaveLength(1);
    },
  );

  test("slower than its threshold nothing is an incident", async () => {
    const rig = new Rig();
    const desk = new SuspicionDesk(rig.clock, new AuditedLog(new MemoryLog()), rig.service, {
      counts: [],
      books: () => [],
    });
    for (let count = 0; count < 50; count++) {
      desk.note({ detector: "clone" });
      await rig.clock.advance(Minutes(4));
    }
    expect(rig.service.list()).toEqual([]);
  });

  test(`seeded patterns: each intrusion is flagged and a quiet home is not, and the log names nobody ${proves("EN303645:5.10-1", "IR8425:CybersecurityStateAwareness")}`, async () => {
    const seed = 7;
    const random = new SeededRandom(seed);
    const counts = { replay: 0, clone: 0, "malformed-flood": 0 };
    const log = new MemoryLog();
    const rig = new Rig();
    let isSound = true;
    const desk = new SuspicionDesk(rig.clock, new AuditedLog(log), rig.service, {
      counts: (["replay", "clone", "malformed-flood"] as const).map((detector) => ({
        detector,
        read: () => counts[detector],
      })),
      books: () => [
        {
          book: "changes",
          verdict: isSound
            ? { sound: true, entries: 1, erased: 0, head: "" }
            : { sound: false, broken: 1, reason: "changed" },
        },
      ],
    });
    desk.start();
    // A quiet week: a lamp that comes back, somebody who mistypes, a packet that broke.
    for (let hour = 0; hour < 168; hour++) {
      if (random.below(4) === 0) counts.clone++;
      if (random.below(8) === 0) counts["malformed-flood"]++;
      if (random.below(6) === 0) desk.note({ detector: "guessing", entrance: "sign-in" });
      await rig.clock.advance(Hours(1));
    }
    expect(rig.service.list()).toEqual([]);
    counts.replay += 3 + random.below(5);
    counts.clone += 5 + random.below(5);
    counts["malformed-flood"] += 50 + random.below(500);
    isSound = false;
    for (let count = 0; count < 20; count++) desk.note({ detector: "guessing", entrance: "mqtt" });
    desk.note({ detector: "leaked-token", subject: "t-aaaaaaaaaaaa" });
    await rig.clock.advance(Hours(6));
    expect(
      rig.service
        .list()
        .map(({ detector }) => detector)
        .sort(),
    ).toEqual(["clone", "guessing", "leaked-token", "malformed-flood", "replay", "tampered-book"]);
    expect(log.lines.length).toBeGreaterThan(5);
    expect(JSON.stringify(log.lines)).not.toMatch(/[tp]-[a-z2-7]{12}|somebody/);
    desk.close();
  });

  test.each(Object.entries(noticeCaps))(
    `a thousand of the kind %s: %i at most, the others counted ${proves("A11")}`,
    (kind, cap) => {
      const rig = new Rig();
      for (let count = 0; count < 1_000; count++)
        rig.board.post({ class: kind as keyof typeof noticeCaps, to: ana, title: `${count}`, steps: [] });
      const shown = rig.board.list(ana);
      expect(shown).toHaveLength(cap);
      expect(shown[0]?.more).toBe(1_000 - cap);
    },
  );

  test(`a thousand alarms of every kind a day are still as many as the caps allow together ${proves("A11")}`, async () => {
    const rig = new Rig();
    const together = Object.values(noticeCaps).reduce((sum, cap) => sum + cap, 0);
    for (let day = 1; day <= 3; day++) {
      for (let count = 0; count < 1_000; count++)
        for (const kind of ["security", "incident", "request", "service"] as const)
          rig.board.post({ class: kind, to: ana, title: `${count}`, steps: [] });
      expect(rig.board.list(ana)).toHaveLength(day * together);
      await rig.clock.advance(Days(1));
    }
  });
});
