import { compilePieces, type TextMatcher } from '../core/wildcard.ts';

type OneOrMany<T> = T | readonly T[];

export type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | boolean>>>>>;

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

/** The items of an element that may be one item or a list. */
export function many<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

const COLONS_BEFORE_RESOURCE = 5;

/**
 * A pattern in which `*` matches any characters and `?` matches any one.
 * Source: IAM user guide, policy elements Action, Resource, and string condition operators.
 */
export function compileWildcard(pattern: string): TextMatcher {
  if (pattern === '*') return () => true;
  return compilePieces(pattern.split('*'), { anyOne: '?' });
}

/** ARNs are compared part by part: a wildcard ends at a colon, except in the resource. Source: as above, ARN operators. */
export function compileArn(pattern: string): TextMatcher {
  const parts = partsOf(pattern).map(compileWildcard);
  return (arn) => {
    const actual = partsOf(arn);
    return parts.every((matches, index) => matches(actual[index] ?? ''));
  };
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, COLONS_BEFORE_RESOURCE), parts.slice(COLONS_BEFORE_RESOURCE).join(':')];
}
