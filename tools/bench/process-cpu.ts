import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds that a process and those that it started have used so far. */
export interface TreeCpu {
  readonly own: number;
  /** Of its children, their children and so on, those that have ended included. */
  readonly descendants: number;
}

/** Ticks of a second in /proc. Source: proc(5), sysconf(_SC_CLK_TCK), which is 100 on every Linux of today. */
const TICKS = 100;

/** @returns undefined where the system has no /proc */
export function treeCpu(pid: number): TreeCpu | undefined {
  const processes = new Map(listed().map((one) => [one.pid, one]));
  const root = processes.get(pid);
  if (root === undefined) return undefined;
  const isBelow = (one: ProcessTimes): boolean => {
    const parent = processes.get(one.parent);
    return one.parent === pid || (parent !== undefined && parent !== one && isBelow(parent));
  };
  const living = [...processes.values()].filter((one) => one.pid !== pid && isBelow(one));
  // A child that has ended and was waited for is in its parent's sum.
  const descendants = living.reduce((sum, { own, waitedFor }) => sum + own + waitedFor, root.waitedFor);
  return { own: root.own / TICKS, descendants: descendants / TICKS };
}

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly own: number;
  readonly waitedFor: number;
}

function listed(): ProcessTimes[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => timesOf(Number(name)) ?? []);
  } catch {
    return [];
  }
}

/** Undefined for a process that has ended meanwhile. Source: proc(5), /proc/[pid]/stat: fields 4 and 14 to 17. */
function timesOf(pid: number): ProcessTimes | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold anything.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number) => fields[number - 3] ?? 0;
  return { pid, parent: field(4), own: field(14) + field(15), waitedFor: field(16) + field(17) };
}
