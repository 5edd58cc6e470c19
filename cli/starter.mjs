// Ends a command whose starter is gone: npm passes SIGTERM only to its shell, so the command would stay when npx is killed.
// Plain JavaScript, because the machine's own Node.js runs it too.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process gets no signal when its parent ends, so it checks each second, by getppid(2). */
const INTERVAL_MS = 1000;

/** The parent of a process whose own parent has ended. */
const INIT = 1;

const NO_SHELL = { command: '', parent: INIT };

const SHELL = /^-?(\S*\/)?(sh|ash|bash|dash|ksh|zsh)$/;

/**
 * Sends this process a SIGTERM once its parent has ended, or npm, if the parent is npm's shell. A process that has no parent
 * from the start, such as a service or one that `setsid --fork` starts, keeps running.
 * @param {NodeJS.ProcessEnv} [env] of this process
 */
export function endWithStarter(env = process.env) {
  const parent = process.ppid;
  if (parent <= INIT) return;
  const isOfNpm = env.npm_execpath !== undefined;
  let starter = isOfNpm ? statOf(parent) : NO_SHELL;
  const timer = setInterval(() => {
    // Not at the start: most commands end earlier, and starting ps takes as long as they do.
    starter ??= psOf(parent);
    const isGone = process.ppid !== parent || (SHELL.test(starter.command) && !isRunning(starter.parent));
    if (!isGone) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL_MS);
  timer.unref();
}

/**
 * The command of a process, and its parent; undefined without /proc. Source: proc(5), /proc/[pid]/stat.
 * @param {number} pid
 */
function statOf(pid) {
  try {
    const [, command = '', parent] = /\((.*)\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { command, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function psOf(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, command = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(stdout ?? '') ?? [];
  return { command, parent: Number(parent) };
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
