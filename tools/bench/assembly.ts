import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import { EngineChild } from './engine-child.ts';

/** Runs `measure` with a fresh assembly of the stack, which is removed afterwards. */
export async function withAssembly(measure: (assembly: string) => Promise<void>): Promise<void> {
  await withFolder(async (assembly) => {
    await synthesize({ outdir: assembly });
    await measure(assembly);
  });
}

/** Runs `measure` with an engine that has just started, and stops it afterwards. */
export async function withEngine(
  measure: (engine: EngineChild, assembly: string) => Promise<void>,
  dataFolder?: string,
): Promise<void> {
  await withAssembly(async (assembly) => {
    const engine = await EngineChild.start(assembly, dataFolder);
    await measure(engine, assembly).finally(() => engine.stop());
  });
}

/** Runs `use` with an empty folder, which is removed afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-bench-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
