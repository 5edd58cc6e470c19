import { isJsonObject } from '../../schemas/event-contract.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What a value may be by a JSON Schema: it must fulfil each of these schemas, which hold no `$ref`, `allOf`, `anyOf` or `oneOf`
 * that matters here. A schema with alternatives is several of these.
 */
export type Shape = readonly JsonSchema[];

/**
 * The alternatives of a schema; one if it has no `anyOf` or `oneOf`. Keywords that are not looked at, such as `not` and `if`, would
 * only allow less: nothing is called impossible because of them.
 *
 * @param root holds the `$defs` that the schema refers to
 */
export function shapesOf(schema: unknown, root: JsonSchema): Shape[] {
  if (schema === true) return [[]];
  if (!isJsonObject(schema)) return [];
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const conjunctions: unknown[] = [...($ref === undefined ? [] : [definition($ref, root)]), ...listOf(allOf)];
  const alternatives = [anyOf, oneOf].filter((list) => list !== undefined).map(listOf);
  return [
    ...conjunctions.map((each) => shapesOf(each, root)),
    ...alternatives.map((list) => list.flatMap((each) => shapesOf(each, root))),
  ].reduce((shapes, more) => combined(shapes, more), [[own]]);
}

/** Each shape of the one together with each of the other. */
function combined(some: readonly Shape[], others: readonly Shape[]): Shape[] {
  return some.flatMap((shape) => others.map((other) => [...shape, ...other]));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function definition(ref: unknown, root: JsonSchema): unknown {
  const name = /^#\/\$defs\/([\w.-]+)$/.exec(String(ref))?.[1];
  return name !== undefined && isJsonObject(root.$defs) ? root.$defs[name] : true;
}

/** The shapes of a field of an object; none if the object has no such field. */
export function fieldOf(shape: Shape, name: string, root: JsonSchema): Shape[] {
  const schemas = shape.flatMap(({ properties }) => {
    return isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
  });
  if (schemas.length === 0) return [];
  return schemas.map((schema) => shapesOf(schema, root)).reduce(combined);
}

export function fieldNames(shape: Shape): string[] {
  return shape.flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));
}

export function isRequired(shape: Shape, name: string): boolean {
  return shape.some(({ required }) => listOf(required).includes(name));
}

/** EventBridge looks at the elements of a list: their shapes, or the shape itself for what is no list. */
export function elementsOf(shape: Shape, root: JsonSchema): Shape[] {
  if (!isOnly(shape, 'array')) return [shape];
  const items = shape.flatMap((schema) => (schema.items === undefined ? [] : [schema.items]));
  return items.map((schema) => shapesOf(schema, root)).reduce(combined, [[]]);
}

/** Whether a value of a type is allowed. @param type `array`, `boolean`, `number` (also for integers), `object` or `string` */
export function mayBe(shape: Shape, type: string): boolean {
  return shape.every((schema) => {
    if (schema.type === undefined) return true;
    const types = [schema.type].flat();
    return types.includes(type) || (type === 'number' && types.includes('integer'));
  });
}

/** Whether a type is the only one that is allowed. */
export function isOnly(shape: Shape, type: string): boolean {
  return shape.some((schema) => [schema.type].flat().every((each) => each === type));
}

/** All values that are allowed, if the schema names them. */
export function namedValues(shape: Shape): readonly unknown[] | undefined {
  for (const schema of shape) {
    if ('const' in schema) return [schema.const];
    if (Array.isArray(schema.enum)) return schema.enum;
  }
  return isOnly(shape, 'boolean') ? [true, false] : undefined;
}

/** The numbers between which a value must be. */
export function boundsOf(shape: Shape): { readonly least: number; readonly most: number } {
  const all = (name: string) => shape.flatMap((schema) => (typeof schema[name] === 'number' ? [schema[name]] : []));
  return {
    least: Math.max(-Number.MAX_VALUE, ...all('minimum'), ...all('exclusiveMinimum')),
    most: Math.min(Number.MAX_VALUE, ...all('maximum'), ...all('exclusiveMaximum')),
  };
}

export function isWhole(shape: Shape): boolean {
  return shape.some(({ type }) => [type].flat().includes('integer') && ![type].flat().includes('number'));
}

/** The most characters of a text. */
export function mostCharacters(shape: Shape): number {
  return Math.min(
    ...shape.map(({ maxLength }) => (typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY)),
    Number.POSITIVE_INFINITY,
  );
}

/** Whether a value that is no list or object is allowed, so far as the schema says it in the keywords that count here. */
export function allows(shape: Shape, value: unknown): boolean {
  return mayBe(shape, typeof value) && shape.every((schema) => keywordsAllow(schema, value));
}

function keywordsAllow(schema: JsonSchema, value: unknown): boolean {
  if ('const' in schema && schema.const !== value) return false;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  const limit = (name: string, otherwise: number) => (typeof schema[name] === 'number' ? schema[name] : otherwise);
  if (typeof value === 'number') {
    if (isWhole([schema]) && !Number.isInteger(value)) return false;
    return (
      value >= limit('minimum', -Infinity) &&
      value > limit('exclusiveMinimum', -Infinity) &&
      value <= limit('maximum', Infinity) &&
      value < limit('exclusiveMaximum', Infinity)
    );
  }
  if (typeof value !== 'string') return true;
  const characters = [...value].length;
  return (
    characters >= limit('minLength', 0) &&
    characters <= limit('maxLength', Infinity) &&
    (typeof schema.pattern !== 'string' || new RegExp(schema.pattern, 'u').test(value))
  );
}

/** What a value may be, in words that follow "is". */
export function shapeText(shape: Shape): string {
  const values = namedValues(shape);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' or ');
  const { least, most } = boundsOf(shape);
  const limits = [
    ...(least > -Number.MAX_VALUE ? [`at least ${least}`] : []),
    ...(most < Number.MAX_VALUE ? [`at most ${most}`] : []),
    ...shape.flatMap(({ minLength: few, maxLength: many, pattern }) => [
      ...(typeof few === 'number' ? [`of at least ${few} character${few === 1 ? '' : 's'}`] : []),
      ...(typeof many === 'number' ? [`of at most ${many} characters`] : []),
      ...(typeof pattern === 'string' ? [`of the form ${pattern}`] : []),
    ]),
  ];
  const types = shape.flatMap(({ type }) => (type === undefined ? [] : [type].flat().map(String)));
  const named = [...new Set(types)].map((type) => TYPE_NAMES[type] ?? type).join(' or ');
  return [named || 'a value', ...limits].join(', ');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
};
