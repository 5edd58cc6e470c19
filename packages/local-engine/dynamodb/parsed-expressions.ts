import { createRequire } from 'node:module';

type Values = Readonly<Record<string, object>>;
type Unused = Record<string, true>;

/** What dynalite gives its parsers beside the text. They delete from the last two what an expression uses. */
interface Context {
  readonly attrNames?: Readonly<Record<string, string>> | null;
  readonly attrVals?: Values | null;
  readonly unusedAttrNames: Unused;
  readonly unusedAttrVals: Unused;
  readonly isKeyCondition?: boolean;
}

interface Parser {
  /** @returns the parsed expression, or why it is invalid */
  parse(text: string, options: { readonly context: Context }): unknown;
}

/** An expression as it was parsed first. */
interface Parsed {
  readonly result: object;
  /** Of what stands for the values in the result. The values of that time may be large: they are not kept. */
  readonly nameOf: ReadonlyMap<unknown, string>;
  readonly usedNames: readonly string[];
  readonly usedValues: readonly string[];
}

/** Of such expressions the values themselves are checked, not only their types. */
const JUDGES_VALUES = /between|attribute_type/i;

const MOST_REMEMBERED = 1000;

/**
 * Lets dynalite parse each expression once, which takes most of the time of an UpdateItem: programs send the same expressions again
 * and again, with other values. What is parsed depends on the text, on the placeholders' names and on the types of the values; the
 * values of a request are put into a copy. An invalid expression is parsed each time, since the message may show a value.
 */
export function rememberExpressions(): void {
  const require = createRequire(import.meta.url);
  for (const name of ['conditionParser', 'updateParser', 'projectionParser']) {
    const parser: Parser = require(`dynalite/db/${name}.js`);
    parser.parse = remembering(parser.parse);
  }
}

function remembering(parse: Parser['parse']): Parser['parse'] {
  const known = new Map<string, Parsed>();
  return (text, { context }) => {
    if (JUDGES_VALUES.test(text)) return parse(text, { context });
    const key = keyOf(text, context);
    let parsed = known.get(key);
    if (parsed === undefined) {
      const first = firstParsed(parse, text, context);
      if ('invalid' in first) return first.invalid;
      if (known.size === MOST_REMEMBERED) known.clear();
      known.set(key, first);
      parsed = first;
    }
    for (const name of parsed.usedNames) delete context.unusedAttrNames[name];
    for (const name of parsed.usedValues) delete context.unusedAttrVals[name];
    return withValues(parsed.result, parsed.nameOf, context.attrVals ?? {});
  };
}

function keyOf(text: string, { attrNames, attrVals, isKeyCondition = false }: Context): string {
  const types = Object.entries(attrVals ?? {}).map(([name, value]) => [name, ...Object.keys(value)]);
  return JSON.stringify([text, isKeyCondition, attrNames ?? {}, types]);
}

/** @throws Error for a syntax error */
function firstParsed(parse: Parser['parse'], text: string, context: Context): Parsed | { readonly invalid: unknown } {
  const { attrNames, attrVals } = context;
  // Expressions of the same request may have used some already.
  const [unusedAttrNames, unusedAttrVals] = [attrNames, attrVals].map(allUnused) as [Unused, Unused];
  const result = parse(text, { context: { ...context, unusedAttrNames, unusedAttrVals } });
  if (typeof result !== 'object' || result === null) return { invalid: result };
  const places = Object.fromEntries(Object.keys(attrVals ?? {}).map((name) => [name, {}]));
  return {
    result: withValues(result, namesOf(attrVals ?? {}), places) as object,
    nameOf: namesOf(places),
    usedNames: Object.keys(attrNames ?? {}).filter((name) => !(name in unusedAttrNames)),
    usedValues: Object.keys(attrVals ?? {}).filter((name) => !(name in unusedAttrVals)),
  };
}

function namesOf(values: Values): Map<unknown, string> {
  return new Map(Object.entries(values).map(([name, value]) => [value, name]));
}

function allUnused(placeholders: object | null | undefined): Unused {
  return Object.fromEntries(Object.keys(placeholders ?? {}).map((name) => [name, true]));
}

/** A copy, since dynalite changes what it has parsed. */
function withValues(part: unknown, nameOf: Parsed['nameOf'], values: Values): unknown {
  if (typeof part !== 'object' || part === null) return part;
  const name = nameOf.get(part);
  if (name !== undefined) return values[name];
  if (Array.isArray(part)) return part.map((item) => withValues(item, nameOf, values));
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(part));
  for (const member of Object.keys(part)) copy[member] = withValues((part as Values)[member], nameOf, values);
  return copy;
}
