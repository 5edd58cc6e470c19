import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import type { RegisteredSchema } from '../../schemas/registered-schema.ts';

export interface SchemaRegistryProps {
  /** 1 to 64 letters, digits, `.`, `-` and `_`; unique in the account and Region. */
  readonly registryName: string;

  /** What it holds: every version of every event. */
  readonly schemas: readonly RegisteredSchema[];
}

/**
 * Allowed names. The API reference says nothing: these are the lengths and characters that the Terraform provider checks, and
 * digits, which names of AWS's own schemas have.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/schemas
 */
const REGISTRY_NAME = { allowed: /^[\w.-]{1,64}$/, inWords: '1 to 64 letters, digits, ".", "-" and "_"' };
const SCHEMA_NAME = { allowed: /^[\w.@-]{1,385}$/, inWords: '1 to 385 letters, digits, ".", "-", "_" and "@"' };

/**
 * Characters at most, by the API's CreateSchema.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/schemas/create-schema.html
 */
const LONGEST_CONTENT = 100_000;
const LONGEST_DESCRIPTION = 256;

/**
 * The contracts in the schema registry, where people browse them in the console and download code bindings.
 * It is free, and nothing reads it at run time.
 */
export class SchemaRegistry extends Construct {
  constructor(scope: Construct, id: string, props: SchemaRegistryProps) {
    super(scope, id);
    const { registryName, schemas } = props;
    this.check('the name of a schema registry', registryName, REGISTRY_NAME);

    const registry = new CfnRegistry(this, 'Registry', {
      registryName,
      description: 'Events of the user bucket pipeline',
    });
    // The next deployment makes it again. If it stayed, its name would clash with the new one.
    registry.applyRemovalPolicy(RemovalPolicy.DESTROY);

    for (const schema of schemas) this.addSchema(registry, registryName, schema);
  }

  private addSchema(registry: CfnRegistry, registryName: string, schema: RegisteredSchema): void {
    const { typeName, source, detailType, version, description, openApi } = schema;
    // AWS names its own `SOURCE@DETAIL-TYPE`, without a version. A name must not have a slash.
    const schemaName = `${source.replaceAll('/', '-')}@${detailType}-v${version}`;
    this.check(`the name of the registered schema of ${typeName}`, schemaName, SCHEMA_NAME);
    const content = JSON.stringify(openApi);
    if (content.length > LONGEST_CONTENT) {
      throw new Error(
        `${this.node.path}: the registered schema of ${typeName} must have at most ${LONGEST_CONTENT} characters; it has ${content.length}`,
      );
    }

    const resource = new CfnSchema(this, typeName, {
      registryName,
      schemaName,
      type: 'OpenApi3',
      description: shortened(description, LONGEST_DESCRIPTION), // the content has all of it
      content,
    });
    resource.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // CloudFormation does not see the dependency in the name.
    resource.addResourceDependency(registry);
  }

  private check(what: string, name: string, { allowed, inWords }: { allowed: RegExp; inWords: string }): void {
    if (!allowed.test(name)) {
      throw new Error(`${this.node.path}: ${what} must be ${inWords}; got ${JSON.stringify(name)}`);
    }
  }
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
