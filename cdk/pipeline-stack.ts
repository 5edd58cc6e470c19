import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { UserDeleted, UserRegistered } from '../schemas/generated/event-contracts.ts';
import { registeredSchemas } from '../schemas/generated/registered-schemas.ts';
import type { PipelineConfig } from './config.ts';
import { guideAlarms } from './constructs/alarm-guides.ts';
import { DeletionPipe } from './constructs/deletion-pipe.ts';
import { ArchivedEventBus, eventBusParameterName } from './constructs/event-bus.ts';
import { ForeignSubscribers } from './constructs/foreign-subscribers.ts';
import { OperatorNotifications } from './constructs/operator-notifications.ts';
import { PipelineDashboard } from './constructs/pipeline-dashboard.ts';
import { RegistrationPipe } from './constructs/registration-pipe.ts';
import { SchemaRegistry } from './constructs/schema-registry.ts';
import { ServiceLevel } from './constructs/service-level.ts';
import { Subscriber } from './constructs/subscriber.ts';
import type { SharedResources } from './constructs/subscriber-access.ts';
import { UserTable } from './constructs/user-table.ts';
import type { FoundSubscriber } from './find-subscribers.ts';
import { isPublished, leavingOf, warnOfLeaving } from './leaving-users.ts';

export interface PipelineStackProps extends StackProps {
  readonly config: PipelineConfig;

  /** The subscribers to the bus. */
  readonly subscribers: readonly FoundSubscriber[];

  /** Gives the bundled handler of a subscriber, by its name. */
  readonly codeOf: (name: string) => Code;
}

/** If a first deployment fails, its resources must not stay: they would block the next one. */
const RETAIN_ONCE_MADE = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/**
 * The whole pipeline:
 *
 *     users table ─stream─▶ pipe ─UserRegistered─▶ bus ─▶ archive
 *                                                   ├─rule─▶ queue ─▶ bucket-service ─BucketCreated─▶ bus
 *                                                   └─rule─▶ queue ─▶ uri-recorder ─▶ users table
 */
export class PipelineStack extends Stack {
  private readonly outputs = new Construct(this, 'Outputs');

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { config, subscribers, codeOf } = props;
    const { userIdAttribute, existingTable } = config;
    const removalPolicy = config.removalPolicy === 'retain' ? RETAIN_ONCE_MADE : RemovalPolicy.DESTROY;
    const logs = { logRetention: config.logRetentionDays, removalPolicy };

    const { topic: alarmTopic } = new OperatorNotifications(this, 'OperatorNotifications', {
      ...(config.alarmEmail !== '' && { email: config.alarmEmail }),
    });

    const users = new UserTable(this, 'UserTable', {
      userIdAttribute,
      removalPolicy,
      deletionProtection: config.tableDeletionProtection,
      ...(existingTable ? { existingTable } : {}),
    });
    const events = new ArchivedEventBus(this, 'EventBus', {
      archiveNamePrefix: `user-buckets-${config.stage}`,
      removalPolicy,
      ...(config.archiveRetentionDays > 0 ? { archiveRetention: Duration.days(config.archiveRetentionDays) } : {}),
    });
    if (Object.values(config.busSubscribers).flat().length > 0) {
      // In the bus's scope, as the registry.
      new ForeignSubscribers(events, 'Subscribers', { bus: events.bus, subscribers: config.busSubscribers });
    }
    if (config.schemaRegistry) {
      // In the bus's scope, so that its id cannot clash with a subscriber's name.
      new SchemaRegistry(events, 'SchemaRegistry', {
        registryName: `user-bucket-pipeline-${config.stage}`,
        schemas: registeredSchemas.filter((event) => isPublished(event, config)),
      });
    }
    const pipeProps = {
      streamArn: users.streamArn,
      userIdAttribute,
      bus: events.bus,
      parallelizationFactor: config.parallelizationFactor,
      alarmFailures: config.alarmPipeFailures,
      alarmTopic,
      ...logs,
    };
    const pipe = new RegistrationPipe(this, 'RegistrationPipe', { ...pipeProps, event: UserRegistered });
    const leaving = leavingOf(config);
    let deletions: DeletionPipe | undefined;
    if (leaving) {
      const { deadLetterQueue } = pipe;
      // In the first pipe's scope, so that its id cannot clash with a subscriber's name.
      deletions = new DeletionPipe(pipe, 'Deletions', { ...pipeProps, event: UserDeleted, deadLetterQueue });
      warnOfLeaving(deletions, config);
      this.publish('DeletionPipeName', deletions.pipeName, 'The pipe of deleted rows from the users table to the bus');
    }

    const shared: SharedResources = {
      bus: events.bus,
      users: { table: users.table, userIdAttribute },
      buckets: {
        prefix: config.bucketNamePrefix,
        namespace: config.bucketNamespace,
        cors: config.bucketCors,
        publicListing: config.bucketPublicListing,
        tlsOnly: config.bucketTlsOnly,
        tags: config.bucketTags,
        lifecycle: config.bucketLifecycle,
      },
      ...(leaving && { leaving }),
    };
    const listening: Subscriber[] = [];
    for (const { id, name, event, subscription } of subscribers) {
      const subscriber = new Subscriber(this, id, {
        serviceName: name,
        bus: events.bus,
        event,
        schemaVersion: subscription.schemaVersion,
        where: subscription.where,
        code: codeOf(name),
        timeout: Duration.seconds(subscription.timeoutSeconds),
        concurrency: subscription.concurrency,
        batchSize: subscription.batchSize,
        replays: subscription.replays,
        logLevel: config.logLevel,
        alarms: {
          topic: alarmTopic,
          oldestMessage: Duration.seconds(config.alarmOldestMessageSeconds),
          functionErrors: config.alarmFunctionErrors,
          functionThrottles: config.alarmFunctionThrottles,
        },
        ...logs,
      });
      for (const access of subscription.access) subscriber.giveAccess(access, shared);
      if (!isPublished(event, config)) {
        Annotations.of(subscriber).addWarningV2(
          'user-bucket-pipeline:unpublished',
          `it listens to ${event.detailType}, which this stage does not publish: set whenUserLeaves of the stage`,
        );
      }
      listening.push(subscriber);

      this.publish(`${id}QueueUrl`, subscriber.queue.queueUrl, `Events that wait for ${name}`);
      this.publish(`${id}DlqUrl`, subscriber.deadLetterQueue.queueUrl, `Events that ${name} could not handle`);
      this.publish(`${id}RuleArn`, subscriber.ruleArn, `The rule of ${name}, to replay events to it alone`);
    }

    const serviceLevel = new ServiceLevel(this, 'ServiceLevel', {
      target: Duration.seconds(config.serviceLevelSeconds),
      alarmTopic,
    });
    new PipelineDashboard(this, 'Dashboard', {
      pipe,
      ...(deletions && { deletions }),
      subscribers: listening,
      serviceLevel,
    });
    guideAlarms(this, listening);

    this.publish('UsersTableName', users.table.tableName, 'The table whose new rows are sign-ups');
    this.publish('UserIdAttribute', userIdAttribute, 'Partition key of the users table');
    this.publish('PipeName', pipe.pipeName, 'The pipe from the users table to the bus');
    this.publish('PipeDlqUrl', pipe.deadLetterQueue.queueUrl, 'Positions of stream records that the pipe gave up');
    this.publish('BucketNamePrefix', config.bucketNamePrefix, 'How the names of user buckets begin');
    this.publish(
      'BucketNamespace',
      config.bucketNamespace,
      'Namespace of the bucket names: account-regional or global',
    );
    this.publish('EventBusName', events.bus.eventBusName, 'The bus that carries every event');
    this.publish('EventBusArn', events.bus.eventBusArn, 'The bus, for rules of other stacks');
    this.publish('AlarmTopicArn', alarmTopic.topicArn, 'The topic of all alarms: subscribe to it');
    this.publish('EventArchiveArn', events.archiveArn, 'The archive that replays read');
    new StringParameter(this.outputs, 'EventBusArnParameter', {
      parameterName: eventBusParameterName(config.stage),
      description: 'The bus that carries every event, for stacks that subscribe to it',
      stringValue: events.bus.eventBusArn,
    });
  }

  /** Outputs have their own scope, so that their ids cannot clash with a subscriber's name. */
  private publish(key: string, value: string, description: string): void {
    new CfnOutput(this.outputs, key, { value, description }).overrideLogicalId(key);
  }
}
