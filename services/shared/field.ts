import { isJsonObject } from '../../schemas/event-contract.ts';

/** One setting that a person writes: what it may be, and its default. */
export interface Field<Value> {
  readonly default: Value;
  /** What `accepts` accepts, in words that follow "must be". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  /** For an object: the fields it may hold. */
  readonly fields?: Readonly<Record<string, Field<unknown>>>;
}

export function text(byDefault: string, pattern: RegExp, allowed: string): Field<string> {
  return { default: byDefault, allowed, accepts: (value) => typeof value === 'string' && pattern.test(value) };
}

export function wholeNumber(byDefault: number, least: number, most: number): Field<number> {
  return {
    default: byDefault,
    allowed: `a whole number from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export function flag(byDefault: boolean): Field<boolean> {
  return { default: byDefault, allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

export function anyOf<const Value extends string | number>(byDefault: Value, values: readonly Value[]): Field<Value> {
  return {
    default: byDefault,
    allowed: `one of ${values.join(', ')}`,
    accepts: (value) => values.some((allowed) => allowed === value),
  };
}

/** An object that may hold any of the fields and nothing else; empty by default. */
export function group<Value extends object>(
  fields: {
    readonly [Name in keyof Value]-?: Field<NonNullable<Value[Name]>>;
  },
): Field<Value> {
  const known = Object.entries<Field<unknown>>(fields);
  return {
    default: {} as Value,
    fields,
    allowed: `an object with any of ${known.map(([name, { allowed }]) => `${name} (${allowed})`).join(', ')}`,
    accepts: (value) =>
      isJsonObject(value) &&
      Object.entries(value).every(([name, inner]) =>
        known.some(([key, { accepts }]) => key === name && accepts(inner)),
      ),
  };
}

/** A received value for a message: JSON, cut to a line. */
export function quote(value: unknown): string {
  const json = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return json.length > 100 ? `${json.slice(0, 99)}…` : json;
}
