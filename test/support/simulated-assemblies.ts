import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assemblies } from '../../tools/simulate/stages/stages.ts';
import { synthesizeStages } from '../../tools/simulate/stages/synthesize.ts';
import { assembliesFolder } from './assembly.ts';

let written: Promise<Assemblies> | undefined;

/** The stages of the simulation, synthesized once for all test files of a worker. */
export function simulatedAssemblies(): Promise<Assemblies> {
  written ??= mkdtemp(join(assembliesFolder(), 'simulated-')).then(synthesizeStages);
  return written;
}
