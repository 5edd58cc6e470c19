import type { OnStack } from '../deployed/stack.ts';
import { type ArmedFault, injectFault } from './faults.ts';
import { LabFunctions } from './functions.ts';
import { callLab, readEngine } from './lab-api.ts';

/** What a kill ended. */
export interface KilledFunction {
  readonly subscriber: string;
  /** Invocations that ended without an answer. */
  readonly invocations: number;
}

/** How many invocations of a subscriber's function run now. @throws UsageError on AWS, and for an unknown name */
export async function previewKill(on: OnStack, subscriber: string): Promise<KilledFunction> {
  const name = (await LabFunctions.read(on)).physical(subscriber);
  const { functions } = await readEngine(on);
  return { subscriber, invocations: functions.find((each) => each.name === name)?.running ?? 0 };
}

/** Kills the environments of a subscriber's function now. @throws UsageError on AWS, and for an unknown name */
export async function killFunction(on: OnStack, subscriber: string): Promise<KilledFunction> {
  const name = (await LabFunctions.read(on)).physical(subscriber);
  const path = `/functions/${encodeURIComponent(name)}/kill`;
  const { invocations } = await callLab<{ readonly invocations: readonly string[] }>(on, path, {
    method: 'POST',
    body: {},
  });
  return { subscriber, invocations: invocations.length };
}

/**
 * Lets a subscriber's function die in the middle of its next invocation: at a call of AWS that it makes.
 * @param at the call, such as `s3:CreateBucket`. @default - its first one
 * @param when @default 'after': what it did is done, and nothing knows of it
 * @throws UsageError on AWS, and for an unknown name
 */
export function killInNextInvocation(
  on: OnStack,
  subscriber: string,
  {
    at = '*',
    when = 'after',
  }: { readonly at?: string | undefined; readonly when?: 'before' | 'after' | undefined } = {},
): Promise<ArmedFault> {
  return injectFault(on, { operation: at, effect: 'kill', when, subscriber });
}
