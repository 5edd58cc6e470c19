import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Reads `+ PID MARK` and `- PID MARK` until this process closes the pipe, also by dying, and kills what has not ended until
 * then. What a watched process has started ends with it: what is in its group, on Linux also what descends from it and what
 * carries its mark. A shell, since it is small once, where a watching thread would take 10 MB in each process.
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

/** In the environment of what is watched, and of what that starts. */
const VARIABLE = 'LOCAL_ENGINE_PROCESS';

const watched = new Set<number>();
let watchdog: ChildProcess | undefined;

/** By which a process is found, with all that it starts: a variable of its environment. */
export interface Mark {
  readonly [VARIABLE]: string;
}

/** A mark for a process that is about to be started. */
export function newMark(): Mark {
  return { [VARIABLE]: randomUUID() };
}

/**
 * Has a process killed when this one is gone, however it went. A process whose loop is free notices that itself; one that
 * never lets go of the processor cannot. What it has started ends with it: then, and also when it ends before.
 * @param pid of a process that was started as `detached`
 * @param mark that stands in its environment
 * @returns what is to be called when the process has ended: its id is another's then
 */
export function dieWithEngine(pid: number, mark: Mark): () => void {
  watched.add(pid);
  watchdog ??= start();
  tell('+', pid, mark);
  return () => {
    tell('-', pid, mark);
    watched.delete(pid);
    if (watched.size > 0) return;
    watchdog?.stdin?.end();
    watchdog = undefined;
  };
}

function start(): ChildProcess {
  // Detached, so that what a terminal sends to all its processes does not end the watchdog before the engine.
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Where there is no shell, there is no watchdog.
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  (shell.stdin as Socket | null)?.unref();
  return shell;
}

function tell(sign: '+' | '-', pid: number, mark: Mark): void {
  watchdog?.stdin?.write(`${sign} ${pid} ${VARIABLE}=${mark[VARIABLE]}\n`);
}

/**
 * Kills the processes of a group, and what descends from its leader in groups of its own. Only Linux lists the latter; a
 * process that has lost its parent is not among them.
 * @param pid of the group's leader: a process that was started as `detached`
 */
export function killWithDescendants(pid: number): void {
  const others = descendantsOf(pid);
  for (const target of [-pid, ...others]) kill(target);
}

/** Kills what the leader of a group has left in it. */
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

/** Nothing of a process that has ended meanwhile, or where there is no /proc. */
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
    // It has ended by itself. Of a group whose processes have all ended, macOS may say EPERM until they are waited for; elsewhere
    // EPERM is a process that outlives the engine.
    if (code !== 'ESRCH' && !(code === 'EPERM' && process.platform === 'darwin')) throw error;
  }
}
