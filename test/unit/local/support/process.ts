import { readFileSync } from 'node:fs';

const PATIENCE_MS = 10_000;

/** Resolves when there is no such process any more. @throws if it is still there after ten seconds */
export async function processIsGone(pid: number): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (isRunning(pid)) {
    if (Date.now() > end) throw new Error(`The process ${pid} is still there.`);
    // Nobody tells of the end of a process that is not one's own child.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** Ended, and not yet cleared away by whoever inherited it; Linux alone tells. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
