import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { notify } from './operator-notifications.ts';
import { checkedParts, type StreamPipeProps } from './stream-pipe-props.ts';

/** A bus takes at most this many entries in one call, so a pipe to it may read no larger batch. */
const BATCH_SIZE = 10;

/**
 * A record that the bus refuses blocks its lane of the shard until the pipe gives it up. No record can make the template fail, so
 * a refusal is a fault of the deployment (a missing grant, a throttled bus) that a person must fix: the pipe retries as long as a
 * rule does by default.
 */
const MOST_RETRIES = 185;

/**
 * The pipe gives up older records without trying. The stream keeps records for 24 hours. The limit is close to that, so that a
 * pipe that was stopped overnight still delivers everything, and below it, so that given-up records can still be read.
 */
const OLDEST_RECORD = Duration.hours(22);

/**
 * Metrics of failed executions. If the bus refuses some events of a batch, the execution fails in part.
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

/**
 * Reads changes from a table's stream and puts each on a bus as an event: table → pipe → bus, with a dead-letter queue, a log,
 * alarms and a role that may do this and nothing else.
 *
 * A record that the bus refuses blocks those of the same item behind it for up to 22 hours. After that its place in the stream is in
 * the dead-letter queue, and the record itself can still be read for two hours.
 */
export class StreamPipe extends Construct {
  /** The pipe's physical name, for metrics and commands. */
  readonly pipeName: string;
  /** Positions of the records that it gave up: not the records. */
  readonly deadLetterQueue: Queue;

  /** @throws {ConfigError} for what AWS would refuse: a table without a stream, a pattern, a template, the event's names */
  constructor(scope: Construct, id: string, props: StreamPipeProps) {
    super(scope, id);
    const { owner, bus, event, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    const { streamArn, filters, template } = checkedParts(props);

    const dlq =
      props.deadLetterQueue ??
      new DeadLetterQueue(this, 'DeadLetters', {
        owner,
        removalPolicy,
        takesFromQueues: false, // the pipe sends to it itself
        ...(props.alarmTopic && { alarmTopic: props.alarmTopic }),
      }).queue;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy,
    });

    const pipe = new CfnPipe(this, 'Pipe', {
      description: props.description ?? 'Changes of a table, as events',
      roleArn: pipeRole(this, { owner, streamArn, bus, dlq }).roleArn,
      source: streamArn,
      sourceParameters: {
        filterCriteria: { filters: filters.map((pattern) => ({ pattern })) },
        dynamoDbStreamParameters: {
          startingPosition: 'TRIM_HORIZON', // LATEST can miss records for minutes after a deployment
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
        inputTemplate: template,
      },
      // Without execution data, which would be whole rows with personal data. No policy for the delivery service: AWS adds one to
      // the log group itself when the pipe is made. A group holds one policy, and an account ten of its own in a Region, so one of
      // ours would collide with it or fail (terraform-provider-aws issue 47111, 2026-03).
      logConfiguration: { level: 'ERROR', cloudwatchLogsLogDestination: { logGroupArn: logGroup.logGroupArn } },
    });

    for (const [metricName, problem] of Object.entries(PIPE_FAILURES)) {
      const alarm = new Alarm(this, metricName, {
        alarmDescription: `${owner}: ${problem}, and ${props.consequence ?? 'changes wait'}`,
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
 * The policies are inline, so that they exist when the pipe is made: CreatePipe checks them. The pipe's log needs no grant: the
 * delivery service writes it.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
 */
function pipeRole(
  scope: Construct,
  to: { owner: string; streamArn: string; bus: EventBus | IEventBus; dlq: Queue },
): Role {
  const allow = (resource: string, ...actions: string[]) =>
    new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });

  return new Role(scope, 'Role', {
    description: `What the ${to.owner.toLowerCase()} may do`,
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
