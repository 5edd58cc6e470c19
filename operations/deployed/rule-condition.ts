import { visible } from '../messages/display.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';

/** Fields of a pattern that are told elsewhere: which event, which version, and whether replays reach it. */
const TOLD_ELSEWHERE = [
  'source',
  'detail-type',
  'replay-name',
  'detail.metadata.schemaVersion',
  'detail.metadata.replayName',
];

/** Field by field what an event must hold to match a rule, each by its dotted path. */
export interface RuleCondition {
  /** Such as `data.region`, without `detail` in front. */
  readonly field: string;
  /** What follows the field's name: `is eu-west-1 or begins with us-`. */
  readonly text: string;
}

/**
 * The conditions of a rule on the content of its events, besides their type, version and replays.
 * @param pattern as DescribeRule answers; a pattern that is no JSON object has none
 */
export function ruleConditions(pattern = ''): RuleCondition[] {
  return conditionsIn(parseObject(pattern) ?? {}, [])
    .filter(({ path }) => !TOLD_ELSEWHERE.includes(path))
    .map(({ path, text }) => ({ field: visible(path.replace(/^detail\./, '')), text }));
}

/**
 * The same in one line: `region is eu-west-1 or begins with us-, and createdAt is at least 5`; empty if there is none. Fields of
 * `data` are named as a subscription names them.
 */
export function ruleConditionText(pattern?: string): string {
  const named = ruleConditions(pattern).map(({ field, text }) => `${field.replace(/^data\./, '')} ${text}`);
  return named.join(', and ');
}

function conditionsIn(
  object: Readonly<Record<string, unknown>>,
  steps: readonly string[],
): { path: string; text: string }[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = [...steps, name].join('.');
    // Alternatives of several fields: the stack makes none, but a rule that was changed by hand may have some.
    if (name === '$or' && Array.isArray(value))
      return [{ path: steps.join('.'), text: alternativesText(value, steps) }];
    if (Array.isArray(value)) return [{ path, text: conditionsText(value) }];
    return conditionsIn(fieldsOf(value), [...steps, name]);
  });
}

function alternativesText(alternatives: readonly unknown[], steps: readonly string[]): string {
  const texts = alternatives.map((alternative) =>
    conditionsIn(fieldsOf(alternative), steps)
      .map(({ path, text }) => `${path.slice(steps.join('.').length + 1)} ${text}`)
      .join(' and '),
  );
  return `fits one of: ${texts.join('; ')}`;
}

/** What a value must be to meet one of the conditions of a field: `is eu-west-1 or begins with us-`. */
export function conditionsText(conditions: readonly unknown[]): string {
  const isExact = (condition: unknown) => typeof condition !== 'object' || condition === null;
  const exact = conditions.filter(isExact);
  const others = conditions.filter((condition) => !isExact(condition)).map(conditionText);
  return [...(exact.length > 0 ? [`is ${listText(exact)}`] : []), ...others].join(' or ');
}

/** Source: EventBridge user guide, eb-create-pattern-operators. */
function conditionText(condition: unknown): string {
  const [[operator, operand] = ['', undefined]] = Object.entries(fieldsOf(condition));
  switch (operator) {
    case 'exactly':
      return `is ${valueText(operand)}`;
    case 'prefix':
    case 'suffix':
      return `${operator === 'prefix' ? 'begins' : 'ends'} with ${affixText(operand)}`;
    case 'equals-ignore-case':
      return `is ${valueText(operand)} in any case`;
    case 'wildcard':
      return `is like ${valueText(operand)}`;
    case 'cidr':
      return `is in ${valueText(operand)}`;
    case 'numeric':
      return numericText(operand);
    case 'exists':
      return operand === true ? 'is there' : 'is not there';
    case 'anything-but':
      return exclusionText(operand);
    default:
      return `is ${valueText(condition)}`;
  }
}

function affixText(operand: unknown): string {
  const { 'equals-ignore-case': text } = fieldsOf(operand);
  return text === undefined ? valueText(operand) : `${valueText(text)} in any case`;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '=': 'is',
  '<': 'is below',
  '<=': 'is at most',
  '>': 'is above',
  '>=': 'is at least',
};

function numericText(operand: unknown): string {
  if (!Array.isArray(operand)) return `is ${valueText(operand)}`;
  const bounds = [operand.slice(0, 2), operand.slice(2, 4)].filter((bound) => bound.length === 2);
  const texts = bounds.map(([comparison, number]) => `${COMPARISONS[comparison] ?? comparison} ${valueText(number)}`);
  return texts.join(' and ').replace(/ and is /, ' and ');
}

function exclusionText(operand: unknown): string {
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) return `is not ${listText(operand)}`;
  const [[operator, texts] = ['', undefined]] = Object.entries(operand);
  switch (operator) {
    case 'prefix':
      return `does not begin with ${listText(texts)}`;
    case 'suffix':
      return `does not end with ${listText(texts)}`;
    case 'equals-ignore-case':
      return `is not ${listText(texts)} in any case`;
    case 'wildcard':
      return `is not like ${listText(texts)}`;
    default:
      return `is not ${valueText(operand)}`;
  }
}

function listText(values: unknown): string {
  return [values].flat().map(valueText).join(' or ');
}

/** A text that could be taken for words stands in quotes. */
function valueText(value: unknown): string {
  return visible(typeof value === 'string' && /^[\w*][\w.:/*+@-]*$/.test(value) ? value : JSON.stringify(value));
}
