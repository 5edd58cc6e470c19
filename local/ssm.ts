import { type Account, arnOf } from './account.ts';
import { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';

export interface ParameterProps {
  /** Such as `/user-bucket-pipeline/dev/event-bus-arn`. */
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly dataType: string;
}

interface Parameter extends ParameterProps {
  /** 1 for the first value, and one more for each that followed. */
  readonly version: number;
  /** Unix epoch milliseconds. */
  readonly modifiedAt: number;
}

type Operation = (request: Record<string, unknown>) => object;

/** The most that one call gives back. Source: Systems Manager API reference, GetParametersByPath. */
const LARGEST_PAGE = 10;

/** The parameter store of Systems Manager: values by name, which the template writes and clients read. */
export class ParameterStore {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #parameters = new Map<string, Parameter>();
  readonly #operations: Readonly<Record<string, Operation>> = {
    GetParameter: ({ Name }) => {
      const found = this.#find(Name);
      if (found) return { Parameter: this.#describe(found) };
      throw new AwsError('ParameterNotFound', `There is no parameter ${Name}.`);
    },
    GetParameters: ({ Names }) => {
      const names = (Names ?? []) as readonly string[];
      const found = names.flatMap((name) => this.#find(name) ?? []);
      return {
        Parameters: found.map((parameter) => this.#describe(parameter)),
        InvalidParameters: names.filter((name) => this.#find(name) === undefined),
      };
    },
    GetParametersByPath: (request) => this.#byPath(request),
  };

  constructor({ account, clock }: { account: Account; clock: Clock }) {
    this.#account = account;
    this.#clock = clock;
  }

  /** Makes a parameter, or gives one a new version. */
  put(props: ParameterProps): void {
    const version = (this.#parameters.get(props.name)?.version ?? 0) + 1;
    this.#parameters.set(props.name, { ...props, version, modifiedAt: this.#clock.now() });
  }

  remove(name: string): void {
    this.#parameters.delete(name);
  }

  /**
   * One API call.
   * @throws AwsError what Systems Manager would answer
   */
  handle(operation: string, request: Record<string, unknown>): object {
    const run = Object.hasOwn(this.#operations, operation) ? this.#operations[operation] : undefined;
    if (run) return run(request);
    throw new AwsError('UnknownOperationException', `The local engine does not implement ssm:${operation}.`);
  }

  /** Source: Systems Manager API reference, GetParametersByPath. */
  #byPath({ Path, Recursive, MaxResults, NextToken, ParameterFilters }: Record<string, unknown>): object {
    if (!String(Path).startsWith('/')) throw new AwsError('ValidationException', 'A path begins with a slash.');
    if (ParameterFilters !== undefined) {
      throw new AwsError('ValidationException', 'The local engine does not implement ParameterFilters.');
    }
    const path = String(Path).replace(/\/*$/, '/');
    const isBelow = ({ name }: Parameter) =>
      name.startsWith(path) && (Recursive === true || !name.slice(path.length).includes('/'));
    const below = [...this.#parameters.values()].filter(isBelow);
    const start = Number(NextToken ?? 0);
    const end = start + Math.min(Number(MaxResults ?? LARGEST_PAGE), LARGEST_PAGE);
    return {
      Parameters: below.slice(start, end).map((parameter) => this.#describe(parameter)),
      ...(end < below.length && { NextToken: String(end) }),
    };
  }

  /** By name or by ARN. */
  #find(nameOrArn: unknown): Parameter | undefined {
    const name = String(nameOrArn);
    return this.#parameters.get(name) ?? [...this.#parameters.values()].find((it) => this.#arn(it) === name);
  }

  /** The slash that a name begins with stands in the ARN once. */
  #arn({ name }: Parameter): string {
    return arnOf(this.#account, 'ssm', `parameter/${name.replace(/^\//, '')}`);
  }

  #describe(parameter: Parameter): object {
    const { name, type, value, version, modifiedAt, dataType } = parameter;
    return {
      Name: name,
      Type: type,
      Value: value,
      Version: version,
      LastModifiedDate: modifiedAt / 1000,
      ARN: this.#arn(parameter),
      DataType: dataType,
    };
  }
}
