import { readFileSync } from 'node:fs';
import { WAIT_MS } from '../../../support/limits.ts';

/** Resolves when there is no such process any more. @throws if it does not end */
export function processIsGone(pid: number): Promise<void> {
  return becomesFalse(isRunning, pid);
}

/** Resolves when a child of this process has ended and Node.js has heard of it. @throws if it does not end */
export function childHasEnded(pid: number): Promise<void> {
  return becomesFalse(exists, pid);
}

async function becomesFalse(isThere: (pid: number) => boolean, pid: number): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (isThere(pid)) {
    if (performance.now() > end) throw new Error(`The process ${pid} is still there.`);
    // Nothing tells of the end of a process that is not one's own child.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function isRunning(pid: number): boolean {
  return exists(pid) && !isZombie(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}

/** Ended, but its parent has not collected it yet. Only Linux shows this. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
