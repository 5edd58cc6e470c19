import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

type Database = ReturnType<typeof loadAwsServiceSpecSync>;
type ResourceProperties = NonNullable<ReturnType<typeof lookUp>>['properties'];
export type Property = ResourceProperties[string];
export type PropertyType = Property['type'];
export type ReferenceType = Extract<PropertyType, { readonly type: 'ref' }>;

/** What CloudFormation knows of a resource type. */
export interface ResourceSpecification {
  readonly properties: ResourceProperties;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether AWS counts it among the types that hold data. */
  readonly isStateful: boolean;
}

/** The CloudFormation resource specification. */
export interface Specification {
  /** Its package and version, to say what was checked against. */
  readonly version: string;
  /** @returns undefined for a type that CloudFormation does not know */
  resourceType(type: string): ResourceSpecification | undefined;
  /** Members of a type that properties refer to. */
  membersOf(reference: ReferenceType): ResourceProperties;
}

const PACKAGE = '@aws-cdk/aws-service-spec';

let loaded: Specification | undefined;

/**
 * Loads AWS's own database of resource types, which the CDK's constructs are generated from. Takes half a second, once.
 *
 * @see https://github.com/cdklabs/awscdk-service-spec
 */
export function loadSpecification(): Specification {
  loaded ??= readSpecification();
  return loaded;
}

function readSpecification(): Specification {
  const database = loadAwsServiceSpecSync();
  const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return {
    version: `${PACKAGE} ${version}`,
    resourceType(type) {
      const found = lookUp(database, type);
      if (found === undefined) return undefined;
      const { properties, attributes, isStateful = false } = found;
      return { properties, attributes, isStateful };
    },
    membersOf: ({ reference }) => database.get('typeDefinition', reference).properties,
  };
}

function lookUp(database: Database, type: string) {
  const [found] = database.lookup('resource', 'cloudFormationType', 'equals', type);
  return found;
}
