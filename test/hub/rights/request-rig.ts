import type { ZoneName } from "../../../hub/domain/civil.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { parseInstant } from "../../../hub/domain/instant-text.ts";
import type { Jurisdiction } from "../../../hub/domain/jurisdiction.ts";
import type { RequestForm, RequestKind } from "../../../hub/domain/request.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { ButtonProof } from "../../../hub/rights/button-proof.ts";
import { NoticeBoard } from "../../../hub/rights/notice-board.ts";
import { RequestBook } from "../../../hub/rights/request-book.ts";
import { type Decider, RequestService } from "../../../hub/rights/request-service.ts";
import { RequestWatch } from "../../../hub/rights/request-watch.ts";
import { memoryChains } from "../../support/memory-chain.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

export const ana = "p-aaaaaaaaaaaa" as PersonId;
export const ben = "p-bbbbbbbbbbbb" as PersonId;
export const keeper: Decider = { id: "t-kkkkkkkkkkkk", person: "p-kkkkkkkkkkkk" as PersonId };
export const otherKeeper: Decider = { id: "t-llllllllllll", person: "p-llllllllllll" as PersonId };

export const formOf = (request: string, more: Partial<RequestForm> = {}): RequestForm => ({
  name: "Ana",
  relationship: "self",
  request,
  ...more,
});

/** Requests with everything of theirs that is real, and rights that only say that they were asked. */
export class RequestRig {
  readonly clock: VirtualClock;
  readonly log = new MemoryLog();
  readonly panel = new SimPanel();
  readonly store = new MemoryGuardedStore();
  readonly chain;
  readonly book: RequestBook;
  readonly board: NoticeBoard;
  readonly service: RequestService;
  readonly watch: RequestWatch;
  readonly people = new Set<PersonId>([ana, ben]);
  readonly done: string[] = [];
  jurisdiction: Jurisdiction;
  zone: ZoneName;
  /** Thrown by the next right. */
  refusal: Error | undefined;

  constructor(now = "2026-11-02T10:00:00Z", jurisdiction: Jurisdiction = "DE", zone = "Europe/Berlin") {
    this.clock = new VirtualClock(parseInstant(now));
    this.jurisdiction = jurisdiction;
    this.zone = zone as ZoneName;
    const entropy = new SeededEntropy(new SeededRandom(5));
    this.chain = memoryChains()("requests");
    const knows = (person: PersonId) => this.people.has(person);
    this.book = new RequestBook(this.store, this.chain, knows);
    this.board = new NoticeBoard(this.clock, entropy, this.store);
    const button = new ButtonProof(this.clock, this.panel);
    const act = (what: string) => {
      const { refusal } = this;
      this.refusal = undefined;
      if (refusal !== undefined) throw refusal;
      this.done.push(what);
    };
    this.service = new RequestService(this.clock, entropy, {
      book: this.book,
      button,
      knows,
      law: { zone: () => this.zone, jurisdiction: () => this.jurisdiction },
      acts: {
        export: (person) => {
          act(`export ${person}`);
          return Buffer.from(`{"person":"${person}"}`);
        },
        erase: (person) => {
          act(`erase ${person}`);
          this.people.delete(person);
          this.store.erase(person);
        },
        restrict: (person) => act(`restrict ${person}`),
        object: (person, purpose) => act(`object ${person} ${purpose}`),
      },
    });
    this.watch = new RequestWatch(this.clock, new AuditedLog(this.log), this.book, this.board);
    button.start();
    this.watch.start();
  }

  ask(kind: RequestKind, words = `please: ${kind}`) {
    const purpose = kind === "object" ? ({ purpose: "security" } as const) : {};
    return this.service.receive({ kind, form: formOf(words), ...purpose }, ana);
  }

  press(): void {
    this.panel.work("pressed");
    this.panel.work("released");
  }

  steps(id: Parameters<RequestBook["historyOf"]>[0]): readonly string[] {
    return this.book.historyOf(id).map(({ content }) => content?.step ?? "erased");
  }
}
