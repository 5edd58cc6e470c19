import { isObject } from '../core/json-text.ts';
import { INERT_RESOURCE_TYPES, RESOURCE_TYPES } from './resource-types.ts';
import { checkParameter } from './template/parameters.ts';
import type { PropertyShape } from './template/resource-type.ts';
import { type Template, TemplateError, type TemplateResource } from './template/template.ts';

/** Sections of a template that the engine reads or may pass over. A transform would change its meaning. */
const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

/** Attributes that a resource may have. */
const RESOURCE_ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);

const OUTPUT_MEMBERS = new Set(['Condition', 'Description', 'Export', 'Value']);

/** The CDK's check that its bootstrap stack is new enough, which is not needed here. */
const PASSED_RULES = new Set(['CheckBootstrapVersion']);

/**
 * Refuses a template with sections or attributes that the engine does not know: half of a stack would prove nothing.
 * @throws TemplateError with the logical id
 */
export function checkOutline(stackName: string, template: Template): void {
  for (const section of ['Resources', 'Outputs', 'Parameters', 'Conditions', 'Mappings', 'Rules']) {
    checkMembers(stackName, section, template[section]);
  }
  const { Resources, Outputs = {}, Parameters = {} } = template;
  checkNames(stackName, 'section', template, SECTIONS);
  const rule = Object.keys((template.Rules ?? {}) as object).find((name) => !PASSED_RULES.has(name));
  if (rule !== undefined)
    throw new TemplateError(stackName, `has the rule ${rule}, which the local engine cannot check.`);
  for (const [name, parameter] of Object.entries(Parameters)) checkParameter(name, parameter);
  for (const [key, output] of Object.entries(Outputs)) {
    checkNames(`output ${key}`, 'member', output, OUTPUT_MEMBERS);
  }
  for (const [logicalId, resource] of Object.entries(Resources)) {
    checkNames(logicalId, 'attribute', resource, RESOURCE_ATTRIBUTES);
    checkDependencies(logicalId, resource, Resources);
  }
}

function checkNames(owner: string, what: string, content: object, known: ReadonlySet<string>): void {
  const unknown = Object.keys(content).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new TemplateError(owner, `has the ${what} ${unknown}, which the local engine does not know.`);
}

/** A section is an object, and so are its members; a resource has a type. Conditions are checked when they are evaluated. */
function checkMembers(stackName: string, section: string, content: unknown): void {
  const malformed = (id: string, problem: string) => new TemplateError(id, `Template format error: ${problem}`);
  if (content === undefined && section !== 'Resources') return;
  if (!isObject(content)) throw malformed(stackName, `${section} must be an object.`);
  for (const [id, member] of Object.entries(content)) {
    if (!isObject(member)) throw malformed(id, `[/${section}/${id}] must be an object.`);
    if (section !== 'Resources') continue;
    // In the words of CloudFormation.
    if (!/^[A-Za-z0-9]+$/.test(id)) throw malformed(id, `Resource name ${id} is non alphanumeric.`);
    const { Type, Properties = {} } = member;
    if (typeof Type !== 'string') throw malformed(id, `[/Resources/${id}/Type] must be the name of a type.`);
    if (!isObject(Properties)) throw malformed(id, `[/Resources/${id}/Properties] must be an object.`);
  }
}

/** In the words of CloudFormation. */
function checkDependencies(
  logicalId: string,
  { DependsOn = [] }: TemplateResource,
  resources: Template['Resources'],
): void {
  const needed: readonly unknown[] = [DependsOn].flat();
  if (!needed.every((id) => typeof id === 'string')) {
    throw new TemplateError(logicalId, 'has a DependsOn that is neither a logical id nor a list of logical ids.');
  }
  const missing = needed.filter((id) => !Object.hasOwn(resources, id));
  if (missing.length === 0) return;
  const problem = `Unresolved resource dependencies [${[...new Set(missing)].join(', ')}] in the Resources block of the template`;
  throw new TemplateError(logicalId, `Template format error: ${problem}`);
}

/** @throws TemplateError with the logical id, for a type or property that the engine does not know */
export function checkResources({ Resources }: Template): void {
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(Resources)) {
    if (Object.hasOwn(INERT_RESOURCE_TYPES, Type)) continue;
    const type = RESOURCE_TYPES.get(Type);
    if (type === undefined) {
      throw new TemplateError(logicalId, `has the type ${Type}, which the local engine does not know.`);
    }
    checkShape(Properties, type.shape, Type, logicalId);
  }
}

function checkShape(value: unknown, shape: PropertyShape, path: string, logicalId: string): void {
  if (typeof shape === 'string') return;
  if (Array.isArray(shape)) {
    const [item] = shape;
    if (Array.isArray(value))
      for (const [i, inner] of value.entries()) checkShape(inner, item, `${path}[${i}]`, logicalId);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const members = shape as Readonly<Record<string, PropertyShape>>;
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) {
      const known = Object.keys(shape).join(', ');
      const problem = `${path} has the property ${name}, which the local engine does not know; it knows ${known}.`;
      throw new TemplateError(logicalId, problem);
    }
    checkShape(inner, member, `${path}.${name}`, logicalId);
  }
}
