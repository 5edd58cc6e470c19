import { shellWord } from '../aws/target.ts';
import type { OnStack } from '../deployed/stack.ts';
import { numberText } from '../messages/display.ts';
import { UsageError } from '../messages/errors.ts';
import { LabFunctions } from './functions.ts';
import { callLab, type EngineFault, type FaultEffect, readEngine } from './lab-api.ts';

/** A fault as an operator asks for it. */
export interface FaultOptions {
  /** Such as `s3:CreateBucket`, `*` for any call, `deliver:stream-record` or `deliver:queue-message`. */
  readonly operation: string;
  /** @default 'duplicate' for a delivery, else 'error' */
  readonly effect?: FaultEffect | undefined;
  /** Of the effect `error`. */
  readonly code?: string | undefined;
  /** Of the effect `delay`. */
  readonly delayMs?: number | undefined;
  /** @default 'before' */
  readonly when?: 'before' | 'after' | undefined;
  /** @default 1 */
  readonly nth?: number | undefined;
  /** @default 1 */
  readonly times?: number | 'always' | undefined;
  /** Only calls of this subscriber's function count. */
  readonly subscriber?: string | undefined;
}

/** An armed fault. */
export interface ArmedFault extends Omit<EngineFault, 'functionName'> {
  readonly subscriber?: string;
  /** What it does, in a sentence. */
  readonly text: string;
}

/**
 * Sets a fault.
 * @throws UsageError on AWS, and for an operation, error code or subscriber that does not exist: then nothing changes
 */
export async function injectFault(on: OnStack, { subscriber, ...fault }: FaultOptions): Promise<ArmedFault> {
  const functions = await LabFunctions.read(on);
  const effect = effectOf(fault);
  if (effect === 'error' && fault.code === undefined) {
    throw new UsageError(
      `say what the fault does: an error code (--code), a lost answer (--lost-answer), a delay (--delay), or the end of a function (--kill)`,
    );
  }
  if (effect === 'kill' && subscriber === undefined) {
    throw new UsageError(
      `a kill needs the subscriber whose function dies; there are ${functions.subscribers.join(', ')}`,
    );
  }
  const functionName = subscriber === undefined ? undefined : functions.physical(subscriber);
  const body = { ...fault, effect, functionName };
  return armedFault(await callLab<EngineFault>(on, '/faults', { method: 'POST', body }), functions);
}

/** What a fault would do, in a sentence; sets nothing. */
export function previewFault(fault: FaultOptions): string {
  const { operation, when = 'before', nth = 1, times = 1, code, delayMs, subscriber } = fault;
  return describeFault({
    id: 0,
    operation,
    effect: effectOf(fault),
    when,
    nth,
    times,
    ...(code !== undefined && { code }),
    ...(delayMs !== undefined && { delayMs }),
    ...(subscriber !== undefined && { subscriber }),
    callsBefore: nth - 1,
    strikesLeft: times,
  });
}

/** The command that sets a fault, without the options that choose the pipeline. */
export function faultCommand(fault: FaultOptions): string {
  const { operation, code, delayMs, when, nth = 1, times = 1, subscriber } = fault;
  const effect = effectOf(fault);
  return [
    `lab fault ${shellWord(operation)}`,
    ...(effect === 'error' && code !== undefined ? [`--code ${shellWord(code)}`] : []),
    ...(effect === 'lost-answer' ? ['--lost-answer'] : []),
    ...(effect === 'delay' ? [`--delay ${delayMs}`] : []),
    ...(effect === 'kill' ? ['--kill'] : []),
    ...(when === 'after' && effect !== 'lost-answer' ? ['--after'] : []),
    ...(nth === 1 ? [] : [`--nth ${nth}`]),
    ...(times === 1 ? [] : [`--times ${times}`]),
    ...(subscriber === undefined ? [] : [`--subscriber ${shellWord(subscriber)}`]),
  ].join(' ');
}

function effectOf({ effect, operation }: Pick<FaultOptions, 'effect' | 'operation'>): FaultEffect {
  return effect ?? (operation.startsWith('deliver:') ? 'duplicate' : 'error');
}

/** Those that have not struck for the last time, in the order in which they were set. @throws UsageError on AWS */
export async function listFaults(on: OnStack): Promise<ArmedFault[]> {
  const [{ faults }, functions] = await Promise.all([readEngine(on), LabFunctions.read(on)]);
  return faults.map((fault) => armedFault(fault, functions));
}

/** Removes a fault, or all of them. @throws UsageError on AWS, and for an id that is not armed */
export async function removeFaults(on: OnStack, which: number | 'all'): Promise<ArmedFault[]> {
  const path = which === 'all' ? '/faults' : `/faults/${which}`;
  const functions = await LabFunctions.read(on);
  const { removed } = await callLab<{ readonly removed: EngineFault[] }>(on, path, { method: 'DELETE' });
  return removed.map((fault) => armedFault(fault, functions));
}

export function armedFault({ functionName, ...fault }: EngineFault, functions: LabFunctions): ArmedFault {
  const named = { ...fault, ...(functionName !== undefined && { subscriber: functions.subscriber(functionName) }) };
  return { ...named, text: describeFault(named) };
}

/** What a fault does, in a sentence: `s3:CreateBucket: the next 2 calls fail with SlowDown`. */
export function describeFault(fault: Omit<ArmedFault, 'text'>): string {
  const { operation, subscriber } = fault;
  const of = subscriber === undefined || fault.effect === 'kill' ? '' : ` of ${subscriber}`;
  if (fault.effect === 'duplicate') {
    return operation === 'deliver:stream-record'
      ? `${callsText(fault, 'stream record')}: the pipe gets it twice`
      : `${callsText(fault, 'message')}: a function gets it twice`;
  }
  const what = operation === '*' ? 'any operation' : operation;
  return `${what}: ${callsText(fault, 'call')}${of} ${effectText(fault)}${exceptionText(fault)}`;
}

/** Which of AWS's own services makes this call too, and only fails: it cannot be delayed, and is no function (docs/local-engine.md). */
const READERS: Readonly<Record<string, string>> = {
  'sqs:ReceiveMessage': "one by Lambda's poller",
  'sqs:DeleteMessage': "one by Lambda's poller",
  'dynamodb:GetShardIterator': 'one by the pipe',
  'dynamodb:GetRecords': 'one by the pipe',
};

function exceptionText({ operation, effect }: Pick<ArmedFault, 'operation' | 'effect'>): string {
  const reader = Object.hasOwn(READERS, operation) ? READERS[operation] : undefined;
  return reader !== undefined && (effect === 'delay' || effect === 'kill') ? `; ${reader} does not count` : '';
}

function callsText(
  { callsBefore, strikesLeft }: Pick<ArmedFault, 'callsBefore' | 'strikesLeft'>,
  noun: string,
): string {
  const first = callsBefore + 1;
  if (strikesLeft === 'always') return first === 1 ? `every ${noun}` : `every ${noun} from the ${ordinal(first)} on`;
  if (strikesLeft === 1) return first === 1 ? `the next ${noun}` : `the ${ordinal(first)} ${noun} from now`;
  if (first === 1) return `the next ${numberText(strikesLeft)} ${noun}s`;
  return `${numberText(strikesLeft)} ${noun}s from the ${ordinal(first)} on`;
}

function effectText(fault: Omit<ArmedFault, 'text'>): string {
  const { effect, code, delayMs = 0, when, subscriber, strikesLeft } = fault;
  const isOne = strikesLeft === 1 || strikesLeft === 'always';
  const moment = when === 'after' ? ', after it took effect' : '';
  switch (effect) {
    case 'error':
      return `${isOne ? 'fails' : 'fail'} with ${code}${moment}`;
    case 'lost-answer':
      return isOne ? 'takes effect, but fails for its caller' : 'take effect, but fail for their callers';
    case 'delay':
      return `${isOne ? 'is' : 'are'} delayed by ${numberText(delayMs)} ms${moment}`;
    default:
      return `of ${subscriber} ${isOne ? 'kills' : 'kill'} its function${when === 'after' ? ', after it took effect' : ''}`;
  }
}

function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${numberText(number)}${ending}`;
}
