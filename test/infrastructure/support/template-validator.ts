import { isJsonObject } from '../../../schemas/event-contract.ts';
import type { Property, PropertyType, Specification } from '../../../tools/checks/specification.ts';
import type { StageTemplate, TemplateResource } from '../../../tools/stage-template.ts';

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
    if (!isJsonObject(value)) return [];
    if (typeof value.Ref === 'string') return value.Ref.startsWith(PSEUDO_PARAMETER) ? [] : [{ where, id: value.Ref }];
    const path = value['Fn::GetAtt'];
    if (Array.isArray(path)) return [{ where, id: String(path[0]), attribute: String(path[1]) }];
    return Object.values(value).flatMap((each) => visit(where, each));
  };
  return Object.entries(sections).flatMap(([id, section]) => visit(id, section));
}

type Properties = Readonly<Record<string, Property>>;

/**
 * Says what is wrong with an object of a template, one line per problem.
 *
 * @param where opens each line, such as `UsersTable (AWS::DynamoDB::Table)`
 */
export function findValueProblems(
  where: string,
  value: Readonly<Record<string, unknown>>,
  properties: Properties,
  specification: Specification,
): string[] {
  const missing = Object.entries(properties).filter(([name, { required }]) => required && value[name] === undefined);
  return [
    ...missing.map(([name]) => `${where}: ${name} is required, and missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property === undefined) {
        return [`${where}: has no property ${name}; it has ${Object.keys(properties).sort().join(', ')}`];
      }
      return problemsOf(`${where}.${name}`, member, property.type, specification);
    }),
  ];
}

/** Whether a value is a call of an intrinsic function, which gives nobody knows what before it is deployed. */
export function isIntrinsic(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

function problemsOf(where: string, value: unknown, type: PropertyType, specification: Specification): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'union':
      return problemsOfUnion(where, value, type.types, specification);
    case 'array':
      if (!Array.isArray(value)) return [wrong(where, 'a list', value)];
      return value.flatMap((each, i) => problemsOf(`${where}[${i}]`, each, type.element, specification));
    case 'map':
      if (!isJsonObject(value)) return [wrong(where, 'an object', value)];
      return Object.entries(value).flatMap(([key, each]) =>
        problemsOf(`${where}.${key}`, each, type.element, specification),
      );
    case 'ref':
      if (!isJsonObject(value)) return [wrong(where, 'an object', value)];
      return findValueProblems(where, value, specification.membersOf(type), specification);
    case 'tag':
      if (isJsonObject(value) && Object.keys(value).sort().join() === 'Key,Value') return [];
      return [wrong(where, 'an object of Key and Value', value)];
    case 'json':
      return typeof value === 'object' && value !== null ? [] : [wrong(where, 'an object', value)];
    case 'null':
      return value === null ? [] : [wrong(where, 'null', value)];
    default:
      return problemsOfScalar(where, value, type);
  }
}

/** The problems with the alternative that has the fewest, since that is most likely the one meant. */
function problemsOfUnion(
  where: string,
  value: unknown,
  types: readonly PropertyType[],
  specification: Specification,
): string[] {
  return types
    .map((type) => problemsOf(where, value, type, specification))
    .reduce((fewest, problems) => (problems.length < fewest.length ? problems : fewest));
}

type Scalar = Extract<PropertyType, { readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'date-time' }>;

const SCALARS: Readonly<Record<Scalar['type'], { inWords: string; accepts: (value: unknown) => boolean }>> = {
  string: { inWords: 'a text', accepts: (value) => typeof value === 'string' },
  'date-time': { inWords: 'a time', accepts: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)) },
  number: { inWords: 'a number', accepts: (value) => typeof value === 'number' },
  integer: { inWords: 'a whole number', accepts: (value) => Number.isInteger(value) },
  boolean: { inWords: 'true or false', accepts: (value) => typeof value === 'boolean' },
};

function problemsOfScalar(where: string, value: unknown, type: Scalar): string[] {
  const { inWords, accepts } = SCALARS[type.type];
  if (!accepts(value)) return [wrong(where, inWords, value)];
  const allowed: readonly unknown[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
  if (allowed === undefined || allowed.includes(value)) return [];
  return [wrong(where, `one of ${allowed.join(', ')}`, value)];
}

function wrong(where: string, allowed: string, value: unknown): string {
  return `${where}: must be ${allowed}; it is ${JSON.stringify(value)}`;
}
