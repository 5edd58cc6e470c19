import { invalidValue, missingParameter, noSuchQueue } from './errors.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

/**
 * Members of a request, or of one entry of a batch. The gateway has checked their types against the operation's schema.
 * A member that is null counts as missing.
 */
export type Members = Readonly<Record<string, unknown>>;

/** The queue that the member QueueUrl names. @throws AwsError if there is none */
export function queueOf(queues: Queues, request: Members): Queue {
  const queue = queues.at(requiredText(request, 'QueueUrl'));
  if (queue === undefined) throw noSuchQueue();
  return queue;
}

export function textOf(request: Members, name: string): string | undefined {
  return (request[name] ?? undefined) as string | undefined;
}

/** @throws AwsError if it is missing or empty */
export function requiredText(request: Members, name: string): string {
  const text = textOf(request, name);
  if (!text) throw missingParameter(name);
  return text;
}

export function textsOf(request: Members, name: string): readonly string[] {
  return (request[name] ?? []) as readonly string[];
}

export function mapOf(request: Members, name: string): Members {
  return (request[name] ?? {}) as Members;
}

export function textMapOf(request: Members, name: string): Readonly<Record<string, string>> {
  return (request[name] ?? {}) as Readonly<Record<string, string>>;
}

export function mapsOf(request: Members, name: string): readonly Members[] {
  return (request[name] ?? []) as readonly Members[];
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** What SQS says about a number outside of it. */
  readonly reason: string;
}

/** @throws AwsError if it is not a whole number of the range */
export function wholeNumberOf(request: Members, name: string, { least, most, reason }: Range): number | undefined {
  const value = request[name] ?? undefined;
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalidValue(value, name, reason);
}
