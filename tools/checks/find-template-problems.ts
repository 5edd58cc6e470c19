import type { StageTemplate, TemplateResource } from '../stage-template.ts';
import { findValueProblems, isObject } from './find-value-problems.ts';
import type { Specification } from './specification.ts';

/** What `DeletionPolicy` and `UpdateReplacePolicy` may be (CloudFormation template reference). */
const POLICIES: Readonly<Record<string, readonly string[]>> = {
  DeletionPolicy: ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'],
  UpdateReplacePolicy: ['Delete', 'Retain', 'Snapshot'],
};

/** Names that every template may refer to begin so. */
const PSEUDO_PARAMETER = 'AWS::';

/**
 * Says what CloudFormation would refuse in a template, one line per problem: types, properties and attributes that it
 * does not know, required properties that are missing, values of the wrong type, references to nothing.
 * What an intrinsic function gives is not known here, and passes for everything.
 */
export function findTemplateProblems(template: StageTemplate, specification: Specification): string[] {
  const { Resources, Outputs = {} } = template;
  const known = new Set([...Object.keys(Resources), ...Object.keys((template as Sections).Parameters ?? {})]);
  return [
    ...Object.entries(Resources).flatMap(([id, resource]) => findResourceProblems(id, resource, specification)),
    ...findReferences({ ...Resources, ...Outputs }).flatMap(({ where, id, attribute }) => {
      if (!known.has(id)) return [`${where}: refers to ${id}, which the template does not have`];
      const type = Resources[id]?.Type;
      const attributes = type === undefined ? undefined : specification.resourceType(type)?.attributes;
      if (attribute === undefined || attributes === undefined || attribute in attributes) return [];
      return [`${where}: ${type} has no attribute ${attribute}; it has ${Object.keys(attributes).join(', ')}`];
    }),
  ];
}

interface Sections {
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

function findResourceProblems(id: string, resource: TemplateResource, specification: Specification): string[] {
  const policies = Object.entries(POLICIES).flatMap(([name, allowed]) => {
    const value = (resource as unknown as Record<string, unknown>)[name];
    if (value === undefined || allowed.includes(String(value))) return [];
    return [`${id}: ${name} must be one of ${allowed.join(', ')}; it is ${JSON.stringify(value)}`];
  });
  const type = specification.resourceType(resource.Type);
  if (type === undefined) return [`${id}: CloudFormation knows no type ${resource.Type}`, ...policies];
  const where = `${id} (${resource.Type})`;
  return [...policies, ...findValueProblems(where, resource.Properties ?? {}, type.properties, specification)];
}

interface FoundReference {
  readonly where: string;
  readonly id: string;
  /** @default - it is a `Ref` */
  readonly attribute?: string;
}

/** Every `Ref` and `Fn::GetAtt`. Those inside of `Fn::Sub` texts are not among them. */
function findReferences(sections: Readonly<Record<string, unknown>>): FoundReference[] {
  const visit = (where: string, value: unknown): FoundReference[] => {
    if (Array.isArray(value)) return value.flatMap((each) => visit(where, each));
    if (!isObject(value)) return [];
    if (typeof value.Ref === 'string') return value.Ref.startsWith(PSEUDO_PARAMETER) ? [] : [{ where, id: value.Ref }];
    const path = value['Fn::GetAtt'];
    if (Array.isArray(path)) return [{ where, id: String(path[0]), attribute: String(path[1]) }];
    return Object.values(value).flatMap((each) => visit(where, each));
  };
  return Object.entries(sections).flatMap(([id, section]) => visit(id, section));
}
