import { AwsError } from '../core/aws-error.ts';

/**
 * The operation of a name.
 * @param operations those that the service has here, by name
 * @param service as IAM names it, such as `dynamodb`
 * @throws AwsError if the engine does not have it
 */
export function operationNamed<T>(
  operations: Readonly<Record<string, T>>,
  service: string,
  name: string,
  code = 'UnknownOperationException',
): T {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation !== undefined) return operation;
  throw unknownOperation(service, name, code);
}

export function unknownOperation(service: string, name: string, code = 'UnknownOperationException'): AwsError {
  return new AwsError(code, `The local engine does not implement ${service}:${name}.`);
}

interface NamedPage<T> {
  /** In the order of their names. */
  readonly page: readonly T[];
  /** For the next page, if there is one. */
  readonly token?: string;
}

interface PageRequest {
  /** As an earlier page gave it. @default - the first page */
  readonly token?: string | undefined;
  readonly limit: number;
  /** The service's error for an invalid token. */
  readonly invalid: () => AwsError;
}

/**
 * One page of a listing, by name. A token holds the last name of the page before it, so items may come and go between pages.
 * @throws AwsError for an invalid token
 */
export function pageByName<T>(
  all: Iterable<T>,
  nameOf: (item: T) => string,
  { token, limit, invalid }: PageRequest,
): NamedPage<T> {
  const after = token === undefined ? '' : nameInToken(token, invalid);
  const left = [...all].filter((item) => nameOf(item) > after).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const page = left.slice(0, limit);
  const last = left.length > limit ? page.at(-1) : undefined;
  return { page, ...(last !== undefined && { token: encodeToken({ name: nameOf(last) }) }) };
}

/** The name in a token of `encodeToken({ name })`. @throws AwsError for an invalid token */
export function nameInToken(token: string, invalid: () => AwsError): string {
  const { name } = (decodeToken(token) ?? {}) as { name?: unknown };
  if (typeof name === 'string') return name;
  throw invalid();
}

/** Where a listing continues, as a token that clients send back unread. */
export function encodeToken(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The encoded place; undefined for an invalid token. */
export function decodeToken(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}
