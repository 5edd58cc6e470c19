import type { SchemaView } from '../../../contract/contracts.ts';

/** How a field is typed in. `json` is for what a form cannot express. */
export type FieldKind = 'text' | 'number' | 'time' | 'date' | 'boolean' | 'choice' | 'json' | 'group';

/** A field of the form for an event's detail. */
export interface FormField {
  /** JSON Pointer within the detail, such as `/data/userId`. */
  readonly pointer: string;
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly meaning: string;
  /** The values of a choice, as JSON. */
  readonly choices: readonly string[];
  /** Of a group. */
  readonly fields: readonly FormField[];
}

/** The server gives each event these: a form has no use for them. */
const GIVEN: ReadonlySet<string> = new Set([
  '/metadata/schemaVersion',
  '/metadata/eventId',
  '/metadata/correlationId',
  '/metadata/causationId',
]);

/** The largest whole second that is a time, in the contracts: the end of the year 9999. */
const LAST_SECOND = 253_402_300_799;

/** The fields of an event's detail, by its schema. */
export function formFields(root: SchemaView): readonly FormField[] {
  return fieldsOf(root, '', root);
}

function fieldsOf(schema: SchemaView, at: string, root: SchemaView): FormField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(objectOf(schema.properties)).flatMap(([name, value]): FormField[] => {
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (GIVEN.has(pointer)) return [];
    const own = resolved(value, root);
    const kind = kindOf(own);
    return [
      {
        pointer,
        name,
        kind,
        required: required.includes(name),
        meaning: typeof own.description === 'string' ? own.description : '',
        choices: choicesOf(own).map((choice) => JSON.stringify(choice)),
        fields: kind === 'group' ? fieldsOf(own, pointer, root) : [],
      },
    ];
  });
}

function kindOf(schema: SchemaView): FieldKind {
  if (choicesOf(schema).length > 0) return 'choice';
  switch (schema.type) {
    case 'object':
      return Object.keys(objectOf(schema.properties)).length > 0 ? 'group' : 'json';
    case 'string':
      return schema.format === 'date-time' ? 'date' : 'text';
    case 'integer':
      return schema.maximum === LAST_SECOND ? 'time' : 'number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

function choicesOf({ enum: choices, const: only }: SchemaView): readonly unknown[] {
  return Array.isArray(choices) ? choices : only === undefined ? [] : [only];
}

/** With what a `$ref` into `$defs` refers to. */
function resolved(schema: unknown, root: SchemaView): SchemaView {
  const { $ref, ...beside } = objectOf(schema);
  if (typeof $ref !== 'string') return beside;
  return { ...resolved(objectOf(root.$defs)[$ref.replace('#/$defs/', '')], root), ...beside };
}

/** Whether a form can show all of a value: an event may have more than its contract names. */
export function expresses(fields: readonly FormField[], value: unknown, at = ''): boolean {
  return Object.entries(objectOf(value)).every(([name, inner]) => {
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (GIVEN.has(pointer)) return true;
    const field = fields.find((each) => each.pointer === pointer);
    return field !== undefined && (field.kind !== 'group' || expresses(field.fields, inner, pointer));
  });
}

/** What is typed in a field, for its value. */
export function textOfValue(kind: FieldKind, value: unknown): string {
  if (value === undefined) return '';
  if (kind === 'json' || kind === 'choice' || typeof value !== 'string') return JSON.stringify(value);
  return value;
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * The value of what is typed. What does not fit stays a text, so that the contract says what is wrong with it.
 * @returns undefined for an optional field that is left empty
 */
export function valueOfText({ kind, required }: Pick<FormField, 'kind' | 'required'>, text: string): unknown {
  if (text === '' && (!required || kind === 'choice' || kind === 'boolean')) return undefined;
  switch (kind) {
    case 'number':
    case 'time':
      return NUMBER.test(text) ? Number(text) : text;
    case 'boolean':
    case 'choice':
    case 'json':
      return parsed(text);
    default:
      return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value at a pointer. */
export function valueAt(value: unknown, pointer: string): unknown {
  return stepsOf(pointer).reduce((found, name) => objectOf(found)[name], value);
}

/** The value with another one at a pointer; undefined removes it. */
export function withValue(value: unknown, pointer: string, inner: unknown): SchemaView {
  const [name = '', ...rest] = stepsOf(pointer);
  const before = objectOf(value);
  const after = rest.length === 0 ? inner : withValue(before[name], `/${rest.map(escaped).join('/')}`, inner);
  if (after !== undefined) return { ...before, [name]: after };
  return Object.fromEntries(Object.entries(before).filter(([each]) => each !== name));
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function objectOf(value: unknown): SchemaView {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SchemaView) : {};
}

/** A sample's detail for a new event: without its ids, and its times are now. @param now milliseconds since the Unix epoch */
export function freshDetail(sample: SchemaView, fields: readonly FormField[], now: number): SchemaView {
  const metadata = objectOf(objectOf(sample.detail).metadata);
  const own = Object.entries(metadata).filter(([name]) => !GIVEN.has(`/metadata/${name}`) && name !== 'replayName');
  const detail = { ...objectOf(sample.detail), metadata: Object.fromEntries(own) };
  return timesOf(fields).reduce<SchemaView>((made, { pointer, kind }) => {
    return valueAt(made, pointer) === undefined ? made : withValue(made, pointer, nowValue(kind, now));
  }, detail);
}

function timesOf(fields: readonly FormField[]): FormField[] {
  return fields.flatMap((field) => (field.kind === 'time' || field.kind === 'date' ? [field] : timesOf(field.fields)));
}

/** Now, as the value of a field for times. @param now milliseconds since the Unix epoch */
export function nowValue(kind: FieldKind, now: number): unknown {
  return kind === 'time' ? Math.floor(now / 1000) : new Date(now).toISOString();
}
