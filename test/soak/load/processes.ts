import { readdirSync, readFileSync } from 'node:fs';

/** An execution environment of a function. */
export interface FunctionProcess {
  readonly pid: number;
  readonly functionName: string;
}

/** The functions' execution environments that an engine has started, the oldest first. */
export function functionProcesses(engine: number): FunctionProcess[] {
  return childrenOf(engine).flatMap((pid) => {
    const command = read(`/proc/${pid}/cmdline`);
    const [, functionName] = /"functionName":"([^"]+)"/.exec(command) ?? [];
    return command.includes('lambda-runtime') && functionName !== undefined ? [{ pid, functionName }] : [];
  });
}

/** The oldest environment of each function. */
export function oldestOfEach(processes: readonly FunctionProcess[]): FunctionProcess[] {
  return [...Map.groupBy(processes, ({ functionName }) => functionName).values()].flatMap(([oldest]) => oldest ?? []);
}

/** Bytes of a process in memory; 0 for one that has ended. Source: proc(5), /proc/[pid]/status. */
export function residentBytes(pid: number): number {
  const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes) * 1024;
}

/** Open file descriptors of a process; 0 for one that has ended. */
export function openFiles(pid: number): number {
  return list(`/proc/${pid}/fd`).length;
}

/** @throws Error where the system does not tell what processes hold */
export function requireProc(): void {
  if (openFiles(process.pid) > 0) return;
  throw new Error(
    'The soak under load reads /proc, which this system does not have. Run it on Linux, or in a container.',
  );
}

/** Source: proc(5), /proc/[pid]/task/[tid]/children. */
function childrenOf(pid: number): number[] {
  return list(`/proc/${pid}/task`)
    .flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(' '))
    .filter((child) => child !== '')
    .map(Number);
}

/** Empty for a process that has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Empty for a process that has ended. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
