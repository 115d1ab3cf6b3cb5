import type { Calendar, Timed } from "../domain/plan.ts";
import type { Occurrence } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";
import { TriggerCursor } from "./trigger-cursor.ts";

/** One trigger, and what it brings next. */
interface Line {
  readonly rule: Timed;
  readonly cursor: TriggerCursor;
  next: Occurrence;
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
      const cursor = new TriggerCursor(rule, index, calendar, from);
      const next = cursor.next();
      if (next !== undefined) this.#push({ rule, cursor, next });
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

  #hand(line: Line, at: number, each: (occurrence: Occurrence) => void): void {
    each(line.next);
    const next = line.cursor.next();
    if (next === undefined) {
      this.#drop(at);
      return;
    }
    line.next = next;
    this.#due[0] = next.at;
    this.#sink();
  }

  #drop(at: number): void {
    this.#lines[at] = undefined;
    this.#free.push(at);
    this.#size--;
    if (this.#size === 0) return;
    this.#due[0] = this.#due[this.#size] as number;
    this.#line[0] = this.#line[this.#size] as number;
    this.#sink();
  }

  #push(line: Line): void {
    const at = this.#free.pop() ?? this.#lines.length;
    this.#lines[at] = line;
    if (this.#size === this.#due.length) this.#grow();
    this.#due[this.#size] = line.next.at;
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
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(): void {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      if (left >= this.#size) return;
      const child = right < this.#size && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  /** At one instant in the order in which the lines came: the same on every run. */
  #isBefore(a: number, b: number): boolean {
    const [dueA, dueB] = [this.#due[a] as number, this.#due[b] as number];
    return dueA < dueB || (dueA === dueB && (this.#line[a] as number) < (this.#line[b] as number));
  }

  #swap(a: number, b: number): void {
    const [due, line] = [this.#due[a] as number, this.#line[a] as number];
    this.#due[a] = this.#due[b] as number;
    this.#line[a] = this.#line[b] as number;
    this.#due[b] = due;
    this.#line[b] = line;
  }
}
