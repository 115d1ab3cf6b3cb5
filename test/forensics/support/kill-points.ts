import type { Call } from "./strace-reader.ts";
import { traced } from "./traced.ts";

/** System calls by which something on the disk becomes another. */
export const writeClassCalls = [
  "write",
  "pwrite64",
  "writev",
  "fsync",
  "fdatasync",
  "rename",
  "unlink",
  "ftruncate",
  "mkdir",
] as const;

/** The n-th call of that name of a process, from its start. */
export interface KillPoint {
  readonly call: string;
  readonly number: number;
}

/** Descriptor on which a program says `begin` and `end` of what may be interrupted. */
const markDescriptor = 4;

const isMark = ({ name, args }: Call, word: string): boolean =>
  name === "write" &&
  Number.parseInt(args[0]?.text ?? "", 10) === markDescriptor &&
  args[1]?.strings[0]?.toString().trim() === word;

/** Of what is no file nothing stays: threads wake each other by it. */
const isOfFile = ({ args }: Call): boolean => args[0]?.path?.startsWith("/") ?? true;

/** Every write-class call of the main thread to a file between its marks, in order. */
class Section {
  readonly points: KillPoint[] = [];
  hasBegun = false;
  hasEnded = false;
  readonly #counts = new Map<string, number>();
  #main: number | undefined;

  see(call: Call): void {
    this.#main ??= call.pid;
    if (call.pid !== this.#main || !writeClassCalls.some((name) => name === call.name)) return;
    const number = (this.#counts.get(call.name) ?? 0) + 1;
    this.#counts.set(call.name, number);
    if (isMark(call, "begin")) this.hasBegun = true;
    else if (isMark(call, "end")) this.hasEnded = true;
    else if (this.hasBegun && !this.hasEnded && isOfFile(call)) this.points.push({ call: call.name, number });
  }
}

/** Where a program can be killed between its marks. It runs once to its end for this. */
export const killPoints = async (program: string, args: readonly string[]): Promise<readonly KillPoint[]> => {
  const section = new Section();
  await traced(program, args, (call) => section.see(call));
  if (!section.hasEnded) throw new RangeError("the program did not say that it had come to the end");
  return section.points;
};

/** Threads wake each other by writes of their own, now more and now fewer: so often it is aimed anew. */
const mostAttempts = 32;

/**
 * Runs a program that is killed as it enters a call, which is not done any more.
 * @param prepare a fresh place for each attempt: the arguments
 * @returns the arguments of the attempt that died at that very place
 */
export const killAt = async (
  program: string,
  prepare: (attempt: number) => readonly string[],
  points: readonly KillPoint[],
  place: number,
): Promise<readonly string[]> => {
  const target = points[place];
  let number = target?.number ?? 0;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const args = prepare(attempt);
    const section = new Section();
    const kill = {
      options: ["-e", `inject=${target?.call}:signal=KILL:when=${number}`],
      isKilled: true,
    } as const;
    await traced(program, args, (each) => section.see(each), kill);
    const met = section.points[place];
    if (section.points.length === place + 1 && met?.call === target?.call && !section.hasEnded) return args;
    number = met?.number ?? number + 1;
  }
  throw new RangeError(`the process was never caught at ${target?.call}, number ${place} of its section`);
};
