import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads `+ PID` and `- PID` until the engine closes the pipe, also by dying, and kills what has not ended until then. A
 * shell, since it is small once, where a watching thread would take 10 MB in each process.
 */
const SCRIPT = `alive=' '
while read -r sign pid; do
  case $sign in
    +) alive="$alive$pid " ;;
    -) alive="\${alive%%" $pid "*} \${alive#*" $pid "}" ;;
  esac
done
for pid in $alive; do kill -9 "$pid"; done`;

const watched = new Set<number>();
let watchdog: ChildProcess | undefined;

/**
 * Has a process killed when this one is gone, however it went. A process whose loop is free notices that itself; one that
 * never lets go of the processor cannot.
 * @returns what is to be called when the process has ended: its id is another's then
 */
export function dieWithEngine(pid: number): () => void {
  watched.add(pid);
  watchdog ??= start();
  tell('+', pid);
  return () => {
    tell('-', pid);
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
    env: {},
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

function tell(sign: '+' | '-', pid: number): void {
  watchdog?.stdin?.write(`${sign} ${pid}\n`);
}
