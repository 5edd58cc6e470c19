import { createHash } from 'node:crypto';
import { type Account, arnOf } from '../core/account.ts';
import type { Template, TemplateParameter } from './assembly.ts';
import { TemplateError } from './template/template-error.ts';
import { SSM_VALUE } from './template-parameters.ts';

export interface ParameterPlace {
  readonly account: Account;
  /** Values of the SSM parameters that there are, by name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What a template knows before any of its resources: its parameters, pseudo parameters and mappings. */
export class ParameterValues {
  readonly #template: Template;
  readonly #place: ParameterPlace;
  readonly #pseudoParameters: Readonly<Record<string, string>>;

  constructor(stackName: string, template: Template, place: ParameterPlace) {
    this.#template = template;
    this.#place = place;
    this.#pseudoParameters = pseudoParameters(place.account, stackName);
  }

  /** @throws TemplateError for an SSM parameter that does not exist */
  ref(name: string): unknown {
    return ownOf(this.#pseudoParameters, name) ?? this.#parameter(name);
  }

  /** A value of a mapping. @throws TemplateError naming `owner` where there is none */
  inMap(map: string, first: string, second: string, owner: string): unknown {
    const value = ownOf(ownOf(ownOf(this.#template.Mappings ?? {}, map) ?? {}, first) ?? {}, second);
    if (value !== undefined) return value;
    throw new TemplateError(owner, `Fn::FindInMap finds no ${[map, first, second].join('.')} in the Mappings.`);
  }

  #parameter(name: string): unknown {
    const parameter: TemplateParameter | undefined = ownOf(this.#template.Parameters ?? {}, name);
    if (parameter?.Type !== SSM_VALUE) return parameter?.Default;
    const { parameters } = this.#place;
    const value = parameters.get(String(parameter.Default));
    if (value !== undefined) return value;
    const known = parameters.size === 0 ? 'there is none' : `there are ${[...parameters.keys()].join(', ')}`;
    throw new TemplateError(
      name,
      `takes its value from the SSM parameter ${parameter.Default}, which no stack before it makes; ${known}.`,
    );
  }
}

/** ARN of a stack, which is its id. Its UUID is always the same one for a name: resources may have it in their names. */
export function stackArn(account: Account, stackName: string): string {
  const uuid = uuidOf(`${account.id}/${account.region}/${stackName}`);
  return arnOf(account, 'cloudformation', `stack/${stackName}/${uuid}`);
}

/** A UUID made of a name. Source: RFC 9562, version 8. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function pseudoParameters(account: Account, stackName: string): Readonly<Record<string, string>> {
  const { id, region, partition, urlSuffix } = account;
  return {
    'AWS::AccountId': id,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackId': stackArn(account, stackName),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix,
  };
}

function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
