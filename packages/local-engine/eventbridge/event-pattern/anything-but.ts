import { isObject } from '../../core/json-text.ts';
import { InvalidEventPatternError, show } from './errors.ts';
import { comparable } from './numeric.ts';
import { equalsIgnoreCase, prefix, suffix } from './text.ts';
import type { Context, Scalar, ValueTest } from './types.ts';
import { wildcard } from './wildcard.ts';

const FORMS =
  'allowed: a string, a number, a list of either, or one of prefix, suffix, equals-ignore-case, wildcard with a string or a list of strings';

/**
 * Every value but those named. A value of another type differs from all of them, so null and 5 match
 * `{"anything-but": "x"}`; a field that is not there has no value and does not match (aws/event-ruler, ByteMachine).
 */
export function anythingBut(operand: unknown, context: Context): ValueTest {
  if (isObject(operand)) {
    const excluded = exclusions(operand, context);
    return (value) => !excluded.some((test) => test(value));
  }
  const excluded = new Set<Scalar>(plainValues(operand, context));
  return (value) => !excluded.has(value);
}

function plainValues(operand: unknown, context: Context): Scalar[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length > 0 && values.every((value) => typeof value === 'string')) {
    return values;
  }
  if (values.length > 0 && values.every((value) => typeof value === 'number')) {
    return values.map((value) => comparable(value, context));
  }
  throw new InvalidEventPatternError(
    context.path,
    `anything-but cannot take ${show(operand)}; ${FORMS}; a list is not empty and does not mix types`,
  );
}

function exclusions(operand: Record<string, unknown>, context: Context): ValueTest[] {
  const [name, ...others] = Object.keys(operand);
  if (name === undefined || others.length > 0) {
    throw new InvalidEventPatternError(context.path, `anything-but needs one operator, got ${show(operand)}; ${FORMS}`);
  }
  if (context.dialect === 'pipes') {
    throw new InvalidEventPatternError(
      context.path,
      `a pipe does not support anything-but with ${name}; allowed: a string, a number, or a list of either`,
    );
  }
  return texts(name, operand[name], context).map((text) => exclusion(name, text, context));
}

function texts(name: string, operand: unknown, context: Context): string[] {
  // The older grammar never learned lists of prefixes or suffixes (aws/event-ruler, RuleCompiler).
  const takesList = !context.legacy || name === 'equals-ignore-case';
  const values: unknown[] = takesList && Array.isArray(operand) ? operand : [operand];
  // The engine fails on an empty list too, though only where no other entry of the field precedes it.
  if (values.length === 0 || !values.every((value) => typeof value === 'string')) {
    throw new InvalidEventPatternError(
      context.path,
      `anything-but with ${name} needs a string${takesList ? ' or a list of strings' : ''}, got ${show(operand)}`,
    );
  }
  return values;
}

function exclusion(name: string, text: string, context: Context): ValueTest {
  if ((name === 'prefix' || name === 'suffix') && text === '') {
    throw new InvalidEventPatternError(context.path, `anything-but with an empty ${name} would exclude every string`);
  }
  switch (name) {
    case 'prefix':
      return prefix(text);
    case 'suffix':
      return suffix(text);
    case 'equals-ignore-case':
      return equalsIgnoreCase(text);
    case 'wildcard':
      if (!context.legacy) {
        return wildcard(text, context);
      }
      break;
  }
  throw new InvalidEventPatternError(context.path, `anything-but does not support ${show(name)}; ${FORMS}`);
}
