import { Annotations, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type CfnRule, type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENTS_HANDLED, METRICS_NAMESPACE } from '../../services/shared/metric-names.ts';
import { MOST_RECEIVES, SUBSCRIPTION_DEFAULTS, type SubscriberAccess } from '../../services/shared/subscription.ts';
import { ConfigError } from '../context.ts';
import { whereProblems } from '../where/index.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { queueTarget } from './queue-target.ts';
import { type SharedResources, SUBSCRIBER_ACCESS_GRANTS } from './subscriber-access.ts';
import { addSubscriberAlarms } from './subscriber-alarms.ts';
import type { SubscriberProps } from './subscriber-props.ts';

/**
 * A subscriber to the bus: rule → queue → function, with its own dead-letter queue, log, alarms and role.
 * It shares nothing with other subscribers, so that none can delay another.
 *
 * @typeParam Detail what the event holds, which is known of a contract
 */
export class Subscriber<Detail = unknown> extends Construct {
  /** Events that wait for the function. */
  readonly queue: Queue;
  /** Events that could not be delivered, or failed five times. They stay for 14 days. */
  readonly deadLetterQueue: Queue;
  /** The function that handles them: give it environment variables. */
  readonly function: LambdaFunction;
  /** The function's role: grant it what the handler does. */
  readonly role: Role;
  /** The rule on the bus, to replay events to this subscriber alone. */
  readonly ruleArn: string;
  /** Its name, as given. */
  readonly serviceName: string;
  /** The event that it gets. */
  readonly detailType: string;
  /** Whether it gets every version of that event. */
  readonly takesEveryVersion: boolean;

  /** @throws {ConfigError} for a `where` that AWS would refuse, or that no event of the contract can fulfil */
  constructor(scope: Construct, id: string, props: SubscriberProps<Detail>) {
    super(scope, id);
    const {
      serviceName,
      timeout = Duration.seconds(SUBSCRIPTION_DEFAULTS.timeoutSeconds),
      logLevel = 'INFO',
      removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      alarms = {},
    } = props;

    this.serviceName = serviceName;
    this.detailType = props.event.detailType;
    this.takesEveryVersion = (props.schemaVersion ?? 'any') === 'any';
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      owner: serviceName,
      removalPolicy,
      ...(alarms.topic && { alarmTopic: alarms.topic }),
    }).queue;
    this.queue = new Queue(this, 'Queue', {
      // Six times the function's timeout, as AWS advises: room for throttled polls. There is no batching window to add.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      // Much shorter than the dead-letter queue's, where a message's age still counts from its arrival here.
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MOST_RECEIVES },
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.ruleArn = this.subscribe(props);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    this.role = new Role(this, 'Role', {
      description: `What ${serviceName} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(this.role);
    // What the event source mapping does with the role (Lambda developer guide, with-sqs), and nothing else.
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resourceArns: [this.queue.queueArn],
    }).assertSuccess();

    this.function = new LambdaFunction(this, 'Function', {
      description: `${serviceName}: takes ${props.event.detailType}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.code,
      handler: 'index.handler',
      // CPU comes with memory: at 128 MB the bundle alone takes about four times as long to load.
      memorySize: 512,
      timeout,
      role: this.role,
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Lambda passes it on as AWS_LAMBDA_LOG_LEVEL, which Powertools reads, and drops lines below it.
      applicationLogLevelV2: ApplicationLogLevel[logLevel],
      environment: {
        POWERTOOLS_SERVICE_NAME: serviceName,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(this),
      },
    });
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Tracing: xray:PutTraceSegments and xray:PutTelemetryRecords have no resources.',
    });
    new EventSourceMapping(this, 'Delivery', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize ?? SUBSCRIPTION_DEFAULTS.batchSize,
      maxConcurrency: props.concurrency ?? SUBSCRIPTION_DEFAULTS.concurrency,
      reportBatchItemFailures: true,
    });
    const watched = { serviceName, queue: this.queue, function: this.function, timeout, lost: this.metricLost() };
    addSubscriberAlarms(this, watched, alarms);
  }

  /**
   * Events that its rule delivered, by the documented metric of a rule on a custom bus.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   */
  metricEvents(): Metric {
    return this.metricOfRule('Invocations');
  }

  /**
   * Events that its rule could send neither to its queue nor to its dead-letter queue. Only the bus's archive has them.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   */
  metricLost(): Metric {
    return this.metricOfRule('InvocationsFailedToBeSentToDlq');
  }

  /** Events that its handler completed. */
  metricHandled(): Metric {
    return new Metric({
      namespace: metricsNamespace(this),
      metricName: EVENTS_HANDLED,
      dimensionsMap: { service: this.serviceName },
      statistic: Stats.SUM,
    });
  }

  /**
   * Gives the function access to a shared resource of the pipeline's own stack, and sets the environment variables for it.
   * @internal
   */
  giveAccess(access: SubscriberAccess, resources: SharedResources): void {
    const environment = SUBSCRIBER_ACCESS_GRANTS[access](this.role, resources);
    for (const [name, value] of Object.entries(environment)) this.function.addEnvironment(name, value);
  }

  private metricOfRule(metricName: string): Metric {
    const partOfArn = (index: number) => Fn.select(index, Fn.split('/', this.ruleArn)); // …:rule/BUS/RULE
    return new Metric({
      namespace: 'AWS/Events',
      metricName,
      dimensionsMap: { EventBusName: partOfArn(1), RuleName: partOfArn(2) },
      statistic: Stats.SUM,
    });
  }

  /** Makes the rule that sends events to the queue, and undeliverable ones to the dead-letter queue. */
  private subscribe(props: SubscriberProps<Detail>): string {
    const { bus, replays } = props;
    const rule = new Rule(this, 'Rule', { eventBus: bus as IEventBus, eventPattern: this.pattern(props) });
    if (replays === 'skip') {
      const { defaultChild } = rule.node;
      // EventBridge adds the first to replayed events only; the L2 pattern does not support it. The second is on events that a
      // service publishes because of a replayed one: to EventBridge, these are new events.
      for (const field of ['replay-name', 'detail.metadata.replayName']) {
        (defaultChild as CfnRule).addPropertyOverride(`EventPattern.${field}`, [{ exists: false }]);
      }
    }
    rule.addTarget(queueTarget(this.queue, this.deadLetterQueue));
    return rule.ruleArn;
  }

  private pattern({ serviceName, event, schemaVersion = 'any', where }: SubscriberProps<Detail>): EventPattern {
    const version = schemaVersion === 'any' ? (event.schemaVersion ?? 'any') : schemaVersion;
    const problems = whereProblems(where ?? {}, { ...event, schemaVersion: version });
    if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${serviceName}: ${problem}`));
    const detail = {
      ...(schemaVersion === 'any' ? {} : { metadata: { schemaVersion: [schemaVersion] } }),
      ...(where !== undefined && Object.keys(where).length > 0 ? { data: where } : {}),
    };
    const isWhole = Object.keys(detail).length === 0;
    const pattern = { source: [event.source], detailType: [event.detailType], ...(isWhole ? {} : { detail }) };
    const characters = JSON.stringify(pattern).length;
    if (characters > MOST_CHARACTERS) {
      Annotations.of(this).addWarningV2(
        'user-bucket-pipeline:patternSize',
        `its rule's pattern has ${characters} characters: an account allows ${MOST_CHARACTERS}, until AWS raises that quota`,
      );
    }
    return pattern;
  }
}

/** The quota of an account, which AWS raises to 4,096 on request (EventBridge user guide, eb-quota). */
const MOST_CHARACTERS = 2048;

/**
 * Namespace of the metrics of a stack's services. Each stack has its own, because the only dimension of a metric is its service:
 * otherwise two stages in one account would share a service level and its alarm.
 */
export function metricsNamespace(scope: Construct): string {
  return `${METRICS_NAMESPACE}/${Stack.of(scope).stackName}`;
}
