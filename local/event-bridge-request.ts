import { AwsError } from './aws-error.ts';

/** Of an API call, as parsed from its JSON. */
export type Request = Readonly<Record<string, unknown>>;
export type Operation = (request: Request) => object;
/** By the operation's name. */
export type Operations = Readonly<Record<string, Operation>>;

/** What names of rules, targets and replays are made of. Source: EventBridge API reference. */
const NAME = /^[.\-_A-Za-z0-9]+$/;
export const NAME_LIMIT = 64;
const MAX_PAGE = 100;

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** As AWS words it when a member of the request is not what its model says. */
export function unfit(member: string, value: unknown, constraint: string): AwsError {
  const shown = value === undefined || value === null ? 'null' : `'${String(value)}'`;
  const at = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  return invalid(`1 validation error detected: Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`);
}

/** A name that the request must have, of 64 characters at most. @throws AwsError ValidationException */
export function nameIn(request: Request, member: string): string {
  const name = textIn(request, member, NAME_LIMIT);
  if (NAME.test(name)) return name;
  throw unfit(member, name, 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
}

/** A text that the request must have, and which is not empty. @throws AwsError ValidationException */
export function textIn(request: Request, member: string, limit: number): string {
  const text = optionalText(request, member, limit);
  if (text === undefined) throw unfit(member, undefined, 'Member must not be null');
  if (text === '') throw unfit(member, '', 'Member must have length greater than or equal to 1');
  return text;
}

/** @throws AwsError SerializationException for what is no text, ValidationException for one that is too long */
export function optionalText(request: Request, member: string, limit: number): string | undefined {
  const text = request[member] ?? undefined;
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new AwsError('SerializationException', `${member} must be a string.`);
  if (text.length <= limit) return text;
  throw unfit(member, text, `Member must have length less than or equal to ${limit}`);
}

/** @throws AwsError ValidationException for another value */
export function oneOf<T extends string>(request: Request, member: string, allowed: readonly T[]): T | undefined {
  const value = request[member] ?? undefined;
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw unfit(member, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
}

/** Time stamps are seconds since the Unix epoch in the protocol. Returns milliseconds. @throws AwsError */
export function momentIn(request: Request, member: string): number {
  const seconds = request[member] ?? undefined;
  if (seconds === undefined) throw unfit(member, undefined, 'Member must not be null');
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  throw new AwsError('SerializationException', `${member} must be a number of seconds since the Unix epoch.`);
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Fields of the answer: the token of the next page, if there is one. */
  readonly more: { readonly NextToken?: string };
}

/**
 * The page that a list request asks for with Limit and NextToken; items come by name.
 * @throws AwsError ValidationException for a Limit outside 1 to 100 or a token that is none
 */
export function pageOf<T>(request: Request, all: Iterable<T>, nameOf: (item: T) => string): Page<T> {
  const { Limit, NextToken } = request;
  const limit = Limit === undefined ? MAX_PAGE : Number(Limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw unfit('Limit', Limit, `Member must have value between 1 and ${MAX_PAGE}`);
  }
  const after = NextToken === undefined ? '' : readToken(NextToken);
  const sorted = [...all].filter((item) => nameOf(item) > after).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items = sorted.slice(0, limit);
  const last = sorted.length > limit ? items.at(-1) : undefined;
  return { items, more: last === undefined ? {} : { NextToken: makeToken(nameOf(last)) } };
}

function makeToken(name: string): string {
  return Buffer.from(JSON.stringify({ after: name })).toString('base64url');
}

function readToken(token: unknown): string {
  try {
    const { after } = JSON.parse(Buffer.from(String(token), 'base64url').toString()) as { after?: unknown };
    if (typeof after === 'string') return after;
  } catch (cause) {
    // What is no JSON is no token of ours either.
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw invalid('Parameter NextToken is not valid. Reason: it is no token of an earlier answer.');
}
