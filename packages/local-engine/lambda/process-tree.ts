import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Reads `+ PID MARK` and `- PID MARK` until this process closes the pipe, also by dying, and then kills the processes that
 * have not ended. Processes that a watched one started end with it: those in its group, and on Linux also its descendants and
 * those with its mark. It is one small shell; a watching thread would take 10 MB in each process.
 */
const SCRIPT = `
end_tree() {
  kill -STOP "$1"
  for child in $(cat /proc/"$1"/task/*/children); do end_tree "$child"; done
  kill -9 "$1"
}
end_marked() {
  for round in 1 2 3 4 5 6 7 8 9; do
    found=$(grep -slF "$1" /proc/[0-9]*/environ)
    [ -n "$found" ] || return 0
    for file in $found; do pid=\${file#/proc/}; kill -9 "\${pid%/environ}"; done
  done
}
alive=' '
while read -r sign pid mark; do
  case $sign in
    +) alive="$alive$pid/$mark " ;;
    -) alive="\${alive%%" $pid/$mark "*} \${alive#*" $pid/$mark "}"; end_marked "$mark" ;;
  esac
done
for one in $alive; do
  end_tree "\${one%%/*}"
  kill -9 -"\${one%%/*}"
  end_marked "\${one#*/}"
done`;

/** In the environment of a watched process, and of those that it starts. */
const VARIABLE = 'LOCAL_ENGINE_PROCESS';

const watched = new Set<number>();
let watchdog: ChildProcess | undefined;

/** An environment variable by which a process and those that it starts are found. */
interface Mark {
  readonly [VARIABLE]: string;
}

/** A mark for a process that is about to be started. */
export function newMark(): Mark {
  return { [VARIABLE]: randomUUID() };
}

/**
 * Kills a process when this one has ended, for any reason. A process notices that itself, but not while it is in an endless
 * loop. Processes that it started end with it, also when it ends earlier.
 * @param pid of a process that was started as `detached`
 * @param mark in its environment
 * @returns call this when the process has ended, since another process can get its id
 */
export function dieWithEngine(pid: number, mark: Mark): () => void {
  watched.add(pid);
  watchdog ??= start();
  report('+', pid, mark);
  return () => {
    report('-', pid, mark);
    watched.delete(pid);
    if (watched.size > 0) return;
    watchdog?.stdin?.end();
    watchdog = undefined;
  };
}

function start(): ChildProcess {
  // Detached, so that a signal to all processes of a terminal does not end the watchdog before the engine.
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no watchdog.
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  (shell.stdin as Socket | null)?.unref();
  return shell;
}

function report(sign: '+' | '-', pid: number, mark: Mark): void {
  watchdog?.stdin?.write(`${sign} ${pid} ${VARIABLE}=${mark[VARIABLE]}\n`);
}

/**
 * Kills the processes of a group, and descendants of its leader in other groups. Only Linux lists the latter, and not those
 * that have lost their parent.
 * @param pid of the group's leader: a process that was started as `detached`
 */
export function killWithDescendants(pid: number): void {
  const descendants = descendantsOf(pid);
  for (const target of [-pid, ...descendants]) kill(target);
}

/** Kills the processes that the leader of a group has left in it. */
export function killGroup(pid: number): void {
  kill(-pid);
}

/** Children, their children and so on. Source: proc(5), /proc/[pid]/task/[tid]/children. */
function descendantsOf(pid: number): number[] {
  const children = listed(() => readdirSync(`/proc/${pid}/task`)).flatMap((task) =>
    listed(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ')),
  );
  return children
    .filter((child) => child !== '')
    .map(Number)
    .flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Empty for a process that has ended meanwhile, and on systems without /proc. */
function listed(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function kill(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: it has ended already. On macOS a group whose processes have all ended may give EPERM until they are waited for;
    // elsewhere EPERM means a process that outlives the engine.
    if (code !== 'ESRCH' && !(code === 'EPERM' && process.platform === 'darwin')) throw error;
  }
}
