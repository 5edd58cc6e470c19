import { AwsError } from '../core/aws-error.ts';
import { isObject, JsonTextError, parseJson } from '../core/json-text.ts';
import { type ApiRequest, type JsonVersion, jsonErrors, jsonResponse, type ServiceApi } from './http.ts';
import type { RequestSchemas } from './request-schema.ts';

/** One operation of a service: its request's members in, its answer's out. @throws AwsError */
export type Operation = (request: Record<string, unknown>) => object | Promise<object>;

type JsonService = (
  operation: string,
  members: Record<string, unknown>,
  request: ApiRequest,
) => object | Promise<object>;

/**
 * A service with AWS's JSON protocol.
 * @param schemas refuse requests that do not fit the operation's schema. @default - every JSON object is handled
 */
export function jsonService(version: JsonVersion, handle: JsonService, schemas?: RequestSchemas): ServiceApi {
  const checked = new WeakSet<ApiRequest>();
  const validate = (operation: string, request: ApiRequest) => {
    if (schemas === undefined || checked.has(request)) return;
    schemas.check(operation, jsonBody(request));
    checked.add(request);
  };
  return {
    operationOf: targetOperation,
    validate,
    handle: async (operation, request) => {
      validate(operation, request);
      const members = jsonBody(request);
      return jsonResponse(await handle(operation, members, request), { version });
    },
    errorOf: jsonErrors(version),
  };
}

const bodies = new WeakMap<Pick<ApiRequest, 'body'>, Record<string, unknown>>();

/**
 * A request's members. They are parsed once for permissions and for the service itself.
 * @throws AwsError for a body that is not a JSON object, or is nested too deep
 */
export function jsonBody(request: Pick<ApiRequest, 'body'>): Record<string, unknown> {
  const known = bodies.get(request);
  if (known !== undefined) return known;
  const members = membersIn(request.body);
  bodies.set(request, members);
  return members;
}

function membersIn(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const members = parseJson(body);
    if (isObject(members)) return members;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new AwsError('SerializationException', `The request is not JSON: ${error.message}`);
  }
  throw new AwsError('SerializationException', 'The request is not a JSON object.');
}

/** `X-Amz-Target: DynamoDB_20120810.PutItem` names PutItem. */
export function targetOperation({ headers }: Pick<ApiRequest, 'headers'>): string {
  return (
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}

/** The members of a JSON request, checked as AWS checks them first. */
export class RequestMembers {
  readonly #request: Readonly<Record<string, unknown>>;
  readonly #errorCode: string;

  /** @param errorCode the service's code for a refused member, such as `ValidationException` */
  constructor(request: Readonly<Record<string, unknown>>, errorCode: string) {
    this.#request = request;
    this.#errorCode = errorCode;
  }

  has(name: string): boolean {
    return (this.#request[name] ?? undefined) !== undefined;
  }

  /** @throws AwsError for a value that is not text, or of another length */
  text(name: string, { least = 1, most = Number.POSITIVE_INFINITY } = {}): string | undefined {
    const value = this.#request[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw this.refusal(name, 'Member must be a string');
    if (value.length < least) throw this.refusal(name, `Member must have length greater than or equal to ${least}`);
    if (value.length > most) throw this.refusal(name, `Member must have length less than or equal to ${most}`);
    return value;
  }

  /** @throws AwsError if it is missing, not text, or empty */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw this.refusal(name, 'Member must not be null');
    return value;
  }

  /** @throws AwsError for a value that is not a whole number, or out of range */
  wholeNumber(name: string, { least = 0, most = Number.MAX_SAFE_INTEGER } = {}): number | undefined {
    const value = this.#request[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw this.refusal(name, 'Member must be a whole number');
    }
    if (value < least) throw this.refusal(name, `Member must have value greater than or equal to ${least}`);
    if (value > most) throw this.refusal(name, `Member must have value less than or equal to ${most}`);
    return value;
  }

  /** @throws AwsError for a value that is not allowed */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw this.refusal(name, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
    return found;
  }

  /** @throws AwsError for a value that is not a list of texts, or too long */
  texts(name: string, { most = Number.POSITIVE_INFINITY } = {}): readonly string[] | undefined {
    const value = this.#request[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw this.refusal(name, 'Member must be a list of strings');
    }
    if (value.length > most) throw this.refusal(name, `Member must have length less than or equal to ${most}`);
    return value;
  }

  /** In the words of AWS's services: they start each member's name in lower case. */
  refusal(name: string, constraint: string): AwsError {
    const value = this.#request[name] ?? undefined;
    const at = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const shown =
      value === undefined ? 'Value null' : `Value '${typeof value === 'string' ? value : JSON.stringify(value)}'`;
    const message = `1 validation error detected: ${shown} at '${at}' failed to satisfy constraint: ${constraint}`;
    return new AwsError(this.#errorCode, message);
  }
}
