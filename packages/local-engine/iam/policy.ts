import { AwsError } from '../core/aws-error.ts';
import { isObject } from '../core/json-text.ts';
import { type Condition, many, type OneOrMany, problemOf, unknownVariables } from './condition.ts';

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Only in policies of resources, and in trust policies. */
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly Condition?: Condition;
}

/** Source: IAM user guide, JSON policy elements. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'Condition'];
const A_POLICY: Readonly<Record<PolicyKind, string>> = {
  identity: "an identity's policy",
  resource: "a resource's policy",
  trust: 'a trust policy',
};
const PRINCIPALS = ['AWS', 'Service'];

/** What a policy is attached to: an identity, a resource, or a role, as the policy that says who may assume it. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** The elements that each statement of such a policy must have, and must not have. */
const BY_KIND: Readonly<
  Record<PolicyKind, Readonly<Record<'needed' | 'refused', readonly (keyof PolicyStatement)[]>>>
> = {
  identity: { needed: ['Resource'], refused: ['Principal'] },
  resource: { needed: ['Principal'], refused: [] },
  trust: { needed: ['Principal'], refused: ['Resource'] },
};

/**
 * Refuses a policy that the engine would evaluate wrongly, or that AWS would refuse.
 * Source for the elements of each kind: IAM user guide, JSON policy elements, Principal and Resource.
 * @throws AwsError MalformedPolicyDocument that names an unknown element, condition operator, condition key or variable, or an
 * element that is missing or not allowed
 */
export function checkPolicy(policy: PolicyDocument, kind: PolicyKind): void {
  checkForm('policy', isObject, 'an object', policy);
  checkNames('policy element', policy, DOCUMENT_ELEMENTS);
  for (const statement of many(policy.Statement)) checkStatement(statement, kind);
}

/** Templates and clients send any JSON: a policy that is not of this form could not be judged. */
function checkStatementForm(statement: PolicyStatement): void {
  checkForm('Statement', isObject, 'an object', statement);
  const { Action, NotAction, Resource, Principal, Condition } = statement;
  for (const [name, element] of Object.entries({ Action, NotAction, Resource })) {
    if (element !== undefined) checkForm(name, isText, 'a text or a list of texts', ...many<unknown>(element));
  }
  if (Principal !== undefined && Principal !== '*') {
    checkForm('Principal', isObject, '"*" or an object', Principal);
    for (const one of Object.values(Principal)) checkForm('Principal', isText, 'texts', ...many<unknown>(one));
  }
  if (Condition === undefined) return;
  checkForm('Condition', isObject, 'an object', Condition);
  for (const keys of Object.values(Condition)) {
    checkForm('Condition', isObject, 'an object of objects', keys);
    for (const value of Object.values(keys)) checkForm('Condition', isScalar, 'texts', ...many<unknown>(value));
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** IAM takes numbers and booleans for their text. */
function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function checkForm(name: string, holds: (value: unknown) => boolean, expected: string, ...values: readonly unknown[]) {
  if (!values.every(holds)) throw malformed(`Syntax errors in policy: ${name} must be ${expected}.`);
}

function checkStatement(statement: PolicyStatement, kind: PolicyKind): void {
  checkStatementForm(statement);
  checkNames('policy element', statement, STATEMENT_ELEMENTS);
  const { needed, refused } = BY_KIND[kind];
  const missing = needed.find((name) => statement[name] === undefined);
  if (missing !== undefined) throw malformed(`A statement of ${A_POLICY[kind]} must have a ${missing}.`);
  const misplaced = refused.find((name) => statement[name] !== undefined);
  if (misplaced !== undefined) throw malformed(`A statement of ${A_POLICY[kind]} must not have a ${misplaced}.`);
  const { Effect, Principal, Action, NotAction, Condition = {} } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw malformed(`The Effect must be Allow or Deny, not ${JSON.stringify(Effect)}.`);
  if ((Action === undefined) === (NotAction === undefined)) {
    throw malformed('A statement must have either an Action or a NotAction.');
  }
  if (Principal !== undefined && Principal !== '*') checkNames('kind of principal', Principal, PRINCIPALS);
  // Of the variables, one is replaced, in conditions. In policies of the version before 2012 they mean nothing.
  const { Condition: _, ...others } = statement;
  const [variable] = [...JSON.stringify(others).matchAll(/\$\{[^}]*\}/g)].flat();
  const unknown = variable ?? unknownVariables(JSON.stringify(Condition))[0];
  if (unknown !== undefined) throw malformed(`The policy variable ${unknown} is not supported here.`);
  for (const [operator, keys] of Object.entries(Condition)) {
    const problem = problemOf(operator, Object.keys(keys));
    if (problem !== undefined) throw malformed(problem);
  }
}

function checkNames(what: string, element: object, known: readonly string[]): void {
  const unknown = Object.keys(element).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw malformed(`The ${what} ${unknown} is not supported; supported are ${known.join(', ')}.`);
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
