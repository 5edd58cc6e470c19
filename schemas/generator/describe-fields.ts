import { isJsonObject } from '../event-contract.ts';
import type { JsonSchema } from './read-event-schemas.ts';

/** One field of an event, as a table of fields shows it. */
export interface FieldDescription {
  /** `data.userId`; `data.lines[]` for what an array holds. */
  readonly path: string;
  /** `string`, `string or null`, `array of string`, `any` */
  readonly type: string;
  /** What its schema requires besides the type, in Markdown; may be empty. */
  readonly limits: string;
  /** Whether it is always there when its parent is. */
  readonly required: boolean;
  /** The schema's `description`; empty for none. */
  readonly meaning: string;
}

/** Describes every field that an object's schema names, parents before their fields. */
export function describeFields(root: JsonSchema): FieldDescription[] {
  return fieldsOf(root, '');

  function fieldsOf(schema: JsonSchema, path: string): FieldDescription[] {
    const required = Array.isArray(schema.required) ? schema.required : [];
    return Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).flatMap(([name, field]) =>
      describe(resolve(field, root), path === '' ? name : `${path}.${name}`, required.includes(name)),
    );
  }

  function describe(schema: JsonSchema, path: string, required: boolean): FieldDescription[] {
    const items = isJsonObject(schema.items) ? resolve(schema.items, root) : undefined;
    const itemType = items && typeOf(items);
    const field: FieldDescription = {
      path,
      type: itemType && typeOf(schema) === 'array' ? `array of ${itemType}` : typeOf(schema),
      limits: limitsOf(schema),
      required,
      meaning: String(schema.description ?? ''),
    };
    // An item gets its own line if the array's line cannot hold everything.
    const itemHasMore = items && (items.properties || items.items || items.description || limitsOf(items) !== '');
    return [field, ...fieldsOf(schema, path), ...(itemHasMore ? describe(items, `${path}[]`, true) : [])];
  }
}

/** The target of a `$ref` into `$defs`, together with the keywords beside it. */
function resolve(schema: unknown, root: JsonSchema): JsonSchema {
  if (!isJsonObject(schema)) return {};
  const { $ref, ...beside } = schema;
  if (typeof $ref !== 'string') return schema;
  const definitions = isJsonObject(root.$defs) ? root.$defs : {};
  return { ...resolve(definitions[$ref.replace('#/$defs/', '')], root), ...beside };
}

function typeOf({ type, const: only }: JsonSchema): string {
  if (type !== undefined) return [type].flat().join(' or ');
  if (only === undefined || only === null) return 'any';
  return Number.isInteger(only) ? 'integer' : typeof only;
}

/** Keywords that are no limits, or that other columns and lines show. */
const NO_LIMITS = ['type', 'description', 'title', '$comment', 'examples', 'properties', 'required', 'items', '$defs'];

/** Keywords that make one phrase together. */
const RANGES: readonly { least: string; most: string; of: string }[] = [
  { least: 'minLength', most: 'maxLength', of: 'characters' },
  { least: 'minimum', most: 'maximum', of: '' },
  { least: 'minItems', most: 'maxItems', of: 'items' },
  { least: 'minProperties', most: 'maxProperties', of: 'fields' },
];

function limitsOf(schema: JsonSchema): string {
  const handled = new Set(NO_LIMITS);
  const ranges = RANGES.map(({ least, most, of }) => {
    handled.add(least).add(most);
    return rangeOf(schema[least], schema[most], of);
  });
  const others = Object.entries(schema)
    .filter(([keyword]) => !handled.has(keyword))
    .map(([keyword, value]) => phraseOf(keyword, value));
  return [...ranges, ...others].filter((phrase) => phrase !== '').join('; ');
}

function rangeOf(least: unknown, most: unknown, of: string): string {
  const counted = (limit: unknown) => (of === '' ? `${limit}` : `${limit} ${limit === 1 ? of.slice(0, -1) : of}`);
  if (least !== undefined && most !== undefined) return least === most ? counted(most) : `${least} to ${counted(most)}`;
  if (least !== undefined) return `at least ${counted(least)}`;
  return most === undefined ? '' : `at most ${counted(most)}`;
}

function phraseOf(keyword: string, value: unknown): string {
  switch (keyword) {
    case 'const':
      return `always ${code(value)}`;
    case 'enum':
      return `one of ${(value as unknown[]).map(code).join(', ')}`;
    case 'exclusiveMinimum':
      return `more than ${value}`;
    case 'exclusiveMaximum':
      return `less than ${value}`;
    case 'pattern':
      return `matches \`${value}\``;
    case 'deprecated':
      return value === true ? 'deprecated' : '';
    default:
      return `\`${keyword}\` ${code(value)}`;
  }
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
