import { readdirSync, readFileSync } from 'node:fs';

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
