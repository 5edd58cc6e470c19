import { cloudWatchDashboard } from '../cloudwatch/cloudwatch-dashboard.ts';
import { dynamoDbTable } from '../dynamodb/dynamodb-table.ts';
import { eventArchive, eventBus, eventRule } from '../eventbridge/resources.ts';
import { iamPolicy, iamRole } from '../iam/resources.ts';
import { lambdaEventSourceMapping } from '../lambda/event-source-mapping-resource.ts';
import { lambdaFunction } from '../lambda/function-resource.ts';
import { pipesPipe } from '../pipes/pipe-resource.ts';
import type { Services } from '../services.ts';
import { snsTopicPolicy } from '../sns/sns.ts';
import { sqsQueue, sqsQueuePolicy } from '../sqs/resource-types.ts';
import { ssmParameter } from '../ssm/ssm-parameter.ts';
import type { ResourceType } from './template/resource-type.ts';

/** Every resource type that the engine gives life to; those without an effect are in inert.ts. */
export const RESOURCE_TYPES = new Map<string, ResourceType<Services>>(
  [
    cloudWatchDashboard,
    dynamoDbTable,
    eventArchive,
    eventBus,
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
