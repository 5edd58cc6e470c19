import { chooseTarget, type TargetOptions } from '../aws/target.ts';
import { type OnStack, onStack, streamOnStack } from '../deployed/stack.ts';
import { requireEngine } from './lab-api.ts';

/** Runs an operation as `onStack` does, on a local engine only. @throws UsageError for a stack on AWS, before any call */
export async function onEngine<T>(options: TargetOptions, run: (on: OnStack) => Promise<T>): Promise<T> {
  requireEngine(chooseTarget(options, process.env));
  return onStack(options, run);
}

/** The same for an operation that gives its results as they come. */
export async function* streamOnEngine<T>(
  options: TargetOptions,
  follow: (on: OnStack) => AsyncIterable<T>,
): AsyncGenerator<T> {
  requireEngine(chooseTarget(options, process.env));
  yield* streamOnStack(options, follow);
}
