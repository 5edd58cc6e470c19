import { AwsError } from '../core/aws-error.ts';
import { ANY_OPERATION } from '../journal/faults.ts';
import { CODES_OF_ANY, ERROR_CODES, type ErrorCodes } from './error-codes.ts';

/**
 * What a fault does to a call. `lost-answer`: the call takes effect, and its caller gets an error. `kill`: the function dies that
 * makes it. `duplicate`: a record or message is delivered twice.
 */
export const EFFECTS = ['error', 'lost-answer', 'delay', 'kill', 'duplicate'] as const;

/** What can be delivered twice, as operations. */
export const DELIVERIES: readonly string[] = ['deliver:stream-record', 'deliver:queue-message'];

/** A fault as a client asks for it. */
export interface FaultRequest {
  /** Such as `s3:CreateBucket`; `*` for any call; or one of {@link DELIVERIES}. */
  readonly operation: string;
  readonly effect: (typeof EFFECTS)[number];
  /** Of the effect `error`. */
  readonly code?: string;
  /** Of the effect `delay`, in milliseconds. */
  readonly delayMs?: number;
  /** Whether it happens before the call takes effect or after it. */
  readonly when: 'before' | 'after';
  /** The first call that it strikes; 1 is the next. */
  readonly nth: number;
  /** How many calls it strikes; `always`: all, until it is removed. */
  readonly times: number | 'always';
  /** Only calls of this function count. */
  readonly functionName?: string;
}

/** What exists, to refuse what does not. */
export interface KnownNames {
  /** By the service's name in IAM. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
  readonly functions: readonly string[];
}

const MEMBERS = ['operation', 'effect', 'code', 'delayMs', 'when', 'nth', 'times', 'functionName'];

const MOST_CALLS = 1_000_000;
const LONGEST_DELAY_MS = 600_000;

/** Reads a fault. @throws AwsError that names what is unknown or does not fit, and what there is */
export function faultRequest(body: Readonly<Record<string, unknown>>, known: KnownNames): FaultRequest {
  const unknown = Object.keys(body).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw refusal(`A fault has no member ${unknown}; it has ${MEMBERS.join(', ')}.`);
  const operation = operationIn(body.operation, known);
  const isDelivery = DELIVERIES.includes(operation);
  const effect = oneOf(EFFECTS, 'effect', body.effect ?? (isDelivery ? 'duplicate' : undefined));
  if (isDelivery !== (effect === 'duplicate')) {
    throw refusal(
      `The effect ${effect} does not fit ${operation}: only ${DELIVERIES.join(' and ')} can be duplicated, and nothing else.`,
    );
  }
  const functionName = functionIn(body.functionName, known);
  if (effect === 'kill' && functionName === undefined) {
    throw refusal(`The effect kill needs a functionName: ${listed(known.functions)}.`);
  }
  const fault = {
    operation,
    effect,
    when: effect === 'lost-answer' ? 'after' : oneOf(['before', 'after'] as const, 'when', body.when ?? 'before'),
    nth: wholeNumber('nth', body.nth ?? 1, MOST_CALLS),
    times: body.times === 'always' ? 'always' : wholeNumber('times', body.times ?? 1, MOST_CALLS),
    ...(functionName !== undefined && { functionName }),
  } as const;
  if (effect === 'lost-answer' && body.when === 'before') {
    throw refusal('The answer of a call is lost after the call took effect: leave when out, or give after.');
  }
  const code = effect === 'error' ? codeIn(body.code, operation) : without(body, 'code', effect);
  const delayMs =
    effect === 'delay' ? wholeNumber('delayMs', body.delayMs, LONGEST_DELAY_MS) : without(body, 'delayMs', effect);
  return { ...fault, ...(code !== undefined && { code }), ...(delayMs !== undefined && { delayMs }) };
}

/** The codes that an operation may fail with. */
export function codesOf(operation: string): ErrorCodes {
  if (operation === ANY_OPERATION) return CODES_OF_ANY;
  return ERROR_CODES[operation.split(':')[0] ?? ''] ?? {};
}

function operationIn(value: unknown, { operations }: KnownNames): string {
  const operation = text('operation', value);
  if (operation === ANY_OPERATION || DELIVERIES.includes(operation)) return operation;
  const [service = '', name = ''] = operation.split(':');
  const ofService = Object.hasOwn(operations, service) ? operations[service] : undefined;
  if (ofService === undefined) {
    throw unknownName(
      `There is no operation ${operation} for faults. Name a service and its operation, such as s3:CreateBucket. Services: ${listed(Object.keys(operations))}.`,
    );
  }
  if (!ofService.includes(name)) {
    throw unknownName(`There is no operation ${operation}. Those of ${service}: ${listed(ofService)}.`);
  }
  return operation;
}

function functionIn(value: unknown, { functions }: KnownNames): string | undefined {
  if (value === undefined) return undefined;
  const name = text('functionName', value);
  if (functions.includes(name)) return name;
  throw unknownName(`There is no function ${name}. Functions: ${listed(functions)}.`);
}

function codeIn(value: unknown, operation: string): string {
  const codes = codesOf(operation);
  const code = text('code', value);
  if (Object.hasOwn(codes, code)) return code;
  throw unknownName(`${operation} has no error code ${code}. Codes: ${listed(Object.keys(codes))}.`);
}

function without(body: Readonly<Record<string, unknown>>, member: string, effect: string): undefined {
  if (body[member] === undefined) return undefined;
  throw refusal(`The effect ${effect} has no ${member}. Leave it out.`);
}

function text(member: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(`${member} must be a text that is not empty.`);
}

function oneOf<T extends string>(allowed: readonly T[], member: string, value: unknown): T {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw refusal(`${member} must be one of ${allowed.join(', ')}.`);
}

/** @throws AwsError for anything but a whole number from 1 to `most` */
export function wholeNumber(member: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw refusal(`${member} must be a whole number from 1 to ${most}.`);
}

/** A request that does not fit. */
export function refusal(message: string): AwsError {
  return new AwsError('InvalidRequest', message, 400);
}

/** A request that names something that does not exist. */
export function unknownName(message: string): AwsError {
  return new AwsError('NotFound', message, 404);
}

export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.toSorted().join(', ');
}
