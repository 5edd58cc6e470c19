import { AwsError } from '../core/aws-error.ts';
import { pageByName } from '../protocols/operations.ts';
import { RequestMembers } from '../protocols/request-members.ts';
import type { Bus } from './bus.ts';
import type { Buses } from './buses.ts';

/** Of an API call, as parsed from its JSON. */
export type Request = Readonly<Record<string, unknown>>;
export type Operation = (request: Request) => object;
/** By the operation's name. */
export type Operations = Readonly<Record<string, Operation>>;

/** What the names of some kind are made of. Source: EventBridge API reference, also for the following. */
interface NameForm {
  /** A regular expression, as AWS's refusals quote it. */
  readonly pattern: string;
  readonly most: number;
}

/** Of rules, targets and replays. */
const NAME: NameForm = { pattern: '[\\.\\-_A-Za-z0-9]+', most: 64 };
/** Of archives. */
export const ARCHIVE_NAME: NameForm = { ...NAME, most: 48 };
/** A bus, by its name or by its ARN. */
const BUS: NameForm = {
  pattern: '(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+',
  most: 1600,
};
/** Of archives, and of buses where no name will do. */
const ARN: NameForm = { pattern: '^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$', most: 1600 };
const MAX_PAGE = 100;

/** A request's members, checked as AWS checks them. */
export function membersOf(request: Request): RequestMembers {
  return new RequestMembers(request, 'ValidationException');
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A name that the request must have. @throws AwsError ValidationException */
export function nameIn(request: Request, member: string, form = NAME): string {
  textIn(request, member, form.most);
  return optionalName(request, member, form) ?? '';
}

/** How the names begin that a list request asks for with NamePrefix; empty for any. @throws AwsError ValidationException */
export function prefixIn(request: Request, form = NAME): string {
  return optionalName(request, 'NamePrefix', form) ?? '';
}

/**
 * The bus that a request is about.
 * @param member which holds its name or ARN; the default bus if it is missing
 * @throws AwsError ValidationException, or ResourceNotFoundException if there is no such bus
 */
export function busIn(buses: Buses, request: Request, member = 'EventBusName'): Bus {
  return buses.get(optionalName(request, member, BUS) ?? 'default');
}

function optionalName(request: Request, member: string, { pattern, most }: NameForm): string | undefined {
  const name = membersOf(request).text(member, { most });
  if (name === undefined || new RegExp(`^(?:${pattern})$`).test(name)) return name;
  throw membersOf(request).refusal(member, `Member must satisfy regular expression pattern: ${pattern}`);
}

/** An ARN of EventBridge that the request must have. @throws AwsError ValidationException */
export function arnIn(request: Request, member: string): string {
  textIn(request, member, ARN.most);
  return optionalArn(request, member) ?? '';
}

/** An ARN of EventBridge that may be missing. @throws AwsError ValidationException */
export function optionalArn(request: Request, member: string): string | undefined {
  return optionalName(request, member, ARN);
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
  const unknown = () => invalid('Parameter NextToken is not valid. Reason: it is no token of an earlier answer.');
  const { page, token: next } = pageByName(all, nameOf, { token, limit, invalid: unknown });
  return { items: page, more: next === undefined ? {} : { NextToken: next } };
}
