import type { Calendar, Timed } from "../domain/plan.ts";
import type { Occurrence } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";
import { cursorOf, type TriggerCursor } from "./trigger-cursor.ts";

/** One trigger, and where it stands. */
interface Line {
  readonly rule: Timed;
  readonly cursor: TriggerCursor;
}

const smallest = 64;

/**
 * What comes next, of all rules. A binary heap over two typed arrays: 100,000 triggers are 1.2 MB, and what falls due
 * costs a few comparisons of numbers that lie side by side.
 */
export class Agenda {
  readonly #lines: (Line | undefined)[] = [];
  readonly #free: number[] = [];
  #due = new Float64Array(smallest);
  #line = new Int32Array(smallest);
  #size = 0;

  /** Takes up a rule with all that comes from `from` on. */
  add(rule: Timed, calendar: Calendar, from: Instant): void {
    for (const index of rule.triggers.keys()) {
      const cursor = cursorOf(rule, index, calendar, from);
      if (cursor.due < Number.POSITIVE_INFINITY) this.#push({ rule, cursor }, cursor.due);
    }
  }

  /** Nothing of that rule comes any more. Its places in the heap empty themselves when they fall due. */
  remove(rule: Timed["id"]): void {
    for (const [at, line] of this.#lines.entries()) {
      if (line?.rule.id === rule) this.#lines[at] = undefined;
    }
  }

  /** When the next falls due; undefined when nothing does. */
  get nextDue(): Instant | undefined {
    return this.#size === 0 ? undefined : (this.#due[0] as Instant);
  }

  /** Hands out what is due by `now`, in order of time, and looks ahead for what follows each. */
  take(now: Instant, each: (occurrence: Occurrence) => void): void {
    while (this.#size > 0 && (this.#due[0] as number) <= now) {
      const at = this.#line[0] as number;
      const line = this.#lines[at];
      if (line === undefined) this.#drop(at);
      else this.#hand(line, at, each);
    }
  }

  #hand({ cursor }: Line, at: number, each: (occurrence: Occurrence) => void): void {
    each(cursor.take());
    const { due } = cursor;
    if (due < Number.POSITIVE_INFINITY) this.#sink(due, at);
    else this.#drop(at);
  }

  #drop(at: number): void {
    this.#lines[at] = undefined;
    this.#free.push(at);
    this.#size--;
    this.#sink(this.#due[this.#size] as number, this.#line[this.#size] as number);
  }

  #push(line: Line, due: number): void {
    const at = this.#free.pop() ?? this.#lines.length;
    this.#lines[at] = line;
    if (this.#size === this.#due.length) this.#grow();
    this.#due[this.#size] = due;
    this.#line[this.#size] = at;
    this.#rise(this.#size++);
  }

  #grow(): void {
    const due = new Float64Array(this.#due.length * 2);
    const lines = new Int32Array(this.#line.length * 2);
    due.set(this.#due);
    lines.set(this.#line);
    this.#due = due;
    this.#line = lines;
  }

  #rise(from: number): void {
    const [due, line] = [this.#due[from] as number, this.#line[from] as number];
    let child = from;
    for (
      let parent = (child - 1) >> 1;
      child > 0 && this.#isBefore(due, line, parent);
      parent = (child - 1) >> 1
    ) {
      this.#move(parent, child);
      child = parent;
    }
    this.#set(child, due, line);
  }

  /** Puts an entry at the top, and lets it sink to its place. */
  #sink(due: number, line: number): void {
    let parent = 0;
    for (let child = this.#firstChild(0); child < this.#size; child = this.#firstChild(parent)) {
      if (this.#isBefore(due, line, child)) break;
      this.#move(child, parent);
      parent = child;
    }
    this.#set(parent, due, line);
  }

  /** The earlier of the two below. */
  #firstChild(parent: number): number {
    const left = 2 * parent + 1;
    const right = left + 1;
    if (right >= this.#size) return left;
    return this.#isBefore(this.#due[right] as number, this.#line[right] as number, left) ? right : left;
  }

  /** At one instant in the order in which the lines came: the same on every run. */
  #isBefore(due: number, line: number, at: number): boolean {
    const other = this.#due[at] as number;
    return due < other || (due === other && line < (this.#line[at] as number));
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#due[from] as number, this.#line[from] as number);
  }

  #set(at: number, due: number, line: number): void {
    this.#due[at] = due;
    this.#line[at] = line;
  }
}
