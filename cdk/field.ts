/** One setting that a person writes: what it may be, and what it is when left out. */
export interface Field<Value> {
  readonly default: Value;
  /** What `accepts` accepts, in words that follow "must be". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  /** Of an object: what it may hold. */
  readonly fields?: Readonly<Record<string, Field<unknown>>>;
}

export function text(whenLeftOut: string, pattern: RegExp, allowed: string): Field<string> {
  return { default: whenLeftOut, allowed, accepts: (value) => typeof value === 'string' && pattern.test(value) };
}

export function wholeNumber(whenLeftOut: number, least: number, most: number): Field<number> {
  return {
    default: whenLeftOut,
    allowed: `a whole number from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export function flag(whenLeftOut: boolean): Field<boolean> {
  return { default: whenLeftOut, allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

export function anyOf<const Value extends string | number>(whenLeftOut: Value, values: readonly Value[]): Field<Value> {
  return {
    default: whenLeftOut,
    allowed: `one of ${values.join(', ')}`,
    accepts: (value) => values.some((allowed) => allowed === value),
  };
}

/** An object that may hold any of the fields, and nothing else; empty when left out. */
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
      isObject(value) &&
      Object.entries(value).every(([name, inner]) =>
        known.some(([key, { accepts }]) => key === name && accepts(inner)),
      ),
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A received value as it should stand in a message: JSON, cut to a line. */
export function quote(value: unknown): string {
  const json = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return json.length > 100 ? `${json.slice(0, 99)}…` : json;
}
