import { cloudWatchAlarm, cloudWatchDashboard } from '../cloudwatch/index.ts';
import { arnOf } from '../core/account.ts';
import { dynamoDbTable } from '../dynamodb/index.ts';
import { eventArchive, eventBus, eventBusPolicy, eventRule } from '../eventbridge/index.ts';
import { iamPolicy, iamRole } from '../iam/roles.ts';
import { lambdaEventSourceMapping, lambdaFunction } from '../lambda/index.ts';
import { pipesPipe } from '../pipes/index.ts';
import type { Services } from '../services.ts';
import { snsTopicPolicy } from '../sns/index.ts';
import { sqsQueue, sqsQueuePolicy } from '../sqs/index.ts';
import { ssmParameter } from '../ssm/index.ts';
import type { Identity, Naming, ResourceType } from './template/resource-type.ts';

/** Every resource type that the engine runs: to add one, write its file and add a line here. */
export const RESOURCE_TYPES = new Map<string, ResourceType<Services>>(
  [
    cloudWatchAlarm,
    cloudWatchDashboard,
    dynamoDbTable,
    eventArchive,
    eventBus,
    eventBusPolicy,
    eventRule,
    iamPolicy,
    iamRole,
    lambdaEventSourceMapping,
    lambdaFunction,
    pipesPipe,
    snsTopicPolicy,
    sqsQueue,
    sqsQueuePolicy,
    ssmParameter,
  ].map((type) => [type.type, type]),
);

/** Resource types that are accepted without an effect, with what others may refer to. */
export const INERT_RESOURCE_TYPES: Readonly<Record<string, (naming: Naming) => Identity>> = {
  // The CDK adds this to a template for its own statistics, unless versionReporting is off.
  'AWS::CDK::Metadata': ({ physicalName }) => ({ ref: physicalName, attributes: {} }),
  // `Ref` gives the ARN. Source: CloudFormation template reference.
  'AWS::EventSchemas::Registry': ({ physicalName, account, properties }) => {
    const RegistryName = String(properties().RegistryName ?? physicalName);
    const RegistryArn = arnOf(account, 'schemas', `registry/${RegistryName}`);
    return { ref: RegistryArn, attributes: { RegistryArn, RegistryName } };
  },
  'AWS::EventSchemas::Schema': ({ physicalName, account, createdAt, properties }) => {
    const { RegistryName, SchemaName: name } = properties();
    const SchemaName = String(name ?? physicalName);
    const SchemaArn = arnOf(account, 'schemas', `schema/${RegistryName}/${SchemaName}`);
    const made = new Date(createdAt).toISOString();
    const times = { LastModified: made, VersionCreatedDate: made };
    return { ref: SchemaArn, attributes: { SchemaArn, SchemaName, SchemaVersion: '1', ...times } };
  },
  'AWS::Logs::LogGroup': ({ physicalName, account, properties }) => {
    const ref = String(properties().LogGroupName ?? physicalName);
    return { ref, attributes: { Arn: arnOf(account, 'logs', `log-group:${ref}:*`) } };
  },
  'AWS::SNS::Subscription': ({ physicalName, account, properties }) => {
    const topicName = String(properties().TopicArn).split(':').at(-1);
    const arn = arnOf(account, 'sns', `${topicName}:${physicalName}`);
    return { ref: arn, attributes: { Arn: arn } };
  },
  'AWS::SNS::Topic': ({ physicalName, account, properties }) => {
    const TopicName = String(properties().TopicName ?? physicalName);
    const TopicArn = arnOf(account, 'sns', TopicName);
    return { ref: TopicArn, attributes: { TopicArn, TopicName } };
  },
};
