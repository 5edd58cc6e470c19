import type { Target } from '../aws/target.ts';
import type { OnStack } from '../deployed/stack.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { parseObject } from '../messages/json-fields.ts';

/** Where the engine's control API is. AWS has none. */
const BASE = '/_local-engine/lab/v1';

const HEADERS = { 'content-type': 'application/json', 'x-local-engine-lab': '1' };

/** What a fault can do to a call. */
export type FaultEffect = 'error' | 'lost-answer' | 'delay' | 'kill' | 'duplicate';

/** A fault, as the engine has it. */
export interface EngineFault {
  readonly id: number;
  /** Such as `s3:CreateBucket`. */
  readonly operation: string;
  readonly effect: FaultEffect;
  readonly code?: string;
  readonly delayMs?: number;
  readonly when: 'before' | 'after';
  readonly nth: number;
  readonly times: number | 'always';
  /** Physical name. */
  readonly functionName?: string;
  /** How many calls come before the next that it strikes. */
  readonly callsBefore: number;
  readonly strikesLeft: number | 'always';
}

/** What the engine says of itself. */
export interface EngineState {
  /** The engine's time, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** By how much it is ahead of the machine's. */
  readonly skippedMs: number;
  readonly canSkip: boolean;
  /** By the service's name in IAM. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
  readonly deliveries: readonly string[];
  /** Error codes with their HTTP status, by the service's name. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly codesOfAny: Readonly<Record<string, number>>;
  /** By their physical names, with the number of running invocations. */
  readonly functions: readonly { readonly name: string; readonly running: number }[];
  readonly pipes: readonly { readonly name: string; readonly runs: boolean }[];
  readonly faults: readonly EngineFault[];
}

/**
 * The endpoint of the local engine.
 * @throws UsageError for a stack on AWS
 */
export function requireEngine(target: Target): string {
  if ('endpoint' in target) return target.endpoint;
  throw new UsageError(
    `the lab breaks things on purpose, so it works on a local engine only, and ${target.stackName} is on AWS: leave --stack out, and unset PIPELINE_STACK`,
  );
}

/**
 * One request to the control API.
 * @throws UsageError for what the engine refuses, CommandFailure for an engine that has no such API
 */
export async function callLab<T>(
  { target }: Pick<OnStack, 'target'>,
  path: string,
  request: LabRequest = {},
): Promise<T> {
  const { method = 'GET', body, signal } = request;
  const endpoint = requireEngine(target);
  const response = await fetch(`${endpoint}${BASE}${path}`, {
    method,
    headers: HEADERS,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  });
  const text = await response.text();
  const answer = parseObject(text);
  if (response.ok && answer !== undefined) return answer as T;
  const { code, message } = answer ?? {};
  if (typeof code === 'string' && typeof message === 'string') throw new UsageError(asClause(message));
  throw new CommandFailure(`the engine at ${endpoint} has no lab: stop it, and start this version with npm start`);
}

interface LabRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly signal?: AbortSignal;
}

export function readEngine(on: Pick<OnStack, 'target'>): Promise<EngineState> {
  return callLab<EngineState>(on, '');
}

/** A sentence as errors of commands begin and end. */
function asClause(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '');
}
