import { arnOf } from '../account.ts';
import { DynamoDbStream, type KeySchema } from '../dynamodb-stream.ts';
import type { StreamViewType } from '../dynamodb-types.ts';
import type { ResourceType } from './resource-type.ts';

export const dynamoDbTable: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  nameProperty: 'TableName',
  shape: {
    TableName: 'used',
    KeySchema: 'used',
    AttributeDefinitions: 'used',
    BillingMode: 'used',
    ProvisionedThroughput: 'used',
    GlobalSecondaryIndexes: 'used',
    StreamSpecification: { StreamViewType: 'used' },
    PointInTimeRecoverySpecification: 'inert',
    DeletionProtectionEnabled: 'inert',
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
    const { account, clock, journal, storage, streams, dynamodb } = services;
    const specification = properties.StreamSpecification as { StreamViewType: StreamViewType } | undefined;
    const keySchema = properties.KeySchema as KeySchema;
    const arn = identity.attributes.StreamArn ?? '';
    const stream =
      specification &&
      new DynamoDbStream({
        arn,
        region: account.region,
        viewType: specification.StreamViewType,
        tableName: physicalName,
        keySchema,
        storage,
        clock,
        journal,
      });
    await dynamodb.createTable({
      name: physicalName,
      keySchema,
      attributeDefinitions: properties.AttributeDefinitions,
      billingMode: properties.BillingMode === 'PAY_PER_REQUEST' ? 'PAY_PER_REQUEST' : 'PROVISIONED',
      provisionedThroughput: properties.ProvisionedThroughput,
      globalSecondaryIndexes: properties.GlobalSecondaryIndexes,
      ...(stream && { stream }),
    });
    if (stream) streams.set(arn, stream);
  },
  remove: async ({ physicalName, identity, services }) => {
    services.streams.delete(identity.attributes.StreamArn ?? '');
    await services.dynamodb.deleteTable(physicalName);
  },
};
