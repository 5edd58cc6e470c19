import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { ActionsOf } from '../iam/access.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { jsonBody, jsonService, RequestMembers } from '../protocols/json-protocol.ts';
import { operationNamed } from '../protocols/operations.ts';

interface ParameterProps {
  /** Such as `/shop/orders-topic-arn`. */
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly dataType: string;
}

interface Parameter extends ParameterProps {
  /** 1 for the first value, then 2, 3 and so on. */
  readonly version: number;
  /** Unix epoch milliseconds. */
  readonly modifiedAt: number;
}

type Operation = (request: Record<string, unknown>) => object;

/** The most parameters in one answer. Source: Systems Manager API reference, GetParametersByPath. */
const LARGEST_PAGE = 10;

/** The parameter store of Systems Manager: templates write values by name, clients read them. */
export class ParameterStore {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #parameters = new Map<string, Parameter>();
  readonly #operations: Readonly<Record<string, Operation>> = {
    GetParameter: (request) => {
      const name = membersOf(request).requiredText('Name');
      const found = this.#find(name);
      if (found) return { Parameter: this.#describe(found) };
      throw new AwsError('ParameterNotFound', `Parameter ${name} does not exist.`);
    },
    GetParameters: (request) => {
      const members = membersOf(request);
      const names = members.texts('Names', { most: LARGEST_PAGE });
      if (names === undefined) throw members.refusal('Names', 'Member must not be null');
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

  /** Creates a parameter, or adds a version to it. */
  put(props: ParameterProps): void {
    const version = (this.#parameters.get(props.name)?.version ?? 0) + 1;
    this.#parameters.set(props.name, { ...props, version, modifiedAt: this.#clock.now() });
  }

  remove(name: string): void {
    this.#parameters.delete(name);
  }

  /** Names of all operations. */
  get operations(): string[] {
    return Object.keys(this.#operations);
  }

  /** Answers one API call. @throws AwsError as Systems Manager does */
  handle(operation: string, request: Record<string, unknown>): object {
    return operationNamed(this.#operations, 'ssm', operation)(request);
  }

  /** Source: Systems Manager API reference, GetParametersByPath. */
  #byPath(request: Record<string, unknown>): object {
    const members = membersOf(request);
    const start = placeIn(members.text('NextToken') ?? '0');
    const most = members.wholeNumber('MaxResults', { least: 1, most: LARGEST_PAGE }) ?? LARGEST_PAGE;
    const path = folder(members.requiredText('Path'));
    const { Recursive } = request;
    if (members.has('ParameterFilters')) {
      throw new AwsError('ValidationException', 'The local engine does not implement ParameterFilters.');
    }
    const isBelow = ({ name }: Parameter) =>
      name.startsWith(path) && (Recursive === true || !name.slice(path.length).includes('/'));
    const below = [...this.#parameters.values()].filter(isBelow);
    const end = start + most;
    return {
      Parameters: below.slice(start, end).map((parameter) => this.#describe(parameter)),
      ...(end < below.length && { NextToken: String(end) }),
    };
  }

  /** By name or by ARN. */
  #find(nameOrArn: string): Parameter | undefined {
    const named = this.#parameters.get(nameOrArn);
    return named ?? [...this.#parameters.values()].find((it) => this.#arn(it) === nameOrArn);
  }

  /** The ARN has one slash before the name, also where the name starts with one. */
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

function membersOf(request: Record<string, unknown>): RequestMembers {
  return new RequestMembers(request, 'ValidationException');
}

/** The path with one slash at its end. @throws AwsError for a path that does not start with a slash */
function folder(path: string): string {
  if (!path.startsWith('/')) throw new AwsError('ValidationException', 'A path must start with a slash.');
  let end = path.length;
  while (path.endsWith('/', end) && end > 0) end -= 1;
  return `${path.slice(0, end)}/`;
}

function placeIn(token: string): number {
  if (/^\d{1,9}$/.test(token)) return Number(token);
  throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
}

interface SsmServices {
  readonly parameters: ParameterStore;
}

export function ssmApi({ parameters }: SsmServices): ServiceApi {
  const api = jsonService('1.1', (operation, request) => parameters.handle(operation, request));
  return { ...api, operations: parameters.operations };
}

export const ssmParameter: ResourceType<SsmServices> = {
  type: 'AWS::SSM::Parameter',
  nameProperty: 'Name',
  shape: {
    Name: 'used',
    Type: 'used',
    Value: 'used',
    DataType: 'used',
    Description: 'inert',
    Tier: 'inert',
    Tags: 'inert',
  },
  identify: ({ physicalName, properties }) => {
    const { Type, Value } = properties();
    return { ref: physicalName, attributes: { Type: String(Type), Value: String(Value) } };
  },
  create: putParameter,
  update: putParameter,
  remove: ({ physicalName, services }) => services.parameters.remove(physicalName),
};

/** CloudFormation does not create a SecureString. Source: CloudFormation template reference, AWS::SSM::Parameter. */
function putParameter({ physicalName, properties, services }: Creation<SsmServices>): void {
  const { Type: type, Value, DataType = 'text' } = properties;
  if (type !== 'String' && type !== 'StringList')
    throw new Error(`has the type ${type}; it must be String or StringList.`);
  services.parameters.put({ name: physicalName, type, value: String(Value), dataType: String(DataType) });
}

/** Source: Service authorization reference, AWS Systems Manager. */
export const ssmActions: ActionsOf = (operation, request, { account }) => {
  const { Name, Names, Path } = jsonBody(request);
  const named = { GetParameter: [Name], GetParameters: Names, GetParametersByPath: [Path] }[operation];
  if (!Array.isArray(named)) return undefined;
  // The service itself refuses a name that is not text.
  return named.map((name) => ({
    action: `ssm:${operation}`,
    resource: arnOf(account, 'ssm', `parameter/${typeof name === 'string' ? name.replace(/^\//, '') : ''}`),
  }));
};
