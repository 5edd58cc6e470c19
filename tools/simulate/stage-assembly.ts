import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';

/** Runs `use` with an assembly of the stage `dev`, which is removed afterwards. */
export async function withAssembly(use: (assembly: string) => Promise<void>): Promise<void> {
  const assembly = await mkdtemp(join(tmpdir(), 'pipeline-simulation-'));
  try {
    await synthesize({ outdir: assembly });
    await use(assembly);
  } finally {
    await rm(assembly, { recursive: true });
  }
}
