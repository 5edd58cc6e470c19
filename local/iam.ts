import { AwsError } from './aws-error.ts';

/** Who calls, what, on what, under which circumstances. */
export interface AccessRequest {
  /** An AWS service (`events.amazonaws.com`) or an ARN. */
  readonly principal: { readonly service?: string; readonly arn?: string };
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  /** Condition keys, in lower case, such as `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>;
}

type OneOrMany<T> = T | readonly T[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string | boolean>>>>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

type ConditionOperator = (actual: string | undefined, expected: string) => boolean;

/** The condition operators known here; a policy with another one is refused when it is loaded. */
const CONDITION_OPERATORS: Readonly<Record<string, ConditionOperator>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => actual !== undefined && matchesWildcard(expected, actual),
  ArnEquals: (actual, expected) => actual !== undefined && matchesArn(expected, actual),
  ArnLike: (actual, expected) => actual !== undefined && matchesArn(expected, actual),
  Bool: (actual, expected) => actual?.toLowerCase() === expected.toLowerCase(),
};

/**
 * Whether resource policies allow a request: an explicit deny wins, then some statement must allow.
 * Source: IAM user guide, policy evaluation logic.
 */
export function isAllowed(policies: readonly PolicyDocument[], request: AccessRequest): boolean {
  const applying = policies.flatMap((policy) => many(policy.Statement)).filter((it) => applies(it, request));
  return applying.some((it) => it.Effect === 'Allow') && !applying.some((it) => it.Effect === 'Deny');
}

/** The elements of a statement known here. */
const ELEMENTS = new Set(['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'Condition']);

/**
 * Refuses a policy that this evaluation would misjudge.
 * @throws AwsError naming the unknown element or condition operator
 */
export function checkPolicy(policy: PolicyDocument): void {
  for (const statement of many(policy.Statement)) {
    for (const element of Object.keys(statement)) {
      if (!ELEMENTS.has(element)) {
        const known = [...ELEMENTS].join(', ');
        throw new AwsError('MalformedPolicyDocument', `Unknown policy element ${element}; known are ${known}.`);
      }
    }
    for (const operator of Object.keys(statement.Condition ?? {})) {
      if (!Object.hasOwn(CONDITION_OPERATORS, operator)) {
        const known = Object.keys(CONDITION_OPERATORS).join(', ');
        throw new AwsError('MalformedPolicyDocument', `Unknown condition operator ${operator}; known are ${known}.`);
      }
    }
  }
}

function applies(statement: PolicyStatement, request: AccessRequest): boolean {
  return (
    matchesPrincipal(statement.Principal, request.principal) &&
    matchesAction(statement, request.action) &&
    many(statement.Resource ?? '*').some((pattern) => matchesWildcard(pattern, request.resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => {
        const actual = request.context[key.toLowerCase()];
        return many(expected).some((value) => CONDITION_OPERATORS[operator]?.(actual, String(value)) ?? false);
      }),
    )
  );
}

function matchesPrincipal(wanted: PolicyStatement['Principal'], principal: AccessRequest['principal']): boolean {
  if (wanted === undefined || wanted === '*') return true;
  const { AWS: arns = [], Service: services = [] } = wanted;
  const account = principal.arn?.split(':')[4];
  // An account, by its id or as its root, stands for every identity in it.
  const isNamed = (arn: string) =>
    arn === '*' || arn === principal.arn || (account !== undefined && accountOf(arn) === account);
  return many(arns).some(isNamed) || many(services).some((service) => service === principal.service);
}

function matchesAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const matches = (pattern: string) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
  if (NotAction !== undefined) return !many(NotAction).some(matches);
  return many(Action ?? []).some(matches);
}

function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[^:]*:iam::(\d{12}):root$/.exec(principal)?.[1];
}

/** ARNs are compared part by part: a wildcard ends at a colon, except in the resource. */
function matchesArn(pattern: string, arn: string): boolean {
  const split = (text: string) => [...text.split(':').slice(0, 5), text.split(':').slice(5).join(':')];
  const parts = split(arn);
  return split(pattern).every((part, index) => matchesWildcard(part, parts[index] ?? ''));
}

/** `*` stands for any run of characters, `?` for any one. */
function matchesWildcard(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

function many<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
