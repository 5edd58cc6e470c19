import { isObject } from '../../core/json-text.ts';
import { anythingBut } from './anything-but.ts';
import { cidr } from './cidr.ts';
import { InvalidEventPatternError, show } from './errors.ts';
import { numeric } from './numeric.ts';
import { equalsIgnoreCase, prefix, prefixIgnoreCase, suffix, suffixIgnoreCase } from './text.ts';
import type { Context, ValueTest } from './types.ts';
import { wildcard } from './wildcard.ts';

const OPERATORS = 'prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr, exactly';

/** Parses `{"operator": operand}`. 'absent' is `{"exists": false}`, the one operator that looks at no value. */
export function operator(expression: Record<string, unknown>, context: Context): ValueTest | 'absent' {
  const [name, ...others] = Object.keys(expression);
  if (name === undefined || others.length > 0) {
    throw new InvalidEventPatternError(
      context.path,
      `an object in the array needs one operator, got ${show(expression)}; allowed: ${OPERATORS}`,
    );
  }
  const operand = expression[name];
  switch (name) {
    case 'exactly': {
      const exact = textOf(name, operand, context);
      return (value) => value === exact;
    }
    case 'prefix':
      return affix(name, operand, context, prefix, prefixIgnoreCase);
    case 'suffix':
      return affix(name, operand, context, suffix, suffixIgnoreCase);
    case 'equals-ignore-case':
      return equalsIgnoreCase(textOf(name, operand, context));
    case 'wildcard':
      if (context.dialect === 'pipes') {
        throw new InvalidEventPatternError(context.path, 'a pipe does not support wildcard');
      }
      return wildcard(textOf(name, operand, context), context);
    case 'anything-but':
      return anythingBut(operand, context);
    case 'numeric':
      return numeric(operand, context);
    case 'exists':
      return exists(operand, context);
    case 'cidr':
      // AWS's table of what pipes support leaves cidr out without refusing it, so both dialects accept it here.
      return cidr(textOf(name, operand, context), context);
    default:
      throw new InvalidEventPatternError(context.path, `operator ${show(name)} is unknown; allowed: ${OPERATORS}`);
  }
}

function textOf(name: string, operand: unknown, context: Context): string {
  if (typeof operand !== 'string') {
    throw new InvalidEventPatternError(context.path, `${name} needs a string, got ${show(operand)}`);
  }
  return operand;
}

type TextTest = (text: string) => ValueTest;

function affix(
  name: string,
  operand: unknown,
  context: Context,
  asWritten: TextTest,
  ignoringCase: TextTest,
): ValueTest {
  if (!isObject(operand)) {
    return asWritten(textOf(name, operand, context));
  }
  const [inner, ...others] = Object.keys(operand);
  if (inner !== 'equals-ignore-case' || others.length > 0) {
    throw new InvalidEventPatternError(
      context.path,
      `${name} needs a string or {"equals-ignore-case": string}, got ${show(operand)}`,
    );
  }
  return ignoringCase(textOf(`${name} with ${inner}`, operand[inner], context));
}

function exists(operand: unknown, context: Context): ValueTest | 'absent' {
  if (typeof operand !== 'boolean') {
    throw new InvalidEventPatternError(context.path, `exists needs true or false, got ${show(operand)}`);
  }
  return operand ? () => true : 'absent';
}
