import { readdirSync, readFileSync } from "node:fs";

const read = (file: string): string => {
  try {
    return readFileSync(file, "latin1");
  } catch {
    // A thread may end between the listing and the reading.
    return "";
  }
};

const ticksPerSecond = 100;

/** Whole ticks of 10 ms; where the kernel says nothing finer. */
const cpuByTicks = (pid: number): number => {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
};

/** Processor time of a process so far, all its threads, in milliseconds. Linux. NaN when there is no such process. */
export const cpuMs = (pid: number): number => {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const fine = /se\.sum_exec_runtime\s*:\s*([\d.]+)/.exec(read(`/proc/${pid}/task/${thread}/sched`))?.[1];
    if (fine === undefined) return cpuByTicks(pid);
    sum += Number(fine);
  }
  return sum;
};

const statusKiB = (pid: number, field: string): number =>
  Number(new RegExp(`${field}:\\s*(\\d+) kB`).exec(read(`/proc/${pid}/status`))?.[1]);

/** Memory in use now, KiB. */
export const rssKiB = (pid: number): number => statusKiB(pid, "VmRSS");

/** The most memory ever in use, KiB. */
export const peakRssKiB = (pid: number): number => statusKiB(pid, "VmHWM");

/** Share of a core this process used since the meter was made. */
export const ownShare = (): (() => number) => {
  const [cpu, at] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1_000 / (performance.now() - at);
  };
};
