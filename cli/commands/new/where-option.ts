import { whereProblems } from '../../../cdk/where/index.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { isJsonObject } from '../../../schemas/event-contract.ts';

/** The event whose contract the conditions are for. */
interface ChosenEvent {
  readonly source: string;
  readonly detailType: string;
  readonly schemaVersion: number;
}

/** Fields and what they may be, as a subscription has them. */
export type WrittenWhere = { readonly [field: string]: WrittenWhere | readonly unknown[] };

type Value = string | number | boolean;
type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

const CONDITION = /^([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)\s*(!=|<=|>=|=|<|>)\s*(.*)$/s;

const FORMS = `write it as FIELD=VALUE, FIELD!=VALUE, or with <, <=, > or >=; * in a value is any text; or all of it as JSON`;

/**
 * Reads conditions such as `region=eu-*`. Several values of a field are alternatives, several that it must not have are all
 * excluded, and two bounds are a range. A JSON object is taken as it is.
 *
 * @throws UsageError for what cannot be read, is refused by AWS, or can never match
 */
export function parseWhere(texts: readonly string[], event: ChosenEvent): WrittenWhere {
  const [first = ''] = texts;
  const where = texts.length === 1 && first.trimStart().startsWith('{') ? parseJson(first) : parseAll(texts, event);
  const problems = whereProblems(where, event);
  if (problems.length > 0)
    throw new UsageError(problems.map((problem) => problem.replace(/^where\.?/, '--where ')).join('; '));
  return where;
}

function parseJson(text: string): WrittenWhere {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--where ${text} is not JSON; ${FORMS}`, { cause });
  }
}

function parseAll(texts: readonly string[], event: ChosenEvent): WrittenWhere {
  const byField = Map.groupBy(texts.map(parseOne), ({ field }) => field);
  const where: Record<string, unknown> = {};
  for (const [field, conditions] of byField) put(where, field.split('.'), conditionsOf(field, conditions, event));
  return where as WrittenWhere;
}

interface WrittenCondition {
  readonly field: string;
  readonly comparison: Comparison;
  readonly text: string;
}

function parseOne(written: string): WrittenCondition {
  const [, field, comparison, text = ''] = CONDITION.exec(written.trim()) ?? [];
  if (field === undefined) throw new UsageError(`--where ${written} has no condition; ${FORMS}`);
  return { field, comparison: comparison as Comparison, text };
}

/** What a field may be. All that is said of it must hold, apart from several values, of which one is enough. */
function conditionsOf(field: string, conditions: readonly WrittenCondition[], event: ChosenEvent): unknown[] {
  const of = (...comparisons: readonly Comparison[]) =>
    conditions.filter(({ comparison }) => comparisons.includes(comparison)).map(({ text }) => text);
  const [equal, unequal, lower, upper] = [of('='), of('!='), of('>', '>='), of('<', '<=')];
  const kinds = [equal, unequal, [...lower, ...upper]].filter((kind) => kind.length > 0);
  if (kinds.length > 1 || lower.length > 1 || upper.length > 1) {
    const all = conditions.map(({ comparison, text }) => `${field}${comparison}${text}`).join(', ');
    throw new UsageError(
      `--where cannot combine ${all}: give either values, or excluded values, or at most two bounds`,
    );
  }
  const values = (texts: readonly string[]) => texts.map((text) => wantedValue(field, text, event));
  if (equal.length > 0) return values(equal);
  if (unequal.length > 0) return [exclusionOf(field, values(unequal))];
  const bounds = conditions.toSorted((a, b) => b.comparison.charCodeAt(0) - a.comparison.charCodeAt(0));
  return [{ numeric: bounds.flatMap(({ comparison, text }) => [comparison, numberOf(field, text)]) }];
}

/** A value as the contract has it: the first form that can match. A text with a star is a condition. */
function wantedValue(field: string, text: string, event: ChosenEvent): Value | { readonly [operator: string]: string } {
  const forms: (Value | { readonly [operator: string]: string })[] = [
    text.includes('*') ? patternOf(text) : text,
    ...(text !== '' && Number.isFinite(Number(text)) ? [Number(text)] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
  ];
  const fits = (form: unknown) => {
    const where: Record<string, unknown> = {};
    put(where, field.split('.'), [form]);
    return whereProblems(where, event).length === 0;
  };
  return forms.find(fits) ?? forms[0] ?? text;
}

function patternOf(text: string): { readonly [operator: string]: string } {
  const [before = '', after = '', ...more] = text.split('*');
  if (more.length > 0 || text.includes('\\') || (before === '') === (after === '')) return { wildcard: text };
  return after === '' ? { prefix: before } : { suffix: after };
}

function exclusionOf(field: string, values: readonly (Value | { readonly [operator: string]: string })[]): object {
  const names = values.map((value) => (typeof value === 'object' ? Object.keys(value)[0] : typeof value));
  if (new Set(names).size > 1) {
    throw new UsageError(
      `--where cannot exclude values and parts of texts of ${field} together: use JSON, or one of them`,
    );
  }
  const [operator = ''] = names;
  const plain = values.map((value) => (typeof value === 'object' ? value[operator] : value));
  const excluded = plain.length === 1 ? plain[0] : plain;
  return { 'anything-but': typeof values[0] === 'object' ? { [operator]: excluded } : excluded };
}

function numberOf(field: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new UsageError(`--where compares ${field} with a number; got ${JSON.stringify(text)}`);
}

/** Puts conditions where a path leads. */
function put(where: Record<string, unknown>, [name = '', ...more]: readonly string[], conditions: unknown[]): void {
  if (more.length === 0) {
    where[name] = conditions;
    return;
  }
  const inner = isJsonObject(where[name]) ? { ...where[name] } : {};
  put(inner, more, conditions);
  where[name] = inner;
}

/** As the formatter is set (biome.json). */
const LINE_WIDTH = 120;

/** The property `where` of a subscription, formatted. @param indent spaces in front of it */
export function renderWhere(where: WrittenWhere, indent = 2): string {
  return `${' '.repeat(indent)}where: ${fieldsCode(where, indent)},`;
}

function fieldsCode(where: WrittenWhere, indent: number): string {
  const margin = ' '.repeat(indent + 2);
  const lines = Object.entries(where).map(([name, wanted]) => {
    const key = `${margin}${keyCode(name)}: `;
    if (isJsonObject(wanted)) return `${key}${fieldsCode(wanted as WrittenWhere, indent + 2)},`;
    const conditions = (wanted as readonly unknown[]).map(valueCode);
    const line = `${key}[${conditions.join(', ')}],`;
    if (line.length <= LINE_WIDTH) return line;
    return `${key}[\n${conditions.map((condition) => `${margin}  ${condition},\n`).join('')}${margin}],`;
  });
  return `{\n${lines.join('\n')}\n${' '.repeat(indent)}}`;
}

function valueCode(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueCode).join(', ')}]`;
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([name, inner]) => `${keyCode(name)}: ${valueCode(inner)}`);
    return `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? textCode(value) : String(value);
}

function keyCode(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : textCode(name);
}

/** In single quotes, unless it holds more of these than of the others. */
function textCode(text: string): string {
  const json = JSON.stringify(text);
  const count = (mark: string) => text.split(mark).length;
  if (count("'") > count('"')) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
