import { AwsError } from '../core/aws-error.ts';
import { isKnownKey, isMultivaluedKey, knownOperators, readOperator } from './condition.ts';
import { many, type PolicyDocument, type PolicyStatement } from './policy.ts';

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'Condition'];
const A_POLICY: Readonly<Record<PolicyKind, string>> = {
  identity: "an identity's policy",
  resource: "a resource's policy",
  trust: 'a trust policy',
};
const PRINCIPALS = ['AWS', 'Service'];

/** What a policy is attached to: an identity, whom it is about; a resource; or a role, that says who may take it on. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** Elements that each statement of such a policy must have, and those that it must not have. */
const BY_KIND: Readonly<
  Record<PolicyKind, Readonly<Record<'needed' | 'refused', readonly (keyof PolicyStatement)[]>>>
> = {
  identity: { needed: ['Resource'], refused: ['Principal'] },
  resource: { needed: ['Principal'], refused: [] },
  trust: { needed: ['Principal'], refused: ['Resource'] },
};

/**
 * Refuses a policy that the evaluation here would misjudge, or that AWS would not take.
 * Source for the elements of each kind: IAM user guide, JSON policy elements, Principal and Resource.
 * @throws AwsError MalformedPolicyDocument naming what is not known: an element, a condition operator or key, a variable; or
 * the element that is missing or out of place
 */
export function checkPolicy(policy: PolicyDocument, kind: PolicyKind): void {
  checkNames('policy element', policy, DOCUMENT_ELEMENTS);
  for (const statement of many(policy.Statement)) checkStatement(statement, kind);
}

function checkStatement(statement: PolicyStatement, kind: PolicyKind): void {
  checkNames('policy element', statement, STATEMENT_ELEMENTS);
  const { needed, refused } = BY_KIND[kind];
  const missing = needed.find((name) => statement[name] === undefined);
  if (missing !== undefined) throw malformed(`A statement of ${A_POLICY[kind]} must have a ${missing}.`);
  const misplaced = refused.find((name) => statement[name] !== undefined);
  if (misplaced !== undefined) throw malformed(`A statement of ${A_POLICY[kind]} may have no ${misplaced}.`);
  const { Effect, Principal, Action, NotAction, Condition = {} } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`The Effect is Allow or Deny, not ${Effect}.`);
  if ((Action === undefined) === (NotAction === undefined)) {
    throw malformed('A statement has either an Action or a NotAction.');
  }
  if (Principal !== undefined && Principal !== '*') checkNames('kind of principal', Principal, PRINCIPALS);
  // Variables mean nothing to policies of the version before 2012, and are not replaced here.
  const variable = /\$\{[^}]*\}/.exec(JSON.stringify(statement))?.[0];
  if (variable !== undefined) throw malformed(`Unknown policy variable ${variable}; none is known here.`);
  for (const [operator, keys] of Object.entries(Condition)) checkOperator(operator, Object.keys(keys));
}

function checkOperator(operator: string, keys: readonly string[]): void {
  const known = readOperator(operator);
  if (known === undefined) {
    throw malformed(`Unknown condition operator ${operator}; known are ${knownOperators()}.`);
  }
  for (const key of keys) {
    if (!isKnownKey(key)) throw malformed(`Unknown condition key ${key}: calls are judged without it here.`);
    if (isMultivaluedKey(key) && known.set === undefined && known.base !== 'Null') {
      throw malformed(
        `The condition key ${key} has several values: ask with ForAllValues:${operator}, or ForAnyValue.`,
      );
    }
  }
}

function checkNames(what: string, element: object, known: readonly string[]): void {
  const unknown = Object.keys(element).find((name) => !known.includes(name));
  if (unknown !== undefined) throw malformed(`Unknown ${what} ${unknown}; known are ${known.join(', ')}.`);
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
