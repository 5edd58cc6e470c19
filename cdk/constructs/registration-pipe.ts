import { Aws, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { notify } from './operator-notifications.ts';

export interface RegistrationPipeProps {
  /** Stream of the sign-up table, in any view type. */
  readonly streamArn: string;

  /** Name of the table's partition key. */
  readonly userIdAttribute: string;

  /** Where the event goes. */
  readonly bus: EventBus;

  /** The event that a new row becomes. */
  readonly event: { readonly source: string; readonly detailType: string; readonly schemaVersion: number };

  /**
   * Lanes that each shard is read in, 1 to 10. The records of a user are in the same one, in their order.
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /** How long the pipe's own log is kept. */
  readonly logRetention: RetentionDays;

  /** What happens to log and dead-letter queue when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;

  /**
   * Executions in five minutes that fail, from which on an alarm goes off.
   * @default 1
   */
  readonly alarmFailures?: number;

  /**
   * Who is told of its alarms.
   * @default - nobody
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** A bus takes at most this many entries in one call, so a pipe to it may read no larger batch. */
const BATCH_SIZE = 10;

/**
 * A record that the bus keeps refusing blocks its lane of the shard until it is given up. Nothing in a record can make the
 * template fail, so refusals are faults of the deployment (a missing grant, a throttled bus) that a person has to repair:
 * attempts are spent as slowly as a rule's are by default.
 */
const MOST_RETRIES = 185;

/**
 * Older records are given up unseen. The stream keeps them for 24 hours; close to that, so that a pipe which was
 * stopped overnight still delivers everything, and short of it, so that what is given up can still be read there.
 */
const OLDEST_RECORD = Duration.hours(22);

/**
 * Metrics of executions that did not do what they should. A batch of which the bus refuses some events is a partial failure.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
 */
export const PIPE_FAILURES = {
  ExecutionFailed: 'executions fail',
  ExecutionPartiallyFailed: 'executions fail in part',
  ExecutionTimeout: 'executions take too long',
  ExecutionThrottled: 'executions are throttled',
} as const;

/** A metric of a pipe, as a sum of five minutes. */
export function pipeMetric(pipeName: string, metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/EventBridge/Pipes',
    metricName,
    dimensionsMap: { PipeName: pipeName },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });
}

/** Reads new rows from the table's stream and puts each on the bus as an event. */
export class RegistrationPipe extends Construct {
  readonly pipeName: string;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: RegistrationPipeProps) {
    super(scope, id);
    const { streamArn, bus, event, removalPolicy } = props;

    const { queue: dlq } = new DeadLetterQueue(this, 'DeadLetters', {
      owner: 'Registration pipe',
      removalPolicy,
      takesFromQueues: false, // the pipe sends to it itself
      ...(props.alarmTopic && { alarmTopic: props.alarmTopic }),
    });
    const logGroup = new LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy });

    const pipe = new CfnPipe(this, 'Pipe', {
      description: 'New rows of the sign-up table, as events',
      roleArn: pipeRole(this, { streamArn, bus, dlq }).roleArn,
      source: streamArn,
      sourceParameters: {
        // Only new rows. Among the changes left out is the one that writes the bucket's URI: that ends the loop.
        filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
        dynamoDbStreamParameters: {
          startingPosition: 'TRIM_HORIZON', // LATEST can miss sign-ups for minutes after a deployment
          batchSize: BATCH_SIZE,
          parallelizationFactor: props.parallelizationFactor ?? 1,
          maximumRetryAttempts: MOST_RETRIES,
          maximumRecordAgeInSeconds: OLDEST_RECORD.toSeconds(),
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          deadLetterConfig: { arn: dlq.queueArn },
        },
      },
      target: bus.eventBusArn,
      targetParameters: {
        eventBridgeEventBusParameters: { source: event.source, detailType: event.detailType },
        inputTemplate: registrationTemplate(props.userIdAttribute, event.schemaVersion),
      },
      // Without execution data: that would be whole rows, personal data among them. No policy lets the delivery service write
      // there: AWS adds one to the log group itself, when the pipe is made. A group holds one policy, and an account ten of its
      // own in a Region, so that one of ours would collide with it or fail (terraform-provider-aws issue 47111, 2026-03).
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: logGroup.logGroupArn } },
    });

    for (const [metricName, told] of Object.entries(PIPE_FAILURES)) {
      const alarm = new Alarm(this, metricName, {
        alarmDescription: `Registration pipe: ${told}, so that sign-ups wait`,
        metric: pipeMetric(pipe.ref, metricName),
        threshold: props.alarmFailures ?? 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      notify(props.alarmTopic, alarm);
    }

    this.pipeName = pipe.ref;
    this.deadLetterQueue = dlq;
  }
}

/**
 * The policies stand inside the role, so that they are there when the pipe is made: its creation tries them out. For the
 * pipe's log it needs nothing: the delivery service writes that.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
 */
function pipeRole(scope: Construct, to: { streamArn: string; bus: EventBus; dlq: Queue }): Role {
  const allow = (resource: string, ...actions: string[]) =>
    new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });

  return new Role(scope, 'Role', {
    description: 'What the registration pipe may do',
    assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: {
      ReadStream: allow(
        to.streamArn,
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ),
      PutEvents: allow(to.bus.eventBusArn, 'events:PutEvents'),
      SendDeadLetters: allow(to.dlq.queueArn, 'sqs:SendMessage'),
    },
  });
}

/**
 * The pipe's input template: a stream record in, the `detail` of UserRegistered out.
 *
 * `<$.…>` stands without quotes even where the value is a string: EventBridge then quotes and escapes it. Inside
 * quotes it would insert the value as it is, and a user id with a `"` in it would break the event.
 *
 * The id is read from the keys, which every stream view type holds, and which hold no other attribute.
 *
 * @param userIdAttribute name of the partition key, made of what a template path can spell: letters, digits, _ and -
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function registrationTemplate(userIdAttribute: string, schemaVersion: number): string {
  return [
    '{',
    '  "metadata": {',
    `    "schemaVersion": ${schemaVersion},`,
    '    "eventId": <$.eventID>,',
    '    "correlationId": <$.eventID>',
    '  },',
    '  "data": {',
    `    "userId": <$.dynamodb.Keys.${userIdAttribute}.S>,`,
    '    "registeredAt": <$.dynamodb.ApproximateCreationDateTime>',
    '  }',
    '}',
  ].join('\n');
}
