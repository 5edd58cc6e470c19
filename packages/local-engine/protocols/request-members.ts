import { AwsError } from '../core/aws-error.ts';

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
