import { AwsError } from '../aws-error.ts';
import { decodeToken, encodeToken, RequestMembers } from '../gateway/request-members.ts';

/** Of an API call, as parsed from its JSON. */
export type Request = Readonly<Record<string, unknown>>;
export type Operation = (request: Request) => object;
/** By the operation's name. */
export type Operations = Readonly<Record<string, Operation>>;

/** What names of rules, targets and replays are made of. Source: EventBridge API reference. */
const NAME = /^[.\-_A-Za-z0-9]+$/;
const NAME_LIMIT = 64;
const MAX_PAGE = 100;

/** A request's members, checked as AWS checks them. */
export function membersOf(request: Request): RequestMembers {
  return new RequestMembers(request, 'ValidationException');
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A name that the request must have, of 64 characters at most. @throws AwsError ValidationException */
export function nameIn(request: Request, member: string): string {
  const name = textIn(request, member, NAME_LIMIT);
  if (NAME.test(name)) return name;
  throw membersOf(request).refusal(member, 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
}

/** A text that the request must have, and which is not empty. @throws AwsError ValidationException */
export function textIn(request: Request, member: string, most: number): string {
  const text = membersOf(request).text(member, { most });
  if (text !== undefined) return text;
  throw membersOf(request).refusal(member, 'Member must not be null');
}

/** A text that may be missing or empty. @throws AwsError ValidationException for one that is too long */
export function optionalText(request: Request, member: string, most: number): string | undefined {
  return membersOf(request).text(member, { least: 0, most });
}

/** Time stamps are seconds since the Unix epoch in the protocol. Returns milliseconds. @throws AwsError ValidationException */
export function momentIn(request: Request, member: string): number {
  const seconds = request[member];
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  throw membersOf(request).refusal(member, 'Member must be a number of seconds since the Unix epoch');
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
  const members = membersOf(request);
  const limit = members.wholeNumber('Limit', { least: 1, most: MAX_PAGE }) ?? MAX_PAGE;
  const token = members.text('NextToken');
  const after = token === undefined ? '' : readToken(token);
  const sorted = [...all].filter((item) => nameOf(item) > after).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items = sorted.slice(0, limit);
  const last = sorted.length > limit ? items.at(-1) : undefined;
  return { items, more: last === undefined ? {} : { NextToken: encodeToken({ after: nameOf(last) }) } };
}

function readToken(token: string): string {
  const { after } = (decodeToken(token) ?? {}) as { after?: unknown };
  if (typeof after === 'string') return after;
  throw invalid('Parameter NextToken is not valid. Reason: it is no token of an earlier answer.');
}
