import { AwsError } from '../core/aws-error.ts';
import { RequestMembers } from '../protocols/json-protocol.ts';
import { pageByName } from '../protocols/operations.ts';

/** The members of an API call's JSON. */
export type EventBridgeRequest = Readonly<Record<string, unknown>>;
/** The operations of a part of the API, by name. */
export type EventBridgeOperations = Readonly<Record<string, (request: EventBridgeRequest) => object>>;

/** What names of a kind look like. Source: EventBridge API reference, also for the following. */
interface NameForm {
  /** A regular expression, as AWS's error messages quote it. */
  readonly pattern: string;
  readonly most: number;
}

/** Of rules, targets and replays. */
const NAME: NameForm = { pattern: '[\\.\\-_A-Za-z0-9]+', most: 64 };
export const ARCHIVE_NAME: NameForm = { ...NAME, most: 48 };
/** A bus, by its name or by its ARN. */
export const BUS: NameForm = {
  pattern: '(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+',
  most: 1600,
};
/** Of archives, and of buses where a name is not accepted. */
const ARN: NameForm = { pattern: '^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$', most: 1600 };
const MAX_PAGE = 100;

/** A request's members, checked as AWS checks them. */
export function membersOf(request: EventBridgeRequest): RequestMembers {
  return new RequestMembers(request, 'ValidationException');
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A required name. @throws AwsError ValidationException */
export function nameIn(request: EventBridgeRequest, member: string, form = NAME): string {
  textIn(request, member, form.most);
  return optionalName(request, member, form) ?? '';
}

/** The NamePrefix of a list request; empty without one. @throws AwsError ValidationException */
export function prefixIn(request: EventBridgeRequest, form = NAME): string {
  return optionalName(request, 'NamePrefix', form) ?? '';
}

/** @throws AwsError ValidationException */
export function optionalName(
  request: EventBridgeRequest,
  member: string,
  { pattern, most }: NameForm,
): string | undefined {
  const name = membersOf(request).text(member, { most });
  if (name === undefined || new RegExp(`^(?:${pattern})$`).test(name)) return name;
  throw membersOf(request).refusal(member, `Member must satisfy regular expression pattern: ${pattern}`);
}

/** A required ARN of EventBridge. @throws AwsError ValidationException */
export function arnIn(request: EventBridgeRequest, member: string): string {
  textIn(request, member, ARN.most);
  return optionalArn(request, member) ?? '';
}

/** @throws AwsError ValidationException */
export function optionalArn(request: EventBridgeRequest, member: string): string | undefined {
  return optionalName(request, member, ARN);
}

/** A required text that is not empty. @throws AwsError ValidationException */
export function textIn(request: EventBridgeRequest, member: string, most: number): string {
  const text = membersOf(request).text(member, { most });
  if (text !== undefined) return text;
  throw membersOf(request).refusal(member, 'Member must not be null');
}

/** A text that may be missing or empty. @throws AwsError ValidationException if it is too long */
export function optionalText(request: EventBridgeRequest, member: string, most: number): string | undefined {
  return membersOf(request).text(member, { least: 0, most });
}

/** Time stamps are seconds since the Unix epoch in the protocol. Returns milliseconds. @throws AwsError ValidationException */
export function momentIn(request: EventBridgeRequest, member: string): number {
  const seconds = request[member];
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  throw membersOf(request).refusal(member, 'Member must be a number of seconds since the Unix epoch');
}

/**
 * Answers a list request: the page that it asks for with Limit and NextToken, sorted by name.
 * @param member of the answer that has the items
 * @throws AwsError ValidationException for a Limit outside 1 to 100 or an invalid token
 */
export function listing<T>(
  request: EventBridgeRequest,
  member: string,
  { all, nameOf, describe }: { all: Iterable<T>; nameOf: (item: T) => string; describe: (item: T) => unknown },
): object {
  const members = membersOf(request);
  const limit = members.wholeNumber('Limit', { least: 1, most: MAX_PAGE }) ?? MAX_PAGE;
  const unknown = () => invalid('Parameter NextToken is not valid. Reason: it is no token of an earlier answer.');
  const { page, token } = pageByName(all, nameOf, { token: members.text('NextToken'), limit, invalid: unknown });
  return { [member]: page.map(describe), ...(token !== undefined && { NextToken: token }) };
}
