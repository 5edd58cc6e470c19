/** A process that writes the stages of a simulation with a bug: gets where to and the patches, and answers with the assemblies. */
import { once } from 'node:events';
import { plantPatches, type SourcePatch } from '../world/source-patches.ts';

/** What it is given. */
export interface SynthesisTask {
  /** Which exists. */
  readonly folder: string;
  readonly patches: readonly SourcePatch[];
}

const [{ folder, patches }] = (await once(process, 'message')) as [SynthesisTask];
plantPatches(patches);
// Only now: what is loaded before keeps its source.
const { synthesizeStages } = await import('./synthesize.ts');
process.send?.(await synthesizeStages(folder));
process.disconnect();
