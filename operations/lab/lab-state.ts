import type { OnStack } from '../deployed/stack.ts';
import { type ArmedFault, armedFault } from './faults.ts';
import { LabFunctions } from './functions.ts';
import { type EngineState, readEngine } from './lab-api.ts';
import { type PipeRuns, readPipe } from './pipe.ts';

/** What can be broken, and what is broken now. */
export interface LabState extends Pick<EngineState, 'now' | 'skippedMs' | 'canSkip' | 'codes' | 'codesOfAny'> {
  /** Names for faults, such as `s3:CreateBucket`. */
  readonly operations: readonly string[];
  readonly functions: readonly { readonly subscriber: string; readonly running: number }[];
  readonly faults: readonly ArmedFault[];
  readonly pipe: PipeRuns;
}

/** @throws UsageError on AWS */
export async function readLab(on: OnStack): Promise<LabState> {
  const [engine, functions, pipe] = await Promise.all([readEngine(on), LabFunctions.read(on), readPipe(on)]);
  const { now, skippedMs, canSkip, codes, codesOfAny, deliveries } = engine;
  const named = Object.entries(engine.operations).flatMap(([service, names]) =>
    names.map((name) => `${service}:${name}`),
  );
  return {
    now,
    skippedMs,
    canSkip,
    codes,
    codesOfAny,
    operations: [...named.sort(), ...deliveries, '*'],
    functions: functions.subscribers.map((subscriber) => {
      const name = functions.physical(subscriber);
      return { subscriber, running: engine.functions.find((fn) => fn.name === name)?.running ?? 0 };
    }),
    faults: engine.faults.map((fault) => armedFault(fault, functions)),
    pipe,
  };
}
