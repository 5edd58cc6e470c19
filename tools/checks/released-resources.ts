import type { StageTemplate, TemplateResource } from '../stage-template.ts';
import { isObject } from './find-value-problems.ts';
import type { Property, PropertyType, Specification } from './specification.ts';

/** What must stay as it is in a resource, so that a deployment changes it in place. */
export interface ReleasedResource {
  readonly type: string;
  /** What becomes of it when a deployment no longer has it. @default 'Delete', as CloudFormation's */
  readonly deletionPolicy?: string;
  /** Values of the properties whose change makes CloudFormation replace it, by path such as `KeySchema`. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** Released resources by logical id. */
export type ReleasedResources = Readonly<Record<string, ReleasedResource>>;

/**
 * Takes out of a template what is a promise once it is deployed.
 *
 * @throws Error for a type that CloudFormation does not know
 */
export function releasedResources(template: StageTemplate, specification: Specification): ReleasedResources {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, resource]) => [id, releasedResource(resource, specification)]),
  );
}

function releasedResource(resource: TemplateResource, specification: Specification): ReleasedResource {
  const { Type, DeletionPolicy, Properties = {} } = resource;
  const known = specification.resourceType(Type);
  if (known === undefined) throw new Error(`CloudFormation knows no type ${Type}`);
  return {
    type: Type,
    ...(DeletionPolicy === undefined ? {} : { deletionPolicy: DeletionPolicy }),
    fixed: Object.fromEntries(fixedValues('', Properties, known.properties, specification)),
  };
}

/** A property that the specification says "maybe" of is among them: better asked once too often. */
function fixedValues(
  prefix: string,
  value: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, Property>>,
  specification: Specification,
): [path: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const property = properties[name];
    if (property === undefined) return [];
    const path = `${prefix}${name}`;
    if ((property.causesReplacement ?? 'no') !== 'no') return [[path, member]];
    const reference = referenceIn(property.type);
    if (reference === undefined || !isObject(member)) return [];
    return fixedValues(`${path}.`, member, specification.membersOf(reference), specification);
  });
}

function referenceIn(type: PropertyType): Extract<PropertyType, { type: 'ref' }> | undefined {
  const types = type.type === 'union' ? type.types : [type];
  return types.find((each) => each.type === 'ref');
}
