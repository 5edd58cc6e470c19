import { compilePieces, type TextMatcher } from '../core/wildcard.ts';

const COLONS_BEFORE_RESOURCE = 5;

/**
 * Text in which `*` stands for any run of characters and `?` for any one.
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
