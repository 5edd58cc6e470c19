import { changedAssembly } from '../support/changed-assembly.ts';
import { Pipeline } from '../support/pipeline.ts';
import type { Check } from './check.ts';
import type { Mutation, Template } from './mutation.ts';

/** The check that a stack which cannot be deployed fails. */
export const DEPLOYS = 'the stack can be deployed';

/** Which promise is broken, and how that showed. */
export interface BrokenPromise {
  readonly check: string;
  readonly how: string;
}

/**
 * Runs the checks on a pipeline whose template lacks something.
 *
 * @param assembly folder of the assembly that it is taken from
 * @param mutation nothing for the template as it is
 * @returns the first promise that is broken; undefined if all are kept
 */
export async function findBrokenPromise(
  assembly: string,
  checks: readonly Check[],
  mutation?: Mutation,
): Promise<BrokenPromise | undefined> {
  const changed = await changedAssembly((_resources, template) => mutation?.apply(template as Template), assembly);
  try {
    const pipeline = await Pipeline.start({ assemblies: [changed.folder] }).catch((error: Error) => error);
    if (pipeline instanceof Error) return { check: DEPLOYS, how: pipeline.message };
    try {
      return await firstBroken(pipeline, checks);
    } finally {
      await pipeline.stop();
    }
  } finally {
    await changed.remove();
  }
}

async function firstBroken(pipeline: Pipeline, checks: readonly Check[]): Promise<BrokenPromise | undefined> {
  for (const { name, run } of checks) {
    try {
      await run(pipeline);
    } catch (error) {
      return { check: name, how: (error as Error).message };
    }
  }
  return undefined;
}
