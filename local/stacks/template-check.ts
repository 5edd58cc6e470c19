import { INERT_RESOURCE_TYPES } from '../resources/inert.ts';
import { RESOURCE_TYPES } from '../resources/registry.ts';
import type { PropertyShape } from '../resources/resource-type.ts';
import type { Template, TemplateResource } from './assembly.ts';
import { TemplateError } from './template-error.ts';

/** Sections of a template that the engine reads or may pass over. Conditions and transforms would change its meaning. */
const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

/** Attributes of a resource beside its type and properties; a Condition would change whether it exists. */
const RESOURCE_ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);

/** A parameter of the template whose default names an SSM parameter, and whose value is that parameter's. */
export const SSM_VALUE = 'AWS::SSM::Parameter::Value<String>';

/** Parameters whose default is their value, or says where it is. */
const PARAMETER_TYPES = new Set(['String', 'Number', SSM_VALUE]);

/**
 * Refuses a template that holds anything the engine does not know: half of a stack would prove nothing.
 * @throws TemplateError by logical id
 */
export function checkTemplate(stackName: string, template: Template): void {
  for (const section of Object.keys(template)) {
    if (!SECTIONS.has(section)) {
      throw new TemplateError(stackName, `has the section ${section}, which the local engine does not know.`);
    }
  }
  for (const [name, { Type, Default }] of Object.entries(template.Parameters ?? {})) {
    if (!PARAMETER_TYPES.has(String(Type))) {
      throw new TemplateError(name, `has the parameter type ${Type}, which the local engine does not know.`);
    }
    if (Default === undefined)
      throw new TemplateError(name, 'is a parameter without a default, which nobody gives here.');
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) checkResource(logicalId, resource);
}

function checkResource(logicalId: string, resource: TemplateResource): void {
  for (const attribute of Object.keys(resource)) {
    if (!RESOURCE_ATTRIBUTES.has(attribute)) {
      throw new TemplateError(logicalId, `has the attribute ${attribute}, which the local engine does not know.`);
    }
  }
  if (resource.Type in INERT_RESOURCE_TYPES) return;
  const type = RESOURCE_TYPES.get(resource.Type);
  if (type === undefined) {
    throw new TemplateError(logicalId, `has the type ${resource.Type}, which the local engine does not know.`);
  }
  checkShape(resource.Properties ?? {}, type.shape, resource.Type, logicalId);
}

function checkShape(value: unknown, shape: PropertyShape, path: string, logicalId: string): void {
  if (shape === 'used' || shape === 'inert') return;
  if (Array.isArray(shape)) {
    const [item] = shape;
    if (Array.isArray(value))
      for (const [i, inner] of value.entries()) checkShape(inner, item, `${path}[${i}]`, logicalId);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const member = (shape as Readonly<Record<string, PropertyShape>>)[name];
    if (member === undefined) {
      const known = Object.keys(shape).join(', ');
      throw new TemplateError(
        logicalId,
        `${path} has the property ${name}, which the local engine does not know; it knows ${known}.`,
      );
    }
    checkShape(inner, member, `${path}.${name}`, logicalId);
  }
}
