import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PROJECT_FOLDER } from '../../cdk/synthesize.ts';

const NOT_COPIED = ['node_modules', 'cdk.out', 'dist', '.git'];

/** Runs `use` with a copy of the project that it may change, and removes the copy. Its packages are the project's own. */
export async function withProjectCopy<T>(use: (project: string) => Promise<T>): Promise<T> {
  const project = await realpath(await mkdtemp(join(tmpdir(), 'pipeline-bench-project-')));
  try {
    const filter = (file: string) => !NOT_COPIED.includes(basename(file));
    await cp(PROJECT_FOLDER, project, { recursive: true, filter });
    await linkPackages(project);
    return await use(project);
  } finally {
    await rm(project, { recursive: true });
  }
}

/** The cache is left out: what the copy keeps there is of other sources. */
async function linkPackages(project: string): Promise<void> {
  const packages = join(PROJECT_FOLDER, 'node_modules');
  await mkdir(join(project, 'node_modules'));
  for (const name of await readdir(packages)) {
    if (name !== '.cache') await symlink(join(packages, name), join(project, 'node_modules', name));
  }
}
