import { AwsError } from '../core/aws-error.ts';

/** A request of DynamoDB, as far as expressions and attributes go. */
export type ItemRequest = Readonly<Record<string, unknown>>;

/** Members whose keys are names of attributes. */
const ATTRIBUTE_MAPS = ['AttributeUpdates', 'Expected', 'Item', 'Key', 'KeyConditions', 'QueryFilter', 'ScanFilter'];

/** Reserved words: an attribute of such a name needs a placeholder. */
const KEYWORDS = new Set(['ADD', 'AND', 'BETWEEN', 'DELETE', 'IN', 'NOT', 'OR', 'REMOVE', 'SET']);

/** A placeholder of a value; or a path, whose first part is the attribute, and which is a function before a bracket. */
const TOKEN = /:\w+|(#?[A-Za-z_]\w*)(?:\.#?\w+|\[\d+\])*(\s*\()?/g;

/**
 * Every top-level attribute that a request names: in its key, its item and its expressions. Each once.
 * Source: DynamoDB developer guide, conditions for fine-grained access control, dynamodb:Attributes.
 */
export function attributeNames(request: ItemRequest): string[] {
  const names = (request.ExpressionAttributeNames ?? {}) as Readonly<Record<string, string>>;
  const inMaps = ATTRIBUTE_MAPS.flatMap((member) => Object.keys((request[member] ?? {}) as object));
  const inExpressions = EXPRESSIONS.flatMap((member) => namesIn(String(request[member] ?? '')));
  const listed = ((request.AttributesToGet ?? []) as readonly unknown[]).map((path) => topLevel(String(path)));
  const all = [...inMaps, ...listed, ...inExpressions.map((name) => topLevel(names[name] ?? name))];
  return [...new Set(all)];
}

/** Programs send the same expressions again and again, with other values. */
const MOST_REMEMBERED = 1000;

const namesOf = new Map<string, readonly string[]>();

function namesIn(expression: string): readonly string[] {
  const known = namesOf.get(expression);
  if (known !== undefined) return known;
  if (namesOf.size === MOST_REMEMBERED) namesOf.clear();
  const names = readNames(expression);
  namesOf.set(expression, names);
  return names;
}

function readNames(expression: string): string[] {
  return [...expression.matchAll(TOKEN)].flatMap(([, name, bracket]) =>
    name === undefined || bracket !== undefined || KEYWORDS.has(name.toUpperCase()) ? [] : [name],
  );
}

function topLevel(path: string): string {
  const end = path.search(/[.[]/);
  return end === -1 ? path : path.slice(0, end);
}

/** The value of the partition key that a Query names; undefined if it names none. */
export function queriedKey(request: ItemRequest, partitionKey: string): unknown {
  const names = (request.ExpressionAttributeNames ?? {}) as Readonly<Record<string, string>>;
  const values = (request.ExpressionAttributeValues ?? {}) as Readonly<Record<string, unknown>>;
  const equalities = String(request.KeyConditionExpression ?? '').matchAll(/([#:]?\w+)\s*=\s*([#:]?\w+)/g);
  for (const [, left = '', right = ''] of equalities) {
    const [name, value] = left.startsWith(':') ? [right, left] : [left, right];
    if ((names[name] ?? name) === partitionKey) return values[value];
  }
  const { KeyConditions = {} } = request as { KeyConditions?: Record<string, { AttributeValueList?: unknown[] }> };
  return KeyConditions[partitionKey]?.AttributeValueList?.[0];
}

/** Members of requests that are expressions. Source: DynamoDB API reference. */
const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];

/** Source: DynamoDB developer guide, service quotas, expression parameters. */
const MOST_BYTES = 4096;

/**
 * dynalite's parser reads the content of parentheses up to four times for each level of nesting. Reading this many characters takes
 * it a quarter of a second.
 */
const MOST_CHARACTERS_READ = 150_000;
const READ_AGAIN = 4;

/**
 * Refuses expressions that DynamoDB refuses for their size, and those that dynalite would read for minutes or years.
 * @throws AwsError ValidationException
 */
export function checkExpressionSizes(request: Readonly<Record<string, unknown>>): void {
  for (const name of EXPRESSIONS) {
    const expression = request[name];
    if (typeof expression !== 'string') continue;
    const bytes = Buffer.byteLength(expression);
    if (bytes > MOST_BYTES) {
      const message = 'Expression size has exceeded the maximum allowed size';
      throw new AwsError('ValidationException', `Invalid ${name}: ${message}; expression size: ${bytes}`);
    }
    if (charactersRead(expression) > MOST_CHARACTERS_READ) {
      const message = `Invalid ${name}: the local engine cannot read parentheses that are nested so deeply.`;
      throw new AwsError('ValidationException', message);
    }
  }
}

function charactersRead(expression: string): number {
  if (!expression.includes('(')) return expression.length;
  let [times, read] = [1, 0];
  for (const character of expression) {
    if (character === '(') times *= READ_AGAIN;
    else if (character === ')') times = Math.max(1, times / READ_AGAIN);
    read += times;
  }
  return read;
}
