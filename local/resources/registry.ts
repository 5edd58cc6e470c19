import { cloudWatchDashboard } from './cloudwatch-dashboard.ts';
import { dynamoDbTable } from './dynamodb-table.ts';
import { eventArchive, eventBus, eventRule } from './events.ts';
import { iamPolicy, iamRole } from './iam.ts';
import { lambdaFunction } from './lambda.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { pipesPipe } from './pipes-pipe.ts';
import type { ResourceType } from './resource-type.ts';
import { snsTopicPolicy } from './sns.ts';
import { sqsQueue, sqsQueuePolicy } from './sqs.ts';
import { ssmParameter } from './ssm-parameter.ts';

/** Every resource type that the engine gives life to; those without an effect are in inert.ts. */
export const RESOURCE_TYPES = new Map<string, ResourceType>(
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
