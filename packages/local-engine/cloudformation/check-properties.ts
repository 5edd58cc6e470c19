import { isObject } from '../core/json-text.ts';
import type { PropertyShape, ResourceType } from './template/resource-type.ts';
import { TemplateError } from './template/template.ts';

/**
 * Refuses properties that are missing or of another type, before a stack changes and in the words of CloudFormation. Source: CloudFormation user guide, resource type schemas, property validation.
 * @param properties with references resolved
 * @throws TemplateError with the logical id
 */
export function checkProperties(
  logicalId: string,
  properties: unknown,
  { shape, required = [] }: Pick<ResourceType, 'shape' | 'required'>,
): void {
  const missing = isObject(properties) ? required.find((name) => properties[name] === undefined) : undefined;
  const problem =
    missing === undefined ? typeProblem(properties, shape, '#') : `#: required key [${missing}] not found`;
  if (problem === undefined) return;
  throw new TemplateError(
    logicalId,
    `Properties validation failed for resource ${logicalId} with message: [${problem}]`,
  );
}

/** Where a value does not have its shape; undefined if it has. */
function typeProblem(value: unknown, shape: PropertyShape, path: string): string | undefined {
  if (value === undefined || shape === 'json' || shape === 'inert') return undefined;
  if (shape === 'used') return isPlain(value) ? undefined : expected('String', value, path);
  if (Array.isArray(shape)) {
    const [item] = shape as readonly [PropertyShape];
    if (!Array.isArray(value)) return expected('JSONArray', value, path);
    return firstOf(value.entries(), (index, inner) => typeProblem(inner, item, `${path}/${index}`));
  }
  if (!isObject(value)) return expected('JSONObject', value, path);
  return firstOf(Object.entries(shape), (name, inner) => typeProblem(value[name], inner, `${path}/${name}`));
}

function firstOf<Name, Value>(
  entries: Iterable<readonly [Name, Value]>,
  problemOf: (name: Name, value: Value) => string | undefined,
): string | undefined {
  for (const [name, value] of entries) {
    const problem = problemOf(name, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** CloudFormation takes each of these for the others, where their text fits. */
function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function expected(type: string, value: unknown, path: string): string {
  return `${path}: expected type: ${type}, found: ${foundType(value)}`;
}

function foundType(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'object') return 'JSONObject';
  if (typeof value === 'boolean') return 'Boolean';
  return typeof value === 'number' ? 'Number' : 'String';
}
