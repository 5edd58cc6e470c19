import { createHash } from 'node:crypto';
import { type Account, arnOf } from '../../core/account.ts';
import { required, type Template, TemplateError, type TemplateParameter } from './template.ts';

interface ParameterPlace {
  readonly account: Account;
  /** Values of the existing SSM parameters, by name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The values that do not depend on resources: parameters, pseudo parameters and mappings. */
export class ParameterValues {
  readonly #template: Template;
  readonly #place: ParameterPlace;
  readonly #pseudoParameters: Readonly<Record<string, string>>;

  constructor(stackName: string, template: Template, place: ParameterPlace) {
    this.#template = template;
    this.#place = place;
    const { account } = place;
    this.#pseudoParameters = {
      'AWS::AccountId': account.id,
      'AWS::Partition': account.partition,
      'AWS::Region': account.region,
      'AWS::StackId': stackArn(account, stackName),
      'AWS::StackName': stackName,
      'AWS::URLSuffix': account.urlSuffix,
    };
  }

  /** @throws TemplateError for an SSM parameter that does not exist */
  ref(name: string): unknown {
    return ownOf(this.#pseudoParameters, name) ?? this.#parameter(name);
  }

  /** A value of a mapping. @throws TemplateError naming `owner` where there is none */
  inMap(map: string, first: string, second: string, owner: string): unknown {
    const value = ownOf(ownOf(ownOf(this.#template.Mappings ?? {}, map) ?? {}, first) ?? {}, second);
    const problem = `uses Fn::FindInMap for ${[map, first, second].join('.')}, which the Mappings do not have.`;
    return required(value, owner, problem);
  }

  #parameter(name: string): unknown {
    const parameter: TemplateParameter | undefined = ownOf(this.#template.Parameters ?? {}, name);
    if (parameter?.Type !== SSM_VALUE) return parameter?.Default;
    const { parameters } = this.#place;
    const known = parameters.size === 0 ? 'there are none' : `there are ${[...parameters.keys()].join(', ')}`;
    const problem = `uses the SSM parameter ${parameter.Default}, which no earlier stack creates; ${known}.`;
    return required(parameters.get(String(parameter.Default)), name, problem);
  }
}

/** The ARN of a stack, which is its id. A name always gets the same UUID, because resources may have it in their names. */
export function stackArn(account: Account, stackName: string): string {
  const hex = createHash('sha256').update(`${account.id}/${account.region}/${stackName}`).digest('hex');
  // Source: RFC 9562, version 8.
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return arnOf(account, 'cloudformation', `stack/${stackName}/${groups.join('-')}`);
}

function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The type of a parameter whose default names an SSM parameter, and that has its value. */
export const SSM_VALUE = 'AWS::SSM::Parameter::Value<String>';

/** The supported types: the default is the value, or names it. */
const PARAMETER_TYPES = new Set(['String', 'Number', SSM_VALUE]);

type Constraint = (text: string, limit: unknown) => boolean;

/** The constraints of a parameter's value. Source: CloudFormation user guide, Parameters section. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  AllowedPattern: (text, pattern) => compilePattern(String(pattern))?.test(text) ?? false,
  AllowedValues: (text, values) => (values as readonly unknown[]).map(String).includes(text),
  MaxLength: (text, most) => text.length <= Number(most),
  MaxValue: (text, most) => Number(text) <= Number(most),
  MinLength: (text, least) => text.length >= Number(least),
  MinValue: (text, least) => Number(text) >= Number(least),
};

const WITHOUT_EFFECT = new Set(['ConstraintDescription', 'Default', 'Description', 'NoEcho', 'Type']);

/** Undefined for an invalid regular expression, which matches nothing. */
function compilePattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined; // the caller names the pattern
  }
}

/** @throws TemplateError with the parameter's name, for an unknown kind of parameter or a default that is not allowed */
export function checkParameter(name: string, parameter: TemplateParameter): void {
  const { Type, Default } = parameter;
  if (!PARAMETER_TYPES.has(String(Type))) {
    throw new TemplateError(name, `has the parameter type ${Type}, which the local engine does not know.`);
  }
  if (Default === undefined) {
    throw new TemplateError(
      name,
      'is a parameter without a default; the local engine needs one, because it has no other value for it.',
    );
  }
  const text = String(Default);
  if (Type === 'Number' && !Number.isFinite(Number(text))) {
    throw new TemplateError(name, `has the default ${text}, which is not a number.`);
  }
  for (const [member, limit] of Object.entries(parameter)) {
    if (WITHOUT_EFFECT.has(member)) continue;
    const holds = Object.hasOwn(CONSTRAINTS, member) ? CONSTRAINTS[member] : undefined;
    if (holds === undefined) {
      throw new TemplateError(name, `has the member ${member}, which the local engine does not know.`);
    }
    if (!holds(text, limit)) {
      throw new TemplateError(
        name,
        `has the default ${text}, which its ${member} ${JSON.stringify(limit)} does not allow.`,
      );
    }
  }
}
