import type { ResourceType } from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { DynamoDbStream, KeySchema } from './dynamodb-stream.ts';
import type { StreamViewType } from './items.ts';
import type { TableDefinition } from './stored-tables.ts';
import type { TableAdministration } from './table-administration.ts';

interface DynamoDbServices {
  readonly dynamodb: DynamoDb;
  readonly tables: TableAdministration;
  /** By stream ARN. */
  readonly streams: Map<string, DynamoDbStream>;
}

export const dynamoDbTable: ResourceType<DynamoDbServices> = {
  type: 'AWS::DynamoDB::Table',
  nameProperty: 'TableName',
  shape: {
    TableName: 'used',
    KeySchema: [{ AttributeName: 'used', KeyType: 'used' }],
    AttributeDefinitions: [{ AttributeName: 'used', AttributeType: 'used' }],
    BillingMode: 'used',
    ProvisionedThroughput: 'json',
    GlobalSecondaryIndexes: 'json',
    StreamSpecification: { StreamViewType: 'used' },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: 'used', RecoveryPeriodInDays: 'inert' },
    DeletionProtectionEnabled: 'used',
    SSESpecification: 'inert',
    TableClass: 'inert',
    Tags: 'inert',
  },
  identify: ({ physicalName, account, createdAt }) => {
    const Arn = arnOf(account, 'dynamodb', `table/${physicalName}`);
    const label = new Date(createdAt).toISOString().slice(0, -1);
    return { ref: physicalName, attributes: { Arn, StreamArn: `${Arn}/stream/${label}` } };
  },
  create: async ({ physicalName, identity, properties, services }) => {
    const { dynamodb, tables } = services;
    const { StreamSpecification, PointInTimeRecoverySpecification } = properties as SpecificationProperties;
    const keySchema = properties.KeySchema as KeySchema;
    const streamArn = identity.attributes.StreamArn ?? '';
    const viewType = StreamSpecification?.StreamViewType;
    const stream = viewType && tables.addStream({ arn: streamArn, viewType, tableName: physicalName, keySchema });
    const definition: TableDefinition = {
      name: physicalName,
      keySchema,
      attributeDefinitions: properties.AttributeDefinitions,
      billingMode: properties.BillingMode === 'PAY_PER_REQUEST' ? 'PAY_PER_REQUEST' : 'PROVISIONED',
      provisionedThroughput: properties.ProvisionedThroughput,
      globalSecondaryIndexes: properties.GlobalSecondaryIndexes,
      pointInTimeRecovery: PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
      deletionProtection: String(properties.DeletionProtectionEnabled) === 'true',
      createdAt: Date.parse(`${streamArn.split('/').at(-1)}Z`),
    };
    try {
      await dynamodb.createTable(definition, stream);
    } catch (error) {
      if (stream) services.streams.delete(stream.arn);
      throw error;
    }
    tables.restoreStreams(physicalName);
  },
  remove: async ({ physicalName, identity, services }) => {
    services.streams.delete(identity.attributes.StreamArn ?? '');
    await services.dynamodb.deleteTable(physicalName);
  },
  retain: ({ physicalName, services }) => services.tables.keep(physicalName),
};

interface SpecificationProperties {
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType };
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
}
